"""A session that is read-only: while it is, nothing that belongs to a board or a person is written.

It holds for the whole process, and is asked where files and databases are written. So it needs nothing of those who
call: a new setting, draft or cache is held to it as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EROFS

from teamboard.domain.errors import Refused

_on = False


@contextmanager
def read_only(on: bool = True) -> Iterator[None]:
    """Write nothing for as long as this is entered; with `on` false, write again, as for a file of this session."""
    global _on
    before, _on = _on, on
    try:
        yield
    finally:
        _on = before


def check_file_may_be_written() -> None:
    """Raise OSError in a read-only session; for whoever is about to change a file."""
    if _on:
        raise OSError(EROFS, "This session is read-only")


def check_board_may_be_written() -> None:
    """Raise Refused in a read-only session; for whoever is about to change a board, or who may enter it."""
    if _on:
        raise Refused("This session is read-only; nothing was changed. Leave out --read-only to write.")
