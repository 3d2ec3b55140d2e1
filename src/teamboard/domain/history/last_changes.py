"""When records were changed last, and which were removed: what a calendar tells other programs of each event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.commit_log import record_of
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import Record


class LastChange(Struct, frozen=True, order=True):
    """The newest commit that concerns something: its revision and time."""

    revision: int
    at: datetime


class LastChanges(Struct, frozen=True):
    """The last change of each record, and the records that were removed, as they were."""

    changes: Mapping[RecordId, LastChange]
    removed: Mapping[RecordId, Record]

    def newest(self, ids: Collection[RecordId]) -> LastChange | None:
        """The newest change of any of these records; None if the history has none."""
        return max((self.changes[i] for i in ids if i in self.changes), default=None)


def last_changes(board: Board, fields: Mapping[str, Collection[str]]) -> LastChanges:
    """The last change of each record of these tables: that created it, removed it or changed one of its `fields`.

    `board` has its archived records. Raises HistoryUnavailable.
    """
    history = history_of(board)
    missing = {i for table in fields for i in board.tables[table]}
    newest_archive = history.earlier[-1].last if history.earlier else 0
    changes: dict[RecordId, LastChange] = {}
    removed: dict[RecordId, Record] = {}
    for revision, step in history.reverse_steps():
        if not missing and revision <= newest_archive:
            break
        concerned = [i for i in step.changes if i not in changes and known_table(i) in fields]
        entry = history.get(revision) if concerned and not step.archive else None
        for record_id in concerned if entry else ():
            assert entry is not None
            change = entry.changes[record_id]
            touched = {*(change.before or ()), *(change.after or ())}
            if change.before is None or change.after is None or touched & set(fields[known_table(record_id) or ""]):
                changes[record_id] = LastChange(revision, entry.at)
                missing.discard(record_id)
            if change.after is None and change.before is not None and board.get(record_id) is None:
                removed[record_id] = record_of(record_id, change.before)
    return LastChanges(changes, removed)
