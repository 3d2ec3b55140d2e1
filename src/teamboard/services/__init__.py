"""What the command line and the screens both need."""
