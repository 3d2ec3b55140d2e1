"""The screens about help."""
