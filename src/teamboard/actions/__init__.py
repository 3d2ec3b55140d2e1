"""What people do to a board. Pure: an action reads a board and answers with changes, or refuses."""
