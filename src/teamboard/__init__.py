"""A live terminal board on which a sales team shares goals, progress and feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from teamboard.services.tinydb_door import BoardDB

__version__ = "0.2.0"
__all__ = ["open_board"]


def open_board(place: str | os.PathLike[str] | None = None, as_: str | None = None) -> BoardDB:
    """Open a board as a `tinydb.TinyDB`; docs/python.md says what it does.

    Args:
        place: The file, or the address of a board in PostgreSQL; by default as on the command line.
        as_: The member as whom to act; by default as on the command line.

    Raises:
        StoreError: There is no board there.
        NotFound: The board has no such member.
    """
    # Late: the command line imports this package, and TinyDB takes it 5 ms.
    from teamboard.services import tinydb_door

    return tinydb_door.open_board(place, as_)
