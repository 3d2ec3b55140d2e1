"""The screens about check ins."""
