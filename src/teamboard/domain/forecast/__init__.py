"""Forecasts: what a goal gains by week, where it ends at this pace, what is called, and how good calls were."""
