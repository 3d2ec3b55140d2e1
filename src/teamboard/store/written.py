"""The board that this process wrote last, so that a failure after a commit is not reported as a failed commit.

It is global to the process, as read-only mode is, and noted where boards are written: a new command is covered too.
"""

from __future__ import annotations

_place = ""


def note_written(place: str) -> None:
    """Note that the board (or file) at a path or address was written; "" forgets what was noted before."""
    global _place  # noqa: PLW0603 - the note is the process's, threads included
    _place = place


def last_written() -> str:
    """The place that was noted last, "" if nothing was written."""
    return _place
