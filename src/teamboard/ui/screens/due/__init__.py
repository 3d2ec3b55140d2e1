"""The screen of what is due."""
