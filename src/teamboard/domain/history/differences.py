"""Compare two states of a board's records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Change, Fields, change_between, fields_of, record_of, stored_fields
from teamboard.domain.ids import RecordId, id_sort_key
from teamboard.domain.records import TABLES

_MOST_STEPS = 4
"""Boards are compared as a whole if so many others are between them."""


def changed(old: Board, new: Board) -> set[RecordId]:
    """The ids of the records that were added, removed or changed between two boards."""
    ids = _may_differ(old, new)
    if ids is not None:
        return {i for i in ids if (b := old.get(i)) is not (r := new.get(i)) and b != r}
    ids = set()
    for name in TABLES:
        before, after = old.tables[name], new.tables[name]
        if before is after:
            continue
        ids.update(i for i, r in after.items() if (b := before.get(i)) is not r and b != r)
        ids.update(i for i in before if i not in after)
    return ids


def _may_differ(old: Board, new: Board) -> set[RecordId] | None:
    """The ids of the records that may differ between boards of which one was made of the other; None if not known."""
    earlier = list(_made_of(old))
    for board, ids in _made_of(new):
        for other, others in earlier:
            if board is other:
                return {*ids, *others}
    return None


def _made_of(board: Board) -> Iterator[tuple[Board, frozenset[RecordId]]]:
    """Yield a board, then the one of which it was made, and so on; each with the ids of what may differ from it."""
    ids: frozenset[RecordId] = frozenset()
    for _ in range(_MOST_STEPS):
        yield board, ids
        before, more = board.derived_from or (None, ids)
        above = before() if before is not None else None
        if above is None:
            return
        board, ids = above, ids | more


def differences(board: Board, changes: Changes) -> dict[RecordId, Change]:
    """The fields that `changes` change in a board's records, before and after, by record id.

    A field that is missing on one side has its default there.
    """
    return {
        record_id: change_between(fields_of(board.get(record_id)), fields_of(record))
        for record_id, record in changes.items()
    }


def differing_ids(replayed: Mapping[RecordId, Fields], stored: Mapping[RecordId, Fields]) -> list[RecordId]:
    """The ids of the records that differ between a replayed history and the file, sorted.

    Fields in the form of an older version do not differ if both are decoded to the same record.
    """
    return sorted(i for i in {*replayed, *stored} if not _is_same(i, replayed.get(i), stored.get(i)))


def _is_same(record_id: RecordId, replayed: Fields | None, stored: Fields | None) -> bool:
    if replayed == stored:
        return True
    try:
        return replayed is not None and stored is not None and stored_fields(record_of(record_id, replayed)) == stored
    except msgspec.ValidationError:
        return False


def changes_between(before: Mapping[RecordId, Fields], after: Mapping[RecordId, Fields]) -> dict[RecordId, Change]:
    """The changes from one state of the records to another, by record id, as in a history entry."""
    ids = sorted({*before, *after}, key=id_sort_key)
    return {i: change_between(before.get(i), after.get(i)) for i in ids if before.get(i) != after.get(i)}
