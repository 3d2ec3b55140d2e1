"""A board in one shared TinyDB file."""
