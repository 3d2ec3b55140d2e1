"""Read-only mode (`--read-only`): no file or database of a board or a person is written.

The mode is global to the process and is checked where files and databases are written, so that no caller has to
remember it: a new setting, draft or cache is covered too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EROFS

from teamboard.domain.errors import Refused

_on = False


@contextmanager
def read_only(on: bool = True) -> Iterator[None]:
    """Set the read-only mode within the context; `on=False` allows writing, as for a temporary file."""
    global _on  # noqa: PLW0603 - the mode is the process's, threads included, and is put back
    before, _on = _on, on
    try:
        yield
    finally:
        _on = before


def check_file_may_be_written() -> None:
    """Raise OSError in read-only mode; call it before a file is changed."""
    if _on:
        raise OSError(EROFS, "This session is read-only")


def check_board_may_be_written() -> None:
    """Raise Refused in read-only mode; call it before a board or its permissions are changed."""
    if _on:
        raise Refused("This session is read-only; nothing was changed. Leave out --read-only to write.")
