"""The board's file: archive, backups, copies, repair."""
