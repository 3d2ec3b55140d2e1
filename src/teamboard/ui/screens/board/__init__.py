"""The screens about board."""
