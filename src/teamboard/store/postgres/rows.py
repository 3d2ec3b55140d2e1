"""Records and commits as rows, and back: what only some may read of them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from teamboard.domain.board import Board, Changes, Tables
from teamboard.domain.commit_log import Change, Fields, HistoryEntry, fields_after, fields_of, record_of
from teamboard.domain.ids import number_of, table_of
from teamboard.domain.records import TABLES, Record, Review
from teamboard.store import codec

PRIVATE = {"reviews": ("sealed", "outcome", "additions")}
"""The fields of a table that only the two of a record may read."""

_ENCODER = msgspec.json.Encoder()
_ENTRY = msgspec.json.Decoder(HistoryEntry)
_CHANGE = msgspec.json.Decoder(Change)


class Row(NamedTuple):
    """A record's row; `private` is None where it has no such part."""

    kind: str
    number: int
    fields: str
    private: str | None


class Private(NamedTuple):
    """What only two may read of a commit."""

    record: str
    readers: list[str]
    change: str


def row_of(record: Record) -> Row:
    """A record as a row."""
    kind, number = table_of(record.id), number_of(record.id)
    fields = fields_of(record) or {}
    private = {name: fields.pop(name) for name in PRIVATE.get(kind, ()) if name in fields}
    return Row(kind, number, _text(fields), _text(private) if private else None)


def tables_of(found: Iterable[tuple[str, bytes]]) -> Tables:
    """Every record, from the text of each table as one JSON object by number. Raises tables.Unreadable."""
    return {name: codec.decoded(name, text) for name, text in found if name in TABLES}


def entry_row(entry: HistoryEntry, before: Board, after: Board) -> tuple[str, list[Private]]:
    """A commit's text for everybody, and beside it what is for two only."""
    private: list[Private] = []
    changes: dict[str, Change] = {}
    for record_id, change in entry.changes.items():
        hidden = PRIVATE.get(table_of(record_id), ())
        open_change = Change(before=_without(change.before, hidden), after=_without(change.after, hidden))
        changes[record_id] = open_change
        if open_change != change:
            record = after.get(record_id) or before.get(record_id)
            readers = [record.member, record.manager] if isinstance(record, Review) else []
            private.append(Private(record_id, readers, _text(change)))
    return _text(msgspec.structs.replace(entry, changes=changes) if private else entry), private


def entry_of(text: str | bytes, private: Mapping[str, Any] | None) -> HistoryEntry:
    """A commit from its text and what one may read of its private part, by record."""
    entry = _ENTRY.decode(text)
    if not private:
        return entry
    known = {record_id: msgspec.convert(change, Change) for record_id, change in private.items()}
    return msgspec.structs.replace(entry, changes={i: known.get(i, c) for i, c in entry.changes.items()})


def caught_up(board: Board, entries: Iterable[HistoryEntry], revision: int) -> Board:
    """A board with some more commits of its history."""
    fields: dict[str, Fields | None] = {}
    for entry in entries:
        for record_id, change in entry.changes.items():
            now = fields[record_id] if record_id in fields else fields_of(board.get(record_id))
            fields[record_id] = fields_after(now, change)
    changes: Changes = {i: record_of(i, f) if f is not None else None for i, f in fields.items()}
    return board.with_commits(changes, revision)


def _without(fields: Fields | None, hidden: tuple[str, ...]) -> Fields | None:
    return fields if fields is None else {k: v for k, v in fields.items() if k not in hidden}


def _text(value: object) -> str:
    return _ENCODER.encode(value).decode()
