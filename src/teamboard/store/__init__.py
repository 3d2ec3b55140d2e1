"""Where a board lives."""
