"""The screens of one-on-ones."""
