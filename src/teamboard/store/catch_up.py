"""Read a file that goes on from a known one: step over the text that is known, decode only what is new.

Only what this program wrote, commit after commit on top of the known file, is read in this way. Whatever else the file
has become, `teamboard.store.decoder` decodes it as a whole; both give the same board.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import msgspec
from msgspec import Struct

from teamboard.domain.board import Changes
from teamboard.domain.ids import Table, number_of
from teamboard.domain.records import TABLES
from teamboard.domain.references import broken_references
from teamboard.store.codec import (
    EMPTY,
    ENCODER,
    END,
    FORMAT,
    BoardFile,
    TableText,
    grow,
    is_object,
    table_names,
    table_sum,
)
from teamboard.store.decoder import DECODE_ERRORS, InvalidBoardFile, decode_table
from teamboard.store.lazy_history import LazyHistory, segments_of
from teamboard.store.meta import BoardMeta
from teamboard.store.python_json import has_marks

_CHUNK, _FIRST_CHUNK = 1 << 18, 1 << 12
_META = msgspec.json.Decoder(dict[int, BoardMeta])
_DOCUMENTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENTRIES = msgspec.json.Decoder(dict[int, msgspec.Raw])


class _Unexpected(Exception):
    """The file is not the known one with commits of this program on top."""


class _Table(Struct, frozen=True):
    """The JSON of a table; `new` is the part that is not known, at its end if the table only `grew`."""

    text: TableText
    new: bytes
    grew: bool

    def documents(self) -> bytes:
        """The new documents as a JSON object."""
        if not self.grew:
            return self.new + b"}"
        return b"{" + self.new.removeprefix(b",") + b"}"


def catch_up(file: BinaryIO, known: BoardFile) -> BoardFile | None:
    """Return the board's file that goes on from `known`; None if it has to be decoded as a whole.

    `file` is open at its beginning. It may raise OSError.
    """
    if known.version != FORMAT or not known.id or known.set_aside or known.unnumbered:
        return None
    try:
        tables = _read_tables(_Reader(file), known)
        return _next_file(known, tables) if any(table.new for table in tables.values()) else known
    except (_Unexpected, InvalidBoardFile, *DECODE_ERRORS):
        return None


class _Reader:
    """A file, read from its beginning to its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = memoryview(bytearray(_CHUNK))
        self.at = 0

    def skip(self, text: bytes) -> bool:
        """Step over a text if it comes next. It is compared in chunks: a large file is not held in the memory."""
        done = 0
        self._file.seek(self.at)
        while done < len(text):
            count: int = self._file.readinto(self._buffer[: len(text) - done])  # type: ignore[attr-defined]
            if not count or not text.startswith(self._buffer[:count], done):
                return False
            done += count
        self.at += done
        return True

    def expect(self, text: bytes) -> None:
        """Step over a text. Raises _Unexpected if it does not come next."""
        if not self.skip(text):
            raise _Unexpected

    def rest_of_table(self) -> bytes:
        """Read up to a closing brace at the beginning of a line, and return what is before that. Raises _Unexpected."""
        found, size = bytearray(), _FIRST_CHUNK
        self._file.seek(self.at)
        while (end := found.find(END, max(len(found) - size - 1, 0))) < 0:
            chunk = self._file.read(size)
            if not chunk:
                raise _Unexpected
            found += chunk
            size = min(2 * size, _CHUNK)
        self.at += end + len(END)
        return bytes(found[:end])

    def is_at_end(self) -> bool:
        """True if nothing comes next."""
        self._file.seek(self.at)
        return not self._file.read(1)


def _read_tables(reader: _Reader, known: BoardFile) -> dict[str, _Table]:
    """The tables of a file that has the tables of the known one, in the layout of `codec.encode`.

    If the new parts are JSON objects, so is the whole: a brace within a text that ended a part too early is noticed.
    """
    tables: dict[str, _Table] = {}
    before = b"{\n"
    for name in table_names(known.texts):
        reader.expect(before + ENCODER.encode(name) + b": ")
        tables[name] = _read_table(reader, known.texts.get(name, EMPTY))
        if name == "history" and tables[name].new and not tables[name].grew:
            raise _Unexpected
        before = b",\n"
    reader.expect(b"\n}\n")
    if not reader.is_at_end():
        raise _Unexpected
    return tables


def _read_table(reader: _Reader, known: TableText) -> _Table:
    begin = reader.at
    if not is_object(known):
        raise _Unexpected
    if all(map(reader.skip, known)):
        if known == EMPTY and reader.skip(b"}"):
            return _Table(known, b"", grew=True)
        new = reader.rest_of_table()
        if new and not new.startswith(b"\n" if known == EMPTY else b",\n"):
            raise _Unexpected
        return _Table(grow(known, new) if new else known, new, grew=True)
    reader.at = begin
    if reader.skip(b"{}"):
        return _Table(EMPTY, b"{", grew=False)
    new = reader.rest_of_table()
    return _Table((new,), new, grew=False)


def _next_file(known: BoardFile, tables: dict[str, _Table]) -> BoardFile:
    """The file with these tables. Raises _Unexpected, and what decoding raises."""
    meta = _meta_of(known, tables)
    changes: Changes = {}
    for name in TABLES:
        changes |= _changes_of(name, tables[name], known, meta)
    for table in (table for name, table in tables.items() if name not in TABLES):
        if table.new:
            _DOCUMENTS.decode(table.documents())
    board = known.board.caught_up(changes, meta.revision, meta.ids)
    if next(broken_references(known.board, board, changes), None) is not None:
        raise _Unexpected
    texts = {name: table.text for name, table in tables.items()}
    earlier = segments_of(known.board.history)
    board = board.with_history(LazyHistory((*texts["history"], END), newest=meta.revision, earlier=earlier))
    return BoardFile(board, texts, meta.head, meta.format, meta.archives, meta.id, meta.sums)


def _meta_of(known: BoardFile, tables: Mapping[str, _Table]) -> BoardMeta:
    """What the file says of itself. Raises _Unexpected if it is not the known board some commits later."""
    meta = _META.decode(b"".join(tables["meta"].text) + b"}").get(1)
    commits = list(_ENTRIES.decode(tables["history"].documents()))
    if meta is None or (meta.format, meta.id, meta.archives) != (FORMAT, known.id, known.archives):
        raise _Unexpected
    if meta.revision < known.board.revision or commits != [*range(known.board.revision + 1, meta.revision + 1)]:
        raise _Unexpected
    if not commits and meta.head != known.head:
        raise _Unexpected
    if any(number > meta.ids.get(name, 0) for name, number in known.board.ids.items()):
        raise _Unexpected
    return meta


def _changes_of(name: Table, table: _Table, known: BoardFile, meta: BoardMeta) -> Changes:
    """What differs in a table of records. Raises _Unexpected if its text does not have its checksum."""
    before = known.sums.get(name) if table.grew else 0
    if before is None or table_sum((table.new,), before) != meta.sums.get(name) or has_marks(table.new):
        raise _Unexpected
    if not table.new:
        return {}
    records = decode_table(name, table.documents())
    if not table.grew:
        old = known.board.tables[name]
        removed: Changes = dict.fromkeys(i for i in old if i not in records)
        return {i: record for i, record in records.items() if old.get(i) != record} | removed
    if number_of(next(iter(records))) <= known.board.ids.get(name, 0):
        raise _Unexpected
    return dict(records)
