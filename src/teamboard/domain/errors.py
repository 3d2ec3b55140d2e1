"""Errors that an action can raise, and error messages of the operating system."""

from __future__ import annotations

from teamboard.domain.records import Record


class Refused(Exception):
    """An action is not possible or not permitted; the message says why and what to do, in one line."""


class NotFound(Refused):
    """The board does not have the record that an action is about."""


class NoTeam(NotFound):
    """The board has no team: a file that another program made; `init` makes none of it, nor writes over it."""

    def __init__(self) -> None:
        super().__init__("This board has no team. Create another board with `teamboard init --board FILE`.")


class Conflict(Refused):
    """The record was changed since the form was opened; `theirs` is the newer version."""

    def __init__(self, message: str, theirs: Record) -> None:
        super().__init__(message)
        self.theirs = theirs


class Unlikely(Refused):
    """A value that is possible, but probably a typing error: it is stored if the person says so again.

    `what` says what is unlikely about it, without what to do.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. If it is right, say so with --yes.")
        self.what = what


def describe_os_error(error: OSError) -> str:
    """The message of an operating system error without number and path, such as "Permission denied"."""
    return error.strerror or str(error) or type(error).__name__


def os_error_within(error: OSError) -> str:
    """The same within a sentence, such as "permission denied"."""
    message = describe_os_error(error)
    return message[:1].lower() + message[1:]
