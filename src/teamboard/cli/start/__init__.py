"""First steps: a new board, the demo, the tour."""
