"""Salvage a damaged file: each document is on its own line, so that a bad line loses one document only.

All records can be rebuilt from a complete history, and the changes of a lost history entry from complete records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from teamboard.domain.board import Board, Tables, invalid_references
from teamboard.domain.commit_log import BoardMeta, HistoryEntry, fields_before, record_of, replay, stored_fields
from teamboard.domain.history.differences import changes_between
from teamboard.domain.history.log import REPAIR_VERB
from teamboard.domain.ids import Table, make_id, number_of, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.store.hash_chain import has_its_hash

_TABLE = re.compile(rb'"(\w+)":\s*\{\s*\}?,?\s*')
_DOCUMENT = re.compile(rb'"(\d{1,12})":\s*(\{.*\}),?\s*', re.DOTALL)
_ENTRY = msgspec.json.Decoder(HistoryEntry)
_META = msgspec.json.Decoder(BoardMeta)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Entries = dict[int, HistoryEntry]


class SalvagedBoard(msgspec.Struct, frozen=True):
    """What could be read of a damaged file.

    `entries` has the history by revision; `tables` is None if any record could not be read; `ids` has the last
    document number of each table.
    """

    entries: Entries
    tables: Tables | None
    revision: int
    ids: dict[str, int]


def salvage(data: bytes) -> SalvagedBoard:
    """Read as much as possible of a damaged file, line by line."""
    entries: Entries = {}
    tables: Tables = {name: {} for name in TABLES}
    complete, revision, table = True, 0, ""
    ids: dict[str, int] = {}
    seen = set[str]()
    for line in data.split(b"\n"):
        named, document = _TABLE.fullmatch(line), _DOCUMENT.fullmatch(line)
        if named is not None:
            table = named[1].decode()
            seen.add(table)
        elif document is None:
            complete &= line.strip() in (b"", b"{", b"}", b"},") or table == "history"
        elif table == "meta":
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                meta = _META.decode(document[2])
                revision, ids = meta.revision, meta.ids
        elif (entry := _entry(document[2])) is not None:
            entries[int(document[1])] = entry
        elif table in TABLES:
            record = _record(table, int(document[1]), document[2])
            complete &= record is not None
            if record is not None:
                tables[table][record.id] = record
        else:
            complete &= table == "history"
    complete &= seen >= {*TABLES} and revision > 0
    if complete and any(True for _ in invalid_references(Board(tables))):
        complete = False
    return SalvagedBoard(entries, tables if complete else None, max(revision, max(entries, default=0)), ids)


def _entry(text: bytes) -> HistoryEntry | None:
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _ENTRY.decode(text)
    return None


def _record(table: Table, number: int, text: bytes) -> Record | None:
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        record: Record = msgspec.json.decode(text, type=TABLES[table])
        msgspec.structs.force_setattr(record, "id", make_id(table, number))
        return record
    return None


def longest_chain(sources: Iterable[Mapping[int, HistoryEntry]]) -> Entries:
    """The longest unbroken history from revision 1, each entry from the first source in which its hash fits."""
    entries: Entries = {}
    before, all_sources = "", list(sources)
    while (entry := _next_in_chain(all_sources, len(entries) + 1, before)) is not None:
        entries[len(entries) + 1] = entry
        before = entry.hash
    return entries


def _next_in_chain(sources: list[Mapping[int, HistoryEntry]], revision: int, before: str) -> HistoryEntry | None:
    for source in sources:
        entry = source.get(revision)
        # Format 1 has no hashes: accept its entries unchecked.
        if entry is not None and (not entry.hash or has_its_hash(before, revision, entry)):
            return entry
    return None


def board_from_history(entries: Entries) -> Board:
    """Rebuild the board from its complete history."""
    tables: Tables = {name: {} for name in TABLES}
    ids: dict[str, int] = {}
    for entry in entries.values():
        for record_id in entry.changes:
            name = table_of(record_id)
            ids[name] = max(ids.get(name, 0), number_of(record_id))
    for record_id, fields in sorted(replay(entries.values()).items(), key=lambda item: number_of(item[0])):
        tables[table_of(record_id)][record_id] = record_of(record_id, fields)
    return Board(tables, revision=len(entries), ids=ids)


def repaired_history(known: Entries, newest: Board, read: Entries) -> Iterator[tuple[int, HistoryEntry]]:
    """Yield a history for a complete board some of whose entries after `known` can't be read.

    Args:
        known: The unbroken history from revision 1.
        newest: The board as its records say.
        read: All entries that can be read, by revision.

    Yields:
        `known`; one entry with the combined changes of those that can't be read, and empty ones for the rest of them;
        then the readable entries after them, whose hashes have to be set again.
    """
    last, first_readable = newest.revision, newest.revision + 1
    while first_readable - 1 > len(known) and _is_whole(first_readable - 1, known, read):
        first_readable -= 1
    now = {i: stored_fields(record) for table in newest.tables.values() for i, record in table.items()}
    for revision in range(last, first_readable - 1, -1):
        for record_id, change in read[revision].changes.items():
            back = fields_before(now.pop(record_id, None), change)
            if back is not None:
                now[record_id] = back
    yield from known.items()
    changes = changes_between(replay(known.values()), now)
    at = next((e.at for e in (read.get(first_readable), known.get(len(known))) if e is not None), EPOCH)
    for revision in range(len(known) + 1, first_readable):
        yield revision, HistoryEntry(by=None, at=at, verb=REPAIR_VERB, changes=changes)
        changes = {}
    yield from ((revision, read[revision]) for revision in range(first_readable, last + 1))


def _is_whole(revision: int, known: Entries, read: Entries) -> bool:
    """True if an entry can be read, and its hash fits, as far as the entry before it can be read."""
    entry, before = read.get(revision), read.get(revision - 1) or known.get(revision - 1)
    if entry is None:
        return False
    return before is None or not entry.hash or has_its_hash(before.hash, revision, entry)
