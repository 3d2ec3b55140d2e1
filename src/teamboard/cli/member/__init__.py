"""What is done with one member: they leave or return, get another handle, or get all that the board knows of them."""
