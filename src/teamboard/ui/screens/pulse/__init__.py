"""The screens about pulse."""
