"""What a board is and what it means: no I/O, no Textual, no clock."""
