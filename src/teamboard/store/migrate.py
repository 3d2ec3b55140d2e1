"""A board from one store into another: its records, its history, its numbers; and proof that nothing differs."""

from __future__ import annotations

from collections.abc import Iterator

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.commit_log import Fields, stored_fields
from teamboard.domain.history.log import history_of
from teamboard.store import codec
from teamboard.store.base import BoardExists, BoardUnreadable, Store, StoreError


class CopyDiffers(StoreError):
    """What is in the target is not what is in the source."""


def copy(source: Store, target: Store, by: Actor) -> tuple[Board, bool]:
    """Make a source's board in a target, all at once, then compare the two; the board, and whether it is new.

    If it is there already, as after a copy that was told to nobody, it is compared only. Raises StoreError.
    """
    board = source.load()
    if source.seat is not None:
        raise BoardUnreadable(f"As {source.seat} you do not see all of {source.place}: copy it as its administrator.")
    file = codec.assemble(board, history_of(board).with_archived())
    try:
        target.create(file, by)
        new = True
    except BoardExists:
        new = False
    found = target.load()
    different = next(differences(file.board, found), None)
    if different is not None:
        if not new:
            raise BoardExists(f"{target.place} is another board already, or another state of it: {different}.")
        raise CopyDiffers(f"{target.place} is not what {source.place} is: {different}; please tell us.")
    return found, new


def differences(one: Board, other: Board) -> Iterator[str]:
    """What differs between two boards, in words: revision, numbers, each record, each commit."""
    if one.revision != other.revision:
        yield f"revision {one.revision} and {other.revision}"
    if {k: v for k, v in one.ids.items() if v} != {k: v for k, v in other.ids.items() if v}:
        yield "the numbers given out"
    mine, theirs = _state(one), _state(other)
    for record_id in sorted({*mine, *theirs}):
        if mine.get(record_id) != theirs.get(record_id):
            yield f"record {record_id}"
    for (revision, entry), (_, found) in zip(history_of(one), history_of(other), strict=False):
        if entry != found:
            yield f"the commit of revision {revision}"
    if len(history_of(one)) != len(history_of(other)):
        yield "how many commits there are"


def _state(board: Board) -> dict[str, Fields]:
    return {i: stored_fields(record) for table in board.tables.values() for i, record in table.items()}
