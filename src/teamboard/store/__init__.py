"""Stores: read and write a board in a TinyDB file or in PostgreSQL."""
