"""Members as lines: the line on the board, and the page of a member."""
