"""What people do to a board. Pure: an action reads a board and returns changes, or raises Refused."""
