"""What can be read of a damaged file: each document is a line of its own, so that a bad line costs one document.

A history that is whole gives back every record; records that are whole give back what a bad history line did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from teamboard.domain.board import Board, Tables, problems
from teamboard.domain.commit_log import BoardMeta, HistoryEntry, fields_before, record_of, replay, stored_fields
from teamboard.domain.history.differences import changes_between
from teamboard.domain.ids import Table, make_id, number_of, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.store.hash_chain import linked

_TABLE = re.compile(rb'"(\w+)":\s*\{\s*\}?,?\s*')
_DOCUMENT = re.compile(rb'"(\d{1,12})":\s*(\{.*\}),?\s*', re.DOTALL)
_ENTRY = msgspec.json.Decoder(HistoryEntry)
_META = msgspec.json.Decoder(BoardMeta)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
MENDED = "mend the history"
"""The verb of an entry that stands for one that could not be read any more."""

Entries = dict[int, HistoryEntry]


class Salvaged(msgspec.Struct, frozen=True):
    """What could be read: the history by revision, and the records, if all of every table could be."""

    entries: Entries
    tables: Tables | None
    revision: int
    ids: dict[str, int]


def salvage(data: bytes) -> Salvaged:
    """Read a file line by line, whatever has become of it."""
    entries: Entries = {}
    tables: Tables = {name: {} for name in TABLES}
    whole, revision, table = True, 0, ""
    ids: dict[str, int] = {}
    seen = set[str]()
    for line in data.split(b"\n"):
        named, document = _TABLE.fullmatch(line), _DOCUMENT.fullmatch(line)
        if named is not None:
            table = named[1].decode()
            seen.add(table)
        elif document is None:
            whole &= line.strip() in (b"", b"{", b"}", b"},") or table == "history"
        elif table == "meta":
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                meta = _META.decode(document[2])
                revision, ids = meta.revision, meta.ids
        elif (entry := _entry(document[2])) is not None:
            entries[int(document[1])] = entry
        elif table in TABLES:
            record = _record(table, int(document[1]), document[2])
            whole &= record is not None
            if record is not None:
                tables[table][record.id] = record
        else:
            whole &= table == "history"
    whole &= seen >= {*TABLES} and revision > 0
    if whole and any(True for _ in problems(Board(tables))):
        whole = False
    return Salvaged(entries, tables if whole else None, max(revision, max(entries, default=0)), ids)


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


def whole_chain(sources: Iterable[Mapping[int, HistoryEntry]]) -> Entries:
    """The longest history from the first commit on, each entry from the first source in which it fits."""
    found: Entries = {}
    before, several = "", list(sources)
    while (entry := _fitting(several, len(found) + 1, before)) is not None:
        found[len(found) + 1] = entry
        before = entry.hash
    return found


def _fitting(sources: list[Mapping[int, HistoryEntry]], revision: int, before: str) -> HistoryEntry | None:
    for source in sources:
        entry = source.get(revision)
        # The oldest format has no chain: its entries are taken as they stand.
        if entry is not None and entry.hash in ("", linked(before, revision, entry).hash):
            return entry
    return None


def board_of(entries: Entries) -> Board:
    """The board that a history from the first commit on adds up to."""
    tables: Tables = {name: {} for name in TABLES}
    ids: dict[str, int] = {}
    for entry in entries.values():
        for record_id in entry.changes:
            name = table_of(record_id)
            ids[name] = max(ids.get(name, 0), number_of(record_id))
    for record_id, fields in sorted(replay(entries.values()).items(), key=lambda item: number_of(item[0])):
        tables[table_of(record_id)][record_id] = record_of(record_id, fields)
    return Board(tables, revision=len(entries), ids=ids)


def mended(known: Entries, newest: Board, read: Entries) -> Iterator[tuple[int, HistoryEntry]]:
    """A history that leads to a board that is whole, where some entries after `known` can't be read any more.

    One entry stands in their place and says what changed; those after it are as they were, but for the chain.
    """
    last, first_readable = newest.revision, newest.revision + 1
    while first_readable - 1 > len(known) and first_readable - 1 in read:
        first_readable -= 1
    now = {i: stored_fields(record) for table in newest.tables.values() for i, record in table.items()}
    for revision in range(last, first_readable - 1, -1):
        for record_id, change in read[revision].changes.items():
            back = fields_before(now.pop(record_id, None), change)
            if back is not None:
                now[record_id] = back
    yield from known.items()
    changes = changes_between(replay(known.values()), now)
    at = next((e.at for e in (read.get(first_readable), known.get(len(known))) if e is not None), NEVER)
    for revision in range(len(known) + 1, first_readable):
        yield revision, HistoryEntry(by=None, at=at, verb=MENDED, changes=changes)
        changes = {}
    yield from ((revision, read[revision]) for revision in range(first_readable, last + 1))
