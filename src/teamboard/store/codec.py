"""Encode a board as the bytes of a TinyDB file, and decode it.

The file is one JSON object: table name -> document number -> document, one document per line. The text of each table
is cached: reading again decodes only the tables that changed, or the new documents of a table that only grew; writing
encodes only the documents that changed. Tables of other programs are kept as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Raw

from teamboard.domain.board import Board, Changes, Tables, invalid_references, last_numbers
from teamboard.domain.commit_log import Archive, BoardMeta, History, HistoryEntry, HistorySegment
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import Table, make_id, number_of, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.store.hash_chain import chain_entries, link_entry
from teamboard.store.lazy_history import LazyHistory
from teamboard.store.upgrades import upgrade_history

FORMAT = 3
"""The version of the file format that this program writes."""

ALL_TABLES = (
    "meta",
    "team",
    "members",
    "team_goals",
    "goals",
    "checkins",
    "revisions",
    "feedback",
    "one_on_ones",
    "facts",
    "reviews",
    "standups",
    "history",
)

TableText = tuple[bytes, ...]
"""The JSON of a table in pieces, without the closing brace."""

EMPTY: TableText = (b"{",)
END = b"\n}"
_MOST_PIECES = 64
_FILE = msgspec.json.Decoder(dict[str, Raw])
_META = msgspec.json.Decoder(dict[int, BoardMeta])
_FORMAT_ONLY = msgspec.json.Decoder(dict[int, dict[str, object]])
_RECORDS = {name: msgspec.json.Decoder(dict[int, kind]) for name, kind in TABLES.items()}  # type: ignore[valid-type]
_RAW = msgspec.json.Decoder(dict[int, Raw])
_LAST_ENTRY = re.compile(rb'\n"(\d{1,18})": \{')
"""The start of the line of a history entry, as this program writes it."""
ENCODER = msgspec.json.Encoder()
T = TypeVar("T")


class InvalidBoardFile(ValueError):
    """The bytes can't be decoded as a board; the message says what is wrong and where."""


class NewerFileFormat(InvalidBoardFile):
    """The bytes are of a board in a format newer than FORMAT."""


class BoardFile(NamedTuple):
    """A board as it is in its file.

    `texts` has the JSON of each table, `head` the hash of the newest history entry, `version` the format of the file
    that was read, `archives` the archive files, oldest first.
    """

    board: Board
    texts: dict[str, TableText]
    head: str = ""
    version: int = FORMAT
    archives: tuple[Archive, ...] = ()


OpenArchives = Callable[[tuple[Archive, ...], History | None], Sequence[HistorySegment]]
"""Returns the history segments in some archives, given the history that was read last, so that none is read twice."""


def _no_archives(_archives: tuple[Archive, ...], _known: History | None) -> Sequence[HistorySegment]:
    return ()


def empty_file() -> BoardFile:
    """The file of an empty board."""
    return BoardFile(Board({}, history=LazyHistory(b"{}")), dict.fromkeys(ALL_TABLES, EMPTY))


def decode(data: bytes, known: BoardFile | None = None, open_archives: OpenArchives = _no_archives) -> BoardFile:
    """Decode the bytes of a board's file.

    Args:
        data: The whole file.
        known: The file as it was read or written last; tables that have not changed since are taken from it.
        open_archives: Returns the history segments in the board's archives.

    Raises:
        InvalidBoardFile: The bytes are not a board; NewerFileFormat if its format is newer than FORMAT.
    """
    try:
        raws = _FILE.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidBoardFile(_describe_decode_error(data, error)) from error
    texts = {name: bytes(raw) for name, raw in raws.items()}
    meta = _decode_meta(texts, data)
    tables: Tables = {name: _decode_changed_table(name, texts.get(name, b"{}"), known, data) for name in TABLES}
    earlier = open_archives(meta.archives, known.board.history if known else None)
    history = LazyHistory(texts.get("history", b"{}"), earlier=earlier)
    revision, head = _newest_commit(texts.get("history", b"{}"), meta, data)
    board = Board(tables, revision=revision, ids=_last_numbers(tables, meta.ids, known), history=history)
    wrong = next(invalid_references(board), None)
    if wrong is not None:
        record_id, why = wrong
        raise InvalidBoardFile(f"{_location(data, table_of(record_id), number_of(record_id))}: {why}")
    pieces: dict[str, TableText] = {name: (text.removesuffix(b"}").rstrip(),) for name, text in texts.items()}
    return BoardFile(board, pieces, head, meta.format, meta.archives)


def advance(known: BoardFile, board: Board, changes: Changes, entry: HistoryEntry) -> BoardFile:
    """Return the file after a commit: `board` is `known.board` with `changes`, `entry` its history entry."""
    texts = changed_texts(known, board, changes)
    entry = link_entry(known.head, board.revision, entry)
    texts["history"] = _append_documents(texts["history"], [(board.revision, ENCODER.encode(entry))])
    texts["meta"] = meta_text(board, entry.hash, known.archives)
    history = LazyHistory((*texts["history"], END), earlier=history_of(known.board).earlier)
    return BoardFile(board.with_history(history), texts, entry.hash, archives=known.archives)


def changed_texts(known: BoardFile, board: Board, changes: Changes) -> dict[str, TableText]:
    """Return the JSON of every table after `changes`; `board` is the board after them."""
    texts = dict(known.texts)
    for name in {table_of(record_id) for record_id in changes}:
        last = known.board.ids.get(name, 0)
        in_table = [(i, r) for i, r in changes.items() if table_of(i) == name]
        new = [r for i, r in in_table if r is not None and number_of(i) > last]
        if len(new) == len(in_table):
            texts[name] = _append_documents(texts[name], documents_of(new))
        else:
            texts[name] = table_text(documents_of(board.tables[name].values()))
    return texts


def upgrade(known: BoardFile) -> BoardFile:
    """Migrate a file of an older format to FORMAT; the records stay the same."""
    if known.version == FORMAT:
        return known
    entries = list(upgrade_history(history_of(known.board), known.version, FORMAT))
    head = entries[-1][1].hash if entries else ""
    texts = {**known.texts, "history": table_text(_entries(entries)), "meta": meta_text(known.board, head)}
    history = LazyHistory((*texts["history"], END), earlier=history_of(known.board).earlier)
    return BoardFile(known.board.with_history(history), texts, head)


def assemble(board: Board, history: Iterable[tuple[int, HistoryEntry]]) -> BoardFile:
    """Build the file of a board from its records and its history, every entry by revision, oldest first."""
    texts = dict.fromkeys(ALL_TABLES, EMPTY)
    for name in TABLES:
        texts[name] = table_text(documents_of(board.tables[name].values()))
    entries = list(chain_entries(history))
    head = entries[-1][1].hash if entries else ""
    texts["history"] = table_text(_entries(entries))
    texts["meta"] = meta_text(board, head)
    return BoardFile(board.with_history(LazyHistory((*texts["history"], END))), texts, head)


def verify(file: BoardFile) -> None:
    """Decode a whole file again before it replaces another. Raises Refused if it can't be decoded."""
    try:
        decode(b"".join(encode(file)))
    except InvalidBoardFile as error:
        raise Refused(f"The board could not be read after this change ({error}); nothing was written.") from error


def encode(file: BoardFile) -> list[bytes]:
    """Return the bytes of a board's file, in pieces."""
    names = [*ALL_TABLES, *(n for n in file.texts if n not in ALL_TABLES)]
    pieces = [b"{\n"]
    for name in names:
        text = file.texts.get(name, EMPTY)
        end = b"}" if text == EMPTY else END
        pieces += [ENCODER.encode(name), b": ", *text, end, b"\n}\n" if name == names[-1] else b",\n"]
    return pieces


def _entries(entries: Iterable[tuple[int, HistoryEntry]]) -> list[tuple[int, bytes]]:
    return [(revision, ENCODER.encode(entry)) for revision, entry in entries]


def meta_text(board: Board, head: str, archives: tuple[Archive, ...] = ()) -> TableText:
    """The JSON of the table `meta`; `head` is the hash of the newest history entry."""
    meta = BoardMeta(format=FORMAT, revision=board.revision, ids=dict(board.ids), head=head, archives=archives)
    return table_text([(1, ENCODER.encode(meta))])


def documents_of(records: Iterable[Record]) -> list[tuple[int, bytes]]:
    """The document number and JSON of each record."""
    bare = ((number_of(r.id), msgspec.structs.replace(r, id="")) for r in records)
    return [(number, ENCODER.encode(record)) for number, record in bare]


def _document_lines(documents: list[tuple[int, bytes]]) -> bytes:
    return b",\n".join(b'"%d": %b' % document for document in documents)


def table_text(documents: list[tuple[int, bytes]]) -> TableText:
    """The JSON of a table with these documents."""
    return _append_documents(EMPTY, documents) if documents else EMPTY


def _append_documents(text: TableText, documents: list[tuple[int, bytes]]) -> TableText:
    """The JSON of a table with documents added at its end."""
    grown = (*text, b"\n" if text == EMPTY else b",\n", _document_lines(documents))
    return grown if len(grown) <= _MOST_PIECES else (b"".join(grown),)


def _decode_meta(texts: dict[str, bytes], data: bytes) -> BoardMeta:
    text = texts.get("meta")
    if text is None:
        raise InvalidBoardFile("this is not a teamboard file: it has no table 'meta'")
    version = _decode_or_explain(lambda: _FORMAT_ONLY.decode(text), data, "meta").get(1, {}).get("format")
    if isinstance(version, int) and version > FORMAT:
        raise NewerFileFormat(f"it was written by a newer teamboard (format {version}): `pip install -U teamboard`")
    meta = _decode_or_explain(lambda: _META.decode(text), data, "meta").get(1)
    if meta is None:
        raise InvalidBoardFile("this is not a teamboard file: its table 'meta' is empty")
    if not 1 <= meta.format <= FORMAT:
        raise InvalidBoardFile(f"format {meta.format} of a teamboard file does not exist")
    return meta


def _last_numbers(tables: Tables, ids: Mapping[str, int], known: BoardFile | None) -> dict[str, int]:
    """The last document number of each table; for tables that have not changed, taken from `known` to save time."""
    if known is None:
        return last_numbers(tables, ids)
    unchanged = [name for name, table in tables.items() if table is known.board.tables[name] and table]
    kept = {name: max(ids.get(name, 0), known.board.ids.get(name, 0)) for name in unchanged}
    return last_numbers({name: table for name, table in tables.items() if name not in kept}, {**ids, **kept})


def _newest_commit(text: bytes, meta: BoardMeta, data: bytes) -> tuple[int, str]:
    """The revision and hash of the newest commit.

    They are those in `meta`, or of a later entry in the history, which another program wrote: it must not be lost.
    """
    line = _LAST_ENTRY.match(text, text.rfind(b"\n", 0, max(text.rfind(b"\n"), 0)))
    if line is not None and int(line[1]) == meta.revision:
        return meta.revision, meta.head
    entries = _decode_or_explain(lambda: _RAW.decode(text), data, "history")
    last = max(entries, default=0)
    if last <= meta.revision:
        return meta.revision, meta.head
    try:
        return last, msgspec.json.decode(entries[last], type=HistoryEntry).hash
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidBoardFile(f"{_location(data, 'history', last)}: {_decoder_message(error)}") from error


def _decode_changed_table(name: Table, text: bytes, known: BoardFile | None, data: bytes) -> dict[str, Record]:
    """The records of a table by id: those of `known` where the text is the same, else decoded."""
    if known is not None:
        end = 0
        for piece in known.texts.get(name, EMPTY):
            if not text.startswith(piece, end):
                break
            end += len(piece)
        else:
            rest = text[end:]
            if rest.strip() == b"}":
                return known.board.tables[name]
            if end > 1 and rest.startswith(b","):
                return {**known.board.tables[name], **decode_table(name, b"{" + rest[1:], data)}
    return decode_table(name, text, data)


def decode_table(name: Table, text: bytes, data: bytes = b"") -> dict[str, Record]:
    """Decode the JSON of a table into records by id.

    `data` is the whole file, for the line number in messages. Raises InvalidBoardFile.
    """
    documents: dict[int, Record] = _decode_or_explain(lambda: _RECORDS[name].decode(text), data, name)
    records: dict[str, Record] = {}
    for number, record in documents.items():
        record_id = make_id(name, number)
        msgspec.structs.force_setattr(record, "id", record_id)
        records[record_id] = record
    return records


def _decode_or_explain(decode: Callable[[], T], data: bytes, table: str) -> T:
    try:
        return decode()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        number = _first_invalid_document(data, table)
        where = _location(data, table, number) if number is not None else f"table {table!r}"
        raise InvalidBoardFile(f"{where}: {_decoder_message(error)}") from error


def _first_invalid_document(data: bytes, table: str) -> int | None:
    """The number of the first document that can't be decoded, or None. Slow; called for error messages only."""
    kinds: dict[str, type] = dict(TABLES.items())
    kind = kinds.get(table, BoardMeta)
    for number, raw in _raw_documents(data, table):
        try:
            msgspec.json.decode(raw, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return number
    return None


def _raw_documents(data: bytes, table: str) -> Iterator[tuple[int, Raw]]:
    try:
        yield from msgspec.json.decode(_FILE.decode(data)[table], type=dict[int, Raw]).items()
    except msgspec.MsgspecError:
        return


def _location(data: bytes, table: str, number: int) -> str:
    """Where a document is in the file, such as `goals 12 (line 37)`."""
    for document_number, raw in _raw_documents(data, table):
        if document_number == number:
            return f"{table} {number} (line {_line_number(data, data.find(bytes(raw)))})"
    return f"{table} {number}"


def _describe_decode_error(data: bytes, error: Exception) -> str:
    if not data.strip():
        return "the file is empty"
    text = _decoder_message(error)
    if "truncated" in text.lower():
        return f"it ends too early, in line {_line_number(data, len(data))}: half of it may be missing"
    digits = text.rpartition("(byte ")[2].rstrip(")")
    if digits.isdigit():
        return f"line {_line_number(data, int(digits))} is not valid JSON"
    return text


def _line_number(data: bytes, at: int) -> int:
    """The line number of the byte at an offset, from 1."""
    return data.count(b"\n", 0, at) + 1


def _decoder_message(error: Exception) -> str:
    """The message of a decoder without the path, which `_location` gives."""
    return str(error).partition(" - at `$")[0].replace("`", "'") or type(error).__name__
