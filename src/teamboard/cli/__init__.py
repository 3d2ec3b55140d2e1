"""The command line. Importing it imports neither Textual nor what a single command needs."""
