"""What can be wrong with what somebody asks for."""

from __future__ import annotations

from teamboard.domain.records import Record


class Refused(Exception):
    """An action that can't be done; the message says why and what would help, in one line."""


class NotFound(Refused):
    """An action on something that the board does not have."""


class Conflict(Refused):
    """Somebody was faster: `theirs` is their version, newer than what the person was looking at."""

    def __init__(self, message: str, theirs: Record) -> None:
        super().__init__(message)
        self.theirs = theirs


def describe_os_error(error: OSError) -> str:
    """Why the operating system refused, in its own words, without number and path: "Permission denied".

    Callers lower it where it stands inside a sentence.
    """
    return error.strerror or str(error) or type(error).__name__
