"""The screens of team."""
