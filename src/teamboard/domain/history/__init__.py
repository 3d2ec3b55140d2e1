"""Every commit of a board, and what can be read from it."""
