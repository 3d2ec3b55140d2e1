"""How two states of a board's records differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Change, Fields, change_between, fields_of, record_of, stored_fields
from teamboard.domain.ids import id_sort_key


def differences(board: Board, changes: Changes) -> dict[str, Change]:
    """What changes do to a board's records: the fields that differ, before and after.

    A field left out on one side had, or has, its default there.
    """
    return {
        record_id: change_between(fields_of(board.get(record_id)), fields_of(record))
        for record_id, record in changes.items()
    }


def differing_ids(made: Mapping[str, Fields], state: Mapping[str, Fields]) -> list[str]:
    """The ids of the records that are not what a history has `made` of them, in order; `state` is as read.

    What an earlier version wrote in another form is no difference, where both are read as the same record.
    """
    return sorted(i for i in {*made, *state} if not _is_same(i, made.get(i), state.get(i)))


def _is_same(record_id: str, made: Fields | None, fields: Fields | None) -> bool:
    if made == fields:
        return True
    try:
        return made is not None and fields is not None and stored_fields(record_of(record_id, made)) == fields
    except msgspec.ValidationError:
        return False


def changes_between(before: Mapping[Any, Fields], after: Mapping[Any, Fields]) -> dict[str, Change]:
    """What makes one state of the records into another, as a commit has it."""
    ids = sorted({*before, *after}, key=lambda i: id_sort_key(i))
    return {i: change_between(before.get(i), after.get(i)) for i in ids if before.get(i) != after.get(i)}
