"""A live terminal board on which a sales team shares goals, progress and feedback."""

__version__ = "0.2.0"
