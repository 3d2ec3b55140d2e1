"""The screens of standup."""
