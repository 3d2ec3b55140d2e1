"""The screens of goals."""
