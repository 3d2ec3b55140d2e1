"""The screens about due."""
