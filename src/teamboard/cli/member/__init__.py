"""What is done with one member: another handle, and all that the board knows of them."""
