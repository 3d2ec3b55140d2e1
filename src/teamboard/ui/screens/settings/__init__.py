"""The screens about settings."""
