"""Compare two states of a board's records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Change, Fields, change_between, fields_of, record_of, stored_fields
from teamboard.domain.ids import id_sort_key


def differences(board: Board, changes: Changes) -> dict[str, Change]:
    """The fields that `changes` change in a board's records, before and after, by record id.

    A field that is missing on one side has its default there.
    """
    return {
        record_id: change_between(fields_of(board.get(record_id)), fields_of(record))
        for record_id, record in changes.items()
    }


def differing_ids(replayed: Mapping[str, Fields], stored: Mapping[str, Fields]) -> list[str]:
    """The ids of the records that differ between a replayed history and the file, sorted.

    Fields in the form of an older version do not differ if both are decoded to the same record.
    """
    return sorted(i for i in {*replayed, *stored} if not _is_same(i, replayed.get(i), stored.get(i)))


def _is_same(record_id: str, replayed: Fields | None, stored: Fields | None) -> bool:
    if replayed == stored:
        return True
    try:
        return replayed is not None and stored is not None and stored_fields(record_of(record_id, replayed)) == stored
    except msgspec.ValidationError:
        return False


def changes_between(before: Mapping[Any, Fields], after: Mapping[Any, Fields]) -> dict[str, Change]:
    """The changes from one state of the records to another, by record id, as in a history entry."""
    ids = sorted({*before, *after}, key=id_sort_key)
    return {i: change_between(before.get(i), after.get(i)) for i in ids if before.get(i) != after.get(i)}
