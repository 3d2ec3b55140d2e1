"""The screens of alignment."""
