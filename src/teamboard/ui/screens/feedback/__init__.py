"""The screens about feedback."""
