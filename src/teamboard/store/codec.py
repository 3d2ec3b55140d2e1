"""A board as the bytes of a TinyDB file, and back.

The file is one JSON object: table name -> document number -> document, one document a line. What was
read or written last is kept as text, table by table: reading again decodes only the tables that differ,
and of a table that only grew, only what is new; writing encodes only the documents that changed, and
copies nothing of the rest. Tables that are not ours are kept as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Raw

from teamboard.domain.board import Board, Changes, Tables, last_numbers, problems
from teamboard.domain.commit_log import Archive, BoardMeta, History, HistoryEntry, HistorySegment
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import Table, make_id, number_of, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.store.hash_chain import chain, linked
from teamboard.store.lazy_history import LazyHistory
from teamboard.store.upgrades import upgraded

FORMAT = 3
"""The version of the file's format that this program writes."""

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

Text = tuple[bytes, ...]
"""A table's text in pieces, without the brace that closes it."""

EMPTY: Text = (b"{",)
END = b"\n}"
_MOST_PIECES = 64
_FILE = msgspec.json.Decoder(dict[str, Raw])
_META = msgspec.json.Decoder(dict[int, BoardMeta])
_FORMAT_ONLY = msgspec.json.Decoder(dict[int, dict[str, object]])
_RECORDS = {name: msgspec.json.Decoder(dict[int, kind]) for name, kind in TABLES.items()}  # type: ignore[valid-type]
_RAW = msgspec.json.Decoder(dict[int, Raw])
_LAST_ENTRY = re.compile(rb'\n"(\d{1,18})": \{')
"""The line of a history entry, as this program writes it."""
ENCODER = msgspec.json.Encoder()
T = TypeVar("T")


class Unreadable(ValueError):
    """Bytes that are not a board; the message says what is wrong and where."""


class NewerFormat(Unreadable):
    """The bytes of a board that only a newer program understands."""


class BoardFile(NamedTuple):
    """A board with the text of each of its tables, the hash of its newest history entry, the format it came in, and
    what has been put away."""

    board: Board
    texts: dict[str, Text]
    head: str = ""
    version: int = FORMAT
    archives: tuple[Archive, ...] = ()


OpenArchives = Callable[[tuple[Archive, ...], History | None], Sequence[HistorySegment]]
"""Answers with the stretches of history in some archives; the history known so far is given, to read none twice."""


def _no_archives(_archives: tuple[Archive, ...], _known: History | None) -> Sequence[HistorySegment]:
    return ()


def empty() -> BoardFile:
    """A board with nothing in it yet."""
    return BoardFile(Board({}, history=LazyHistory(b"{}")), dict.fromkeys(ALL_TABLES, EMPTY))


def decode(data: bytes, known: BoardFile | None = None, open_archives: OpenArchives = _no_archives) -> BoardFile:
    """Read a board; `known` is what was read last, to skip what has not changed. Raises Unreadable.

    `open_archives` finds the history that the board has in archives.
    """
    try:
        raws = _FILE.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(_place(data, error)) from error
    texts = {name: bytes(raw) for name, raw in raws.items()}
    meta = _meta(texts, data)
    tables: Tables = {name: _table(name, texts.get(name, b"{}"), known, data) for name in TABLES}
    earlier = open_archives(meta.archives, known.board.history if known else None)
    history = LazyHistory(texts.get("history", b"{}"), earlier=earlier)
    revision, head = _newest_commit(texts.get("history", b"{}"), meta, data)
    board = Board(tables, revision=revision, ids=_last_numbers(tables, meta.ids, known), history=history)
    wrong = next(problems(board), None)
    if wrong is not None:
        record_id, why = wrong
        raise Unreadable(f"{_where(data, table_of(record_id), number_of(record_id))}: {why}")
    pieces: dict[str, Text] = {name: (text.removesuffix(b"}").rstrip(),) for name, text in texts.items()}
    return BoardFile(board, pieces, head, meta.format, meta.archives)


def advance(known: BoardFile, board: Board, changes: Changes, entry: HistoryEntry) -> BoardFile:
    """The next state of a file: `board` is `known.board` with `changes`, and `entry` says so."""
    texts = changed_texts(known, board, changes)
    entry = linked(known.head, board.revision, entry)
    texts["history"] = _grown(texts["history"], [(board.revision, ENCODER.encode(entry))])
    texts["meta"] = meta_text(board, entry.hash, known.archives)
    history = LazyHistory((*texts["history"], END), earlier=history_of(known.board).earlier)
    return BoardFile(board.with_history(history), texts, entry.hash, archives=known.archives)


def changed_texts(known: BoardFile, board: Board, changes: Changes) -> dict[str, Text]:
    """The text of every table after some changes."""
    texts = dict(known.texts)
    for name in {table_of(record_id) for record_id in changes}:
        last = known.board.ids.get(name, 0)
        mine = [(i, r) for i, r in changes.items() if table_of(i) == name]
        new = [r for i, r in mine if r is not None and number_of(i) > last]
        if len(new) == len(mine):
            texts[name] = _grown(texts[name], documents_of(new))
        else:
            texts[name] = table_text(documents_of(board.tables[name].values()))
    return texts


def upgrade(known: BoardFile) -> BoardFile:
    """A file of an older format as this program writes it; the board and its history are the same."""
    if known.version == FORMAT:
        return known
    entries = list(upgraded(history_of(known.board), known.version, FORMAT))
    head = entries[-1][1].hash if entries else ""
    texts = {**known.texts, "history": table_text(_entries(entries)), "meta": meta_text(known.board, head)}
    history = LazyHistory((*texts["history"], END), earlier=history_of(known.board).earlier)
    return BoardFile(known.board.with_history(history), texts, head)


def assemble(board: Board, history: Iterable[tuple[int, HistoryEntry]]) -> BoardFile:
    """The file of a whole board at once, as for an import; `history` has every entry by revision."""
    texts = dict.fromkeys(ALL_TABLES, EMPTY)
    for name in TABLES:
        texts[name] = table_text(documents_of(board.tables[name].values()))
    entries = list(chain(history))
    head = entries[-1][1].hash if entries else ""
    texts["history"] = table_text(_entries(entries))
    texts["meta"] = meta_text(board, head)
    return BoardFile(board.with_history(LazyHistory((*texts["history"], END))), texts, head)


def verify(file: BoardFile) -> None:
    """Read a whole board back from its text, as a reader will, before it takes another's place. Raises Refused."""
    try:
        decode(b"".join(encode(file)))
    except Unreadable as error:
        raise Refused(f"This board could not be read any more ({error}); nothing was written.") from error


def encode(file: BoardFile) -> list[bytes]:
    """The bytes of a board's file, in pieces."""
    names = [*ALL_TABLES, *(n for n in file.texts if n not in ALL_TABLES)]
    pieces = [b"{\n"]
    for name in names:
        text = file.texts.get(name, EMPTY)
        end = b"}" if text == EMPTY else END
        pieces += [ENCODER.encode(name), b": ", *text, end, b"\n}\n" if name == names[-1] else b",\n"]
    return pieces


def _entries(entries: Iterable[tuple[int, HistoryEntry]]) -> list[tuple[int, bytes]]:
    return [(revision, ENCODER.encode(entry)) for revision, entry in entries]


def meta_text(board: Board, head: str, put_away: tuple[Archive, ...] = ()) -> Text:
    meta = BoardMeta(format=FORMAT, revision=board.revision, ids=dict(board.ids), head=head, archives=put_away)
    return table_text([(1, ENCODER.encode(meta))])


def documents_of(records: Iterable[Record]) -> list[tuple[int, bytes]]:
    bare = ((number_of(r.id), msgspec.structs.replace(r, id="")) for r in records)
    return [(number, ENCODER.encode(record)) for number, record in bare]


def _lines(documents: list[tuple[int, bytes]]) -> bytes:
    return b",\n".join(b'"%d": %b' % document for document in documents)


def table_text(documents: list[tuple[int, bytes]]) -> Text:
    return _grown(EMPTY, documents) if documents else EMPTY


def _grown(text: Text, documents: list[tuple[int, bytes]]) -> Text:
    """A table's text with documents added at its end."""
    grown = (*text, b"\n" if text == EMPTY else b",\n", _lines(documents))
    return grown if len(grown) <= _MOST_PIECES else (b"".join(grown),)


def _meta(texts: dict[str, bytes], data: bytes) -> BoardMeta:
    text = texts.get("meta")
    if text is None:
        raise Unreadable("this is not a teamboard file: it has no table 'meta'")
    version = _checked(lambda: _FORMAT_ONLY.decode(text), data, "meta").get(1, {}).get("format")
    if isinstance(version, int) and version > FORMAT:
        raise NewerFormat(f"it was written by a newer teamboard (format {version}): `pip install -U teamboard`")
    meta = _checked(lambda: _META.decode(text), data, "meta").get(1)
    if meta is None:
        raise Unreadable("this is not a teamboard file: its table 'meta' is empty")
    if not 1 <= meta.format <= FORMAT:
        raise Unreadable(f"there is no format {meta.format} of a teamboard file")
    return meta


def _last_numbers(tables: Tables, ids: Mapping[str, int], known: BoardFile | None) -> dict[str, int]:
    """The last number of each table; of one that is as it was, what is known of it, for looking takes time."""
    if known is None:
        return last_numbers(tables, ids)
    same = [name for name, table in tables.items() if table is known.board.tables[name] and table]
    kept = {name: max(ids.get(name, 0), known.board.ids.get(name, 0)) for name in same}
    return last_numbers({name: table for name, table in tables.items() if name not in kept}, {**ids, **kept})


def _newest_commit(text: bytes, meta: BoardMeta, data: bytes) -> tuple[int, str]:
    """Revision and hash of the newest commit: those of `meta`, or of a later one in the history, never to be lost."""
    line = _LAST_ENTRY.match(text, text.rfind(b"\n", 0, max(text.rfind(b"\n"), 0)))
    if line is not None and int(line[1]) == meta.revision:
        return meta.revision, meta.head
    entries = _checked(lambda: _RAW.decode(text), data, "history")
    last = max(entries, default=0)
    if last <= meta.revision:
        return meta.revision, meta.head
    try:
        return last, msgspec.json.decode(entries[last], type=HistoryEntry).hash
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{_where(data, 'history', last)}: {_said(error)}") from error


def _table(name: Table, text: bytes, known: BoardFile | None, data: bytes) -> dict[str, Record]:
    """A table's records: those already known, where the text is as it was; decoded, where it is not."""
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
                return {**known.board.tables[name], **decoded(name, b"{" + rest[1:], data)}
    return decoded(name, text, data)


def decoded(name: Table, text: bytes, data: bytes = b"") -> dict[str, Record]:
    """The records in the text of a table; `data` is the file, to name the place of what is wrong. Raises Unreadable."""
    documents: dict[int, Record] = _checked(lambda: _RECORDS[name].decode(text), data, name)
    found: dict[str, Record] = {}
    for number, record in documents.items():
        record_id = make_id(name, number)
        msgspec.structs.force_setattr(record, "id", record_id)
        found[record_id] = record
    return found


def _checked(decode: Callable[[], T], data: bytes, table: str) -> T:
    try:
        return decode()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        number = _first_wrong(data, table)
        where = _where(data, table, number) if number is not None else f"table {table!r}"
        raise Unreadable(f"{where}: {_said(error)}") from error


def _first_wrong(data: bytes, table: str) -> int | None:
    """The first document of a table that does not decode: slow, and only asked when something is wrong."""
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


def _where(data: bytes, table: str, number: int) -> str:
    """`goals 12 (line 37)`, counted by looking for the document's text."""
    for found, raw in _raw_documents(data, table):
        if found == number:
            return f"{table} {number} (line {_line(data, data.find(bytes(raw)))})"
    return f"{table} {number}"


def _place(data: bytes, error: Exception) -> str:
    if not data.strip():
        return "the file is empty"
    text = _said(error)
    if "truncated" in text.lower():
        return f"it ends too early, in line {_line(data, len(data))}: half of it may be missing"
    digits = text.rpartition("(byte ")[2].rstrip(")")
    if digits.isdigit():
        return f"line {_line(data, int(digits))} is not valid JSON"
    return text


def _line(data: bytes, at: int) -> int:
    """The line of the byte at that offset, counted from 1."""
    return data.count(b"\n", 0, at) + 1


def _said(error: Exception) -> str:
    """What a decoder says, without the path that `_where` already gives."""
    return str(error).partition(" - at `$")[0].replace("`", "'") or type(error).__name__
