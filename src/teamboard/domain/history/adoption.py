"""Record changes made outside teamboard in the history, so that it adds up to the records again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.commit_log import Change, Fields, HistoryEntry, change_between, record_of, replay, stored_fields
from teamboard.domain.history.differences import differing_ids
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, Table, id_sort_key, known_table
from teamboard.domain.verbs import ADOPTION_VERB


def adoption_entry(
    board: Board, tables: Collection[Table], at: datetime, *, incomplete: Collection[Table] = ()
) -> HistoryEntry | None:
    """The history entry for what differs in some tables from the history; None if nothing does.

    Of the `incomplete` tables no record counts as removed: it may be one that is there under a wrong key. Raises
    HistoryUnavailable if an archive is needed and can't be read.
    """
    replayed = replay(entry for _, entry in history_of(board).with_archived())
    now = {i: stored_fields(record) for name in tables for i, record in board.tables[name].items()}
    now = {i: fields for i, fields in now.items() if i not in board.set_aside}
    before = {
        i: fields
        for i, fields in replayed.items()
        if known_table(i) in tables and i not in board.set_aside and (i in now or known_table(i) not in incomplete)
    }
    changes = {
        i: change_between(_as_stored(i, before), now.get(i))
        for i in sorted(differing_ids(before, now), key=id_sort_key)
    }
    changes = {i: change for i, change in changes.items() if change != Change(before={}, after={})}
    return HistoryEntry(by=None, at=at, verb=ADOPTION_VERB, changes=changes) if changes else None


def _as_stored(record_id: RecordId, fields: Mapping[RecordId, Fields]) -> Fields | None:
    """The fields that the history has of a record, in today's form; None if it has no such record."""
    found = fields.get(record_id)
    if found is None:
        return None
    try:
        return stored_fields(record_of(record_id, found))
    except msgspec.ValidationError:
        return found
