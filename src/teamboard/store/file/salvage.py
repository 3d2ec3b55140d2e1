"""Salvage a damaged file: a line that can't be read loses one document only.

A commit writes each document on a line of its own; the file of another program is brought to such lines first. All
records can be rebuilt from a complete history, and the changes of a lost history entry from complete records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from teamboard.domain.board import Board, Tables
from teamboard.domain.commit_log import HistoryEntry, fields_before, fields_by_id, record_of, replay
from teamboard.domain.history.differences import changes_between
from teamboard.domain.ids import RecordId, Table, is_document_number, make_id, number_of, numbers_used, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.domain.references import invalid_references
from teamboard.domain.verbs import REPAIR_VERB
from teamboard.store.codec import ALL_TABLES
from teamboard.store.hash_chain import has_its_hash
from teamboard.store.meta import Archive, BoardMeta

_TABLE = re.compile(rb'("(?!\d+")(?:[^"\\]|\\.)*"):\s*\{\s*\}?,?\s*')
_DOCUMENT = re.compile(rb'"(\d{1,40})":\s*(\{.*\}),?\s*', re.DOTALL)
_TABLE_START = re.compile(rb'^("(?!\d+")(?:[^"\\\n]|\\.)*"): \{', re.MULTILINE)
_NAMED_VALUE = re.compile(r'^("(?!\d+")(?:[^"\\\n]|\\.)*"): ', re.MULTILINE)
"""The start of a table, or what another program keeps instead of one, as a commit writes it."""
_NAMED_OBJECT = re.compile(r'("(?:[^"\\]|\\.)*")\s*:\s*\{')
_OWN_LAYOUT = re.compile(rb'\{?\n?"\w+": ?\{\n')
"""The start of a file as a commit writes it."""
_ENTRY = msgspec.json.Decoder(HistoryEntry)
_META = msgspec.json.Decoder(BoardMeta)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Entries = dict[int, HistoryEntry]
MOST_MISSING = 100_000
"""More commits than these are not missing: the number that says so is damaged."""


class SalvagedBoard(msgspec.Struct, frozen=True):
    """What could be read of a damaged file.

    `entries` has the history by revision, `again` those entries whose revision is there twice; `readable` has the
    records that could be read, `tables` the same if it is all of them, else None. `ids` has the last document number
    of each table, `head` the hash of the newest entry, `named_revision` its revision as the table `meta` has it, 0 if
    that can't be read, and `archives` the archives that it lists. `others` has the documents of other programs'
    tables, `unreadable` the JSON of records that can't be read, by id, `ends_with` the revision of the last entry, 0 if
    the end of the history can't be read. `foreign` is true if the file is whole, but written by another program;
    `board_id` is the identity of the board, "" if that can't be read. `values` has the JSON of what other programs keep
    under a name of their own, as far as it is whole.
    """

    entries: Entries
    again: Entries
    tables: Tables | None
    readable: Tables
    revision: int
    ids: dict[str, int]
    head: str = ""
    named_revision: int = 0
    archives: tuple[Archive, ...] = ()
    others: dict[str, list[tuple[int, bytes]]] = {}
    unreadable: dict[RecordId, bytes] = {}
    ends_with: int = 0
    foreign: bool = False
    board_id: str = ""
    values: dict[str, bytes] = {}

    @property
    def is_of_board(self) -> bool:
        """True if anything of a board could be read."""
        parts = (self.entries, self.unreadable, self.named_revision, self.board_id, *self.readable.values())
        return any(map(bool, parts))


def salvage(data: bytes) -> SalvagedBoard:
    """Read as much as possible of a damaged file, line by line."""
    foreign = _OWN_LAYOUT.match(data) is None
    read = _Lines()
    for line in _as_lines(data) if foreign else data.split(b"\n"):
        read.add(line)
    others = read.others if foreign else {}
    if not foreign and (own_table := _other_table(data)) is not None:
        others = _documents_of_others(data[own_table:])
    is_complete = read.is_complete and read.seen >= {*TABLES} and read.meta.revision > 0
    is_complete = is_complete and next(invalid_references(Board(read.tables)), None) is None
    # A table that is missing may be one of other programs', its name damaged.
    has_all_tables = read.seen >= {*ALL_TABLES}
    return SalvagedBoard(
        entries=read.entries,
        again=read.again,
        tables=read.tables if is_complete else None,
        readable=read.tables,
        revision=max(read.meta.revision, max(read.entries, default=0)),
        ids={name: number for name, number in read.meta.ids.items() if name in TABLES},
        head=read.meta.head,
        named_revision=read.meta.revision,
        archives=read.meta.archives,
        others=others if has_all_tables else {},
        unreadable=read.unreadable,
        ends_with=read.ends_with if data.rstrip().endswith(b"}") else 0,
        foreign=foreign and _is_whole_json(data),
        board_id=read.meta.id,
        values=_values_of_others(data) if has_all_tables and not foreign else {},
    )


class _Lines:
    """What the lines of a damaged file have; the fields are those of SalvagedBoard, `seen` the names of its tables.

    `is_complete` is false if a line of a table of records can't be read.
    """

    def __init__(self) -> None:
        self.entries: Entries = {}
        self.again: Entries = {}
        self.tables: Tables = {name: {} for name in TABLES}
        self.others: dict[str, list[tuple[int, bytes]]] = {}
        self.unreadable: dict[RecordId, bytes] = {}
        self.ends_with = 0
        self.meta = BoardMeta(format=0, revision=0)
        self.seen = set[str]()
        self.is_complete = True
        self._table = ""

    def add(self, line: bytes) -> None:
        """Read the next line."""
        if (named := _TABLE.fullmatch(line)) is not None:
            self._table = _name(named[1])
            self.seen.add(self._table)
        elif (document := _DOCUMENT.fullmatch(line)) is not None:
            if self._table in TABLES and not is_document_number(document[1].decode()):
                self.is_complete = False
            else:
                self._add_document(int(document[1]), document[2])
        elif line.strip() not in (b"", b"{", b"}", b"},"):
            self.is_complete &= self._table not in TABLES
            self.ends_with = 0 if self._table == "history" else self.ends_with

    def _add_document(self, number: int, text: bytes) -> None:
        table = self._table
        if table == "meta":
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                self.meta = _META.decode(text)
        elif (entry := _entry(text)) is not None:
            (self.again if number in self.entries else self.entries)[number] = entry
            self.ends_with = number
        elif table in TABLES:
            record = _record(table, number, text)
            if record is not None:
                self.tables[table][record.id] = record
            else:
                self.is_complete = False
                self.unreadable[make_id(table, number)] = text
        elif table == "history":
            self.ends_with = 0
        elif _is_json(text):
            self.others.setdefault(table, []).append((number, text))


def _as_lines(data: bytes) -> Iterator[bytes]:
    """Yield the file of another program as a commit writes it: each table's name and each document on a line."""
    text = data.decode(errors="replace")
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while (named := _NAMED_OBJECT.search(text, at)) is not None:
        at = named.end()
        if not named[1][1:-1].isdecimal():
            yield f"{named[1]}: {{".encode()
            continue
        try:
            _, end = decoder.raw_decode(text, named.end() - 1)
        except (ValueError, RecursionError):
            yield b"unreadable"
            continue
        # No text in JSON has a line break of its own.
        yield f"{named[1]}: {text[named.end() - 1 : end]}".replace("\n", " ").replace("\r", " ").encode()
        at = end


def _other_table(data: bytes) -> int | None:
    """Where the first table of another program begins: those of the board are before it; None if there is none."""
    starts = (m.start() for m in _TABLE_START.finditer(data) if _name(m[1]) not in ALL_TABLES)
    return next(starts, None)


def _documents_of_others(data: bytes) -> dict[str, list[tuple[int, bytes]]]:
    """The documents of other programs' tables, whatever their layout."""
    others: dict[str, list[tuple[int, bytes]]] = {}
    table = ""
    for line in _as_lines(data):
        named, document = _TABLE.fullmatch(line), _DOCUMENT.fullmatch(line)
        if named is not None:
            table = _name(named[1])
        elif document is not None and table not in ALL_TABLES and _is_json(document[2]):
            others.setdefault(table, []).append((int(document[1]), document[2]))
    return others


def _name(text: bytes | str) -> str:
    """The name of a table from its JSON."""
    with suppress(ValueError):
        return str(json.loads(text))
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _values_of_others(data: bytes) -> dict[str, bytes]:
    """The JSON of what other programs keep under names of their own, as far as it is whole."""
    text = data.decode(errors="surrogateescape")
    decoder = json.JSONDecoder(strict=False)
    values: dict[str, bytes] = {}
    at = 0
    while (named := _NAMED_VALUE.search(text, at)) is not None:
        at = named.end()
        if (name := _name(named[1])) not in ALL_TABLES:
            with suppress(ValueError, RecursionError):
                _, at = decoder.raw_decode(text, named.end())
                values[name] = text[named.end() : at].encode(errors="surrogateescape")
    return values


def _is_whole_json(data: bytes) -> bool:
    with suppress(ValueError, RecursionError):
        return isinstance(json.loads(data), dict)
    return False


def _is_json(text: bytes) -> bool:
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        msgspec.json.decode(text)
        return True
    return False


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


class Line:
    """The history that leads to the newest entry of a file, found backwards from it.

    `own` are the entries that the file has, `others` those of other sources. An entry of another source belongs to the
    line only if the entry after it has its hash; so the commits of a line that was given up are left out.
    `end_is_known` is true if the file says which entry is its newest.
    """

    def __init__(self, own: list[Entries], others: list[Entries], named: int, head: str) -> None:
        self._own, self._all = own, [*own, *others]
        self.last = self._last(named, head)
        self.entries: Entries = {}
        above: HistoryEntry | None = None
        for revision in range(self.last, 0, -1):
            above = self._of(revision, above, head if revision == self.last else "")
            if above is not None:
                self.entries[revision] = above
        self.entries = dict(sorted(self.entries.items()))

    @property
    def begins(self) -> Entries:
        """The entries from the first one to the one before the first gap."""
        found: Entries = {}
        while (entry := self.entries.get(len(found) + 1)) is not None:
            found[len(found) + 1] = entry
        return found

    @property
    def is_complete(self) -> bool:
        """True if every entry is there."""
        return len(self.entries) == self.last > 0

    def _of(self, revision: int, above: HistoryEntry | None, head: str) -> HistoryEntry | None:
        """The entry of a revision, before the entry `above`, or None; `head` is its hash, if that is known."""
        own = [source[revision] for source in self._own if revision in source]
        if above is None and not head:
            # After a gap nothing but the file itself says which entry it was.
            return next((entry for entry in own if self._is_sound(revision, entry)), None)
        candidates = [source[revision] for source in self._all if revision in source]
        if above is None:
            first = next((entry for entry in own if self._follows_one(revision, entry)), None)
            return first or next((e for e in candidates if e.hash == head and self._is_sound(revision, e)), None)
        for entry in candidates:
            if (not above.hash or has_its_hash(entry.hash, revision + 1, above)) and self._is_sound(revision, entry):
                return entry
        return None

    def _is_sound(self, revision: int, entry: HistoryEntry) -> bool:
        """True if an entry is as it was written, as far as the entry before it can tell."""
        if not entry.hash or self._follows_one(revision, entry):
            return True
        before = (source[revision - 1] for source in self._all if revision - 1 in source)
        return revision > 1 and not any(self._follows_one(revision - 1, earlier) for earlier in before)

    def _follows_one(self, revision: int, entry: HistoryEntry) -> bool:
        """True if an entry has the hash of an entry before it, of any source."""
        if revision == 1:
            return has_its_hash("", 1, entry)
        before = {source[revision - 1].hash for source in self._all if revision - 1 in source}
        return any(has_its_hash(one, revision, entry) for one in before)

    def _last(self, named: int, head: str) -> int:
        """The revision of the newest entry of the file's own line."""
        highest = max((n for source in self._all for n in source), default=0)
        by_hash = [n for source in self._own for n, entry in source.items() if head and entry.hash == head]
        self.end_is_known = bool(by_hash) or 0 < named <= highest + MOST_MISSING
        if by_hash:
            last = max(by_hash)
        elif 0 < named <= highest + MOST_MISSING:
            last = named
        else:
            own = sorted({n for source in self._own for n in source}, reverse=True)
            sound = (n for n in own for source in self._own if n in source and self._follows_one(n, source[n]))
            last = next(sound, own[0] if own else 0)
        while any(last + 1 in source and self._follows_one(last + 1, source[last + 1]) for source in self._own):
            last += 1
        return last


def board_from_history(entries: Entries) -> Board:
    """Rebuild the board from its complete history."""
    tables: Tables = {name: {} for name in TABLES}
    ids = numbers_used(record_id for entry in entries.values() for record_id in entry.changes)
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
    now = fields_by_id(newest.tables)
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
