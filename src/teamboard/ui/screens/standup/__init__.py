"""The screens about standup."""
