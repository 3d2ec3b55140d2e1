"""Convert records and commits to database rows and back; private fields go to separate rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from teamboard.domain.board import Board, Changes, Tables
from teamboard.domain.commit_log import Change, Fields, HistoryEntry, fields_after, fields_of, record_of
from teamboard.domain.goals.revisions import unfit_terms
from teamboard.domain.ids import RecordId, Table, number_of, table_of
from teamboard.domain.records import TABLES, GoalRevision, Record, Review
from teamboard.domain.records.patterns import in_words
from teamboard.store.decoder import InvalidBoardFile, decode_table

PRIVATE: dict[Table, tuple[str, ...]] = {"reviews": ("sealed", "outcome", "additions")}
"""The fields of each table that only the member and the manager of a record may read."""

_ENCODER = msgspec.json.Encoder()
_ENTRY = msgspec.json.Decoder(HistoryEntry)


class Row(NamedTuple):
    """A record as a row: `fields` and `private` are JSON; `private` is None if it has no private fields.

    `readers` has the handles of those who may read the private fields.
    """

    kind: Table
    number: int
    fields: str
    private: str | None
    readers: list[str]


class PrivatePart(NamedTuple):
    """The private part of a commit: the record's id, the handles of its readers, the change as JSON."""

    record: RecordId
    readers: list[str]
    change: str


def row_of(record: Record) -> Row:
    """Convert a record to a row."""
    kind, number = table_of(record.id), number_of(record.id)
    fields = fields_of(record) or {}
    private = {name: fields.pop(name) for name in PRIVATE.get(kind, ()) if name in fields}
    return Row(kind, number, _json_text(fields), _json_text(private) if private else None, _readers(record))


def tables_of(found: Iterable[tuple[str, bytes]]) -> Tables:
    """Decode the JSON of each table, one object by document number, into records. Raises InvalidBoardFile."""
    return {name: decode_table(name, text) for name, text in found if name in TABLES}


def entry_row(entry: HistoryEntry, before: Board, after: Board) -> tuple[str, list[PrivatePart]]:
    """Return a commit's public JSON and its private parts."""
    private: list[PrivatePart] = []
    changes: dict[RecordId, Change] = {}
    for record_id, change in entry.changes.items():
        hidden = PRIVATE.get(table_of(record_id), ())
        open_change = Change(before=_without_fields(change.before, hidden), after=_without_fields(change.after, hidden))
        changes[record_id] = open_change
        if open_change != change:
            record = after.get(record_id) or before.get(record_id)
            private.append(PrivatePart(record_id, _readers(record), _json_text(change)))
    return _json_text(msgspec.structs.replace(entry, changes=changes) if private else entry), private


def patches_of(entry: HistoryEntry) -> str:
    """The changes of a commit as JSON for the database: for each record the fields to set and to unset, or null."""
    patches: dict[str, dict[str, object] | None] = {}
    for record_id, change in entry.changes.items():
        if change.after is None:
            patches[record_id] = None
            continue
        patches[record_id] = {"set": change.after}
        if change.before is not None and (unset := [name for name in change.before if name not in change.after]):
            patches[record_id] = {"set": change.after, "unset": unset}
    return _json_text(patches)


def claims_of(entry: HistoryEntry) -> str:
    """What an administrator says of a commit as JSON: all of its entry but the changes."""
    fields: dict[str, object] = msgspec.to_builtins(entry)
    return _json_text({name: value for name, value in fields.items() if name not in ("changes", "hash")})


def entry_of(text: str | bytes, private: Mapping[str, Any] | None) -> HistoryEntry:
    """Decode a commit from its public JSON and the private changes that the caller may read, by record id."""
    entry = _ENTRY.decode(text)
    if not private:
        return entry
    known = {record_id: msgspec.convert(change, Change) for record_id, change in private.items()}
    return msgspec.structs.replace(entry, changes={i: known.get(i, c) for i, c in entry.changes.items()})


def board_after(board: Board, entries: Iterable[HistoryEntry], revision: int) -> Board:
    """Return the board at `revision`, after `entries` that follow it. Raises InvalidBoardFile for an invalid record."""
    fields: dict[RecordId, Fields | None] = {}
    for entry in entries:
        for record_id, change in entry.changes.items():
            now = fields[record_id] if record_id in fields else fields_of(board.get(record_id))
            fields[record_id] = fields_after(now, change)
    changes: Changes = {}
    for record_id, now in fields.items():
        try:
            changes[record_id] = record = record_of(record_id, now) if now is not None else None
        except (msgspec.ValidationError, KeyError, ValueError) as error:
            raise InvalidBoardFile(f"{record_id}: {in_words(str(error))}") from error
        if isinstance(record, GoalRevision) and (why := unfit_terms(record)) is not None:
            raise InvalidBoardFile(f"{record_id}: {why}")
    return board.caught_up(changes, revision)


def _readers(record: Record | None) -> list[str]:
    """The handles of those who may read a record's private fields."""
    return [record.member, record.manager] if isinstance(record, Review) else []


def _without_fields(fields: Fields | None, hidden: tuple[str, ...]) -> Fields | None:
    return fields if fields is None else {k: v for k, v in fields.items() if k not in hidden}


def _json_text(value: object) -> str:
    return _ENCODER.encode(value).decode()
