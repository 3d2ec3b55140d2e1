"""Copy a board from one store to another, with its history and id counters, and verify the copy."""

from __future__ import annotations

from collections.abc import Iterator

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.commit_log import fields_by_id
from teamboard.domain.history.log import history_of
from teamboard.store import codec
from teamboard.store.base import BoardExists, BoardUnreadable, Store, StoreError


class CopyDiffers(StoreError):
    """The copy differs from its source."""


def copy_board(source: Store, target: Store, by: Actor) -> tuple[Board, bool]:
    """Create the source's board in the target in one write, then compare the two.

    If the target has the board already, as after a copy that was interrupted, the two are only compared.

    Returns:
        The target's board, and True if it was created.

    Raises:
        StoreError: A store can't be read or written, or the target has another board.
    """
    board = source.load()
    if source.authenticated_as is not None:
        raise BoardUnreadable(
            f"As {source.authenticated_as} you can't read all of {source.place}: copy it as its administrator."
        )
    file = codec.assemble(board, history_of(board).with_archived())
    try:
        target.create(file, by)
        new = True
    except BoardExists:
        new = False
    board_there = target.load()
    different = next(board_differences(file.board, board_there), None)
    if different is not None:
        if not new:
            raise BoardExists(
                f"{target.place} has another board, or another revision of this one ({different}); choose another."
            )
        raise CopyDiffers(
            f"Internal error: {target.place} is not a copy of {source.place} ({different}). Please report it."
        )
    return board_there, new


def board_differences(one: Board, other: Board) -> Iterator[str]:
    """Yield what differs between two boards: the revision, the id counters, each record, each commit."""
    if one.revision != other.revision:
        yield f"revision {one.revision} and {other.revision}"
    if {k: v for k, v in one.ids.items() if v} != {k: v for k, v in other.ids.items() if v}:
        yield "the id counters"
    mine, theirs = fields_by_id(one.tables), fields_by_id(other.tables)
    for record_id in sorted({*mine, *theirs}):
        if mine.get(record_id) != theirs.get(record_id):
            yield f"record {record_id}"
    for (revision, entry), (_, other_entry) in zip(history_of(one), history_of(other), strict=False):
        if entry != other_entry:
            yield f"the commit of revision {revision}"
    if len(history_of(one)) != len(history_of(other)):
        yield "the number of commits"
