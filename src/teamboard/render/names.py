"""The names of members, as they are shown."""

from __future__ import annotations

from teamboard.domain.board import Board
from teamboard.domain.sanitize import one_line


def name_of(board: Board, handle: str) -> str:
    """A member's name, or the handle of somebody who is not on the board any more."""
    member = board.member(handle)
    return (one_line(member.name) if member else "") or one_line(handle)


def first_name(board: Board, handle: str) -> str:
    """The first word of a member's name."""
    return (name_of(board, handle).split() or [handle])[0]
