"""The verbs of `teamboard goal` beside `list` and `add`."""
