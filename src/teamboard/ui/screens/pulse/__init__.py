"""The screens of pulse."""
