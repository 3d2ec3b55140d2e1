"""The widgets that draw a board."""
