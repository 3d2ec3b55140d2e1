"""The screens about team."""
