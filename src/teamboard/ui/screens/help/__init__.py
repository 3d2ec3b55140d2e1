"""The screen of keys."""
