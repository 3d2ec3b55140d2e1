"""The screens about periods."""
