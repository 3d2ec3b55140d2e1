"""The screens about alignment."""
