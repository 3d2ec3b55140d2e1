"""The screens about history."""
