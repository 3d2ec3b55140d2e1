"""Goals: their progress, pace and status, and their revisions."""
