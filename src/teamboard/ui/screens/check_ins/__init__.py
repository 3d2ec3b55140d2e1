"""The screens of check-ins."""
