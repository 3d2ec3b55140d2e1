"""Decode the bytes of a TinyDB file as a board, whatever program wrote it; `teamboard.store.catch_up` goes on from it.

A record that does not fit the board, as another program may write it, is set aside: it is not on the board, and stays
in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import TypeVar, cast

import msgspec
from msgspec import Raw, Struct

from teamboard.domain.board import Board, Tables
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import unfit_terms
from teamboard.domain.ids import (
    LAST_NUMBER,
    RecordId,
    Table,
    highest_counters,
    is_document_number,
    last_numbers,
    make_id,
    make_ids,
    number_of,
    numbers_used,
    table_of,
)
from teamboard.domain.records import TABLES, GoalRevision, Record
from teamboard.domain.records.patterns import in_words
from teamboard.domain.references import invalid_references
from teamboard.store.codec import EMPTY, ENCODER, END, FORMAT, BoardFile, TableText, encode
from teamboard.store.fallback_team import fallback_team
from teamboard.store.lazy_history import LazyHistory
from teamboard.store.meta import Archive, BoardMeta, RawSegment
from teamboard.store.python_json import NOT_JSON, has_marks, put_marks, remove_marks

_FILE = msgspec.json.Decoder(dict[str, Raw])
_META = msgspec.json.Decoder(BoardMeta)
_FORMAT_ONLY = msgspec.json.Decoder(dict[str, object])
_set_attribute = msgspec.structs.force_setattr
_NO_TABLE = Raw(b"{}")
_LAST_ENTRY = re.compile(rb'\n"(\d{1,18})": \{')
"""The start of the line of a history entry, as this program writes it."""
NOT_NUMBERED = "it has no document number: these are 1, 2, 3 and so on, as text without leading zeros"
MOST_SHOWN = 40
"""How much of a key is shown that is not a document number."""
NOT_A_BOARD = "this is not a teamboard file: "
"""How the reason begins why JSON is not a board."""
DECODE_ERRORS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError)
T = TypeVar("T")


@cache
def _records_decoder(name: Table) -> msgspec.json.Decoder[dict[int, Record]]:
    """The decoder of a table; one takes up to 0.5 ms to make, and few boards have records in every table."""
    kind = TABLES[name]
    return msgspec.json.Decoder(dict[int, kind])  # type: ignore[valid-type]


class InvalidBoardFile(ValueError):
    """The bytes can't be decoded as a board; the message says what is wrong and where, `why` only what."""

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why or message


class NewerFileFormat(InvalidBoardFile):
    """The bytes are of a board in a format newer than FORMAT."""


OpenArchives = Callable[[tuple[Archive, ...]], Sequence[RawSegment]]
"""Returns the history segments in some archives."""


def _no_archives(_archives: tuple[Archive, ...]) -> Sequence[RawSegment]:
    return ()


def decode(data: bytes, open_archives: OpenArchives = _no_archives) -> BoardFile:
    """Decode the bytes of a board's file; `open_archives` returns the history segments in the board's archives.

    Raises InvalidBoardFile if they are not a board, NewerFileFormat if its format is newer than FORMAT.
    """
    raws, restore = raw_tables(data)
    meta = _decode_meta(raws, data)
    # The only copy that is made of a table: a large file is not held twice.
    texts: dict[str, TableText] = {name: (without_end(raw),) for name, raw in raws.items()}
    tables, misfits, unnumbered = _decode_tables(raws, texts, data)
    _set_team(tables, misfits, unnumbered, data)
    revision, head = _newest_commit(raws.get("history", _NO_TABLE), texts.get("history", EMPTY)[-1], meta, data)
    history = LazyHistory((*texts.get("history", EMPTY), END), newest=revision, earlier=open_archives(meta.archives))
    aside = numbers_used(m.record_id for m in misfits if number_of(m.record_id) <= LAST_NUMBER)
    ids = last_numbers(tables, highest_counters(meta.ids, aside))
    why = {m.record_id: m.why for m in misfits}
    for name, documents in unnumbered.items():
        why |= {RecordId(f"{name} {_shown_key(key)}"): NOT_NUMBERED for key, _ in documents}
    board = Board(tables, revision=revision, ids=ids, history=history, set_aside=why)
    if restore is not None:
        texts = {name: tuple(map(restore, text)) for name, text in texts.items()}
    raw = {m.record_id: restore(m.raw) if restore else m.raw for m in misfits}
    kept = unnumbered
    if restore is not None:
        kept = {name: [(restore(key), restore(raw)) for key, raw in pairs] for name, pairs in unnumbered.items()}
    return BoardFile(board, texts, head, meta.format, meta.archives, meta.id, meta.sums, raw, kept)


def without_end(raw: Raw | bytes) -> bytes:
    """A copy of the JSON of a table without its closing brace and the white space before that.

    A value that is not an object, which only another program writes, is copied as it is.
    """
    text = memoryview(raw)
    if bytes(text[:1]) != b"{":
        return bytes(text)
    end = len(text) - 1
    while text[end - 1] in b" \t\r\n":
        end -= 1
    return bytes(text[:end])


class _Misfit(Struct, frozen=True):
    """A record that does not fit the board: its id, why, and its JSON."""

    record_id: RecordId
    why: str
    raw: bytes


_Unnumbered = dict[Table, list[tuple[bytes, bytes]]]
"""By table, the JSON of each key that is not a document number, and of what is kept under it."""


def _decode_tables(
    raws: Mapping[str, Raw], texts: Mapping[str, TableText], data: bytes
) -> tuple[Tables, list[_Misfit], _Unnumbered]:
    """The records that fit the board by table, and those that do not. Raises InvalidBoardFile."""
    tables: Tables = {}
    misfits: list[_Misfit] = []
    unnumbered: _Unnumbered = {}
    for name in TABLES:
        raw = raws.get(name, _NO_TABLE)
        try:
            _refuse_marks(name, texts.get(name, EMPTY)[-1])
            tables[name] = decode_table(name, raw, data)
        except InvalidBoardFile:
            tables[name] = {}
            documents, others = _documents(name, raw, data)
            if others:
                unnumbered[name] = others
                with suppress(InvalidBoardFile):
                    text = b"{%b}" % b",".join(b'"%d":%b' % document for document in documents)
                    _refuse_marks(name, text)
                    tables[name] = decode_table(name, text)
                    continue
            for number, document in documents:
                try:
                    _refuse_marks(name, document)
                    tables[name] |= decode_table(name, b'{"%d":%b}' % (number, document))
                except InvalidBoardFile as error:
                    misfits.append(_Misfit(make_id(name, number), error.why, document))
    dangling = take_out_dangling(tables)
    texts_of = {name: dict(_documents(name, raws[name], data)[0]) for name in set(map(table_of, dangling))}
    misfits += (_Misfit(i, why, texts_of[table_of(i)][number_of(i)]) for i, why in dangling.items())
    return tables, misfits, unnumbered


def _set_team(tables: Tables, misfits: Sequence[_Misfit], unnumbered: _Unnumbered, data: bytes) -> None:
    """Put a team into `tables` where its record was set aside. Raises InvalidBoardFile."""
    for misfit in misfits if not tables["team"] else ():
        if table_of(misfit.record_id) == "team":
            team = fallback_team(misfit.record_id, misfit.raw)
            if team is None:
                why = f"{misfit.why}; without the team's period a board has no days"
                raise InvalidBoardFile(f"{locate(data, misfit.record_id)}: {why}", why)
            tables["team"] = {misfit.record_id: team}
    for key, _ in unnumbered.get("team", ()) if not tables["team"] else ():
        raise InvalidBoardFile(f"team {_shown_key(key)}: {NOT_NUMBERED}", NOT_NUMBERED)


def take_out_dangling(tables: Tables) -> dict[RecordId, str]:
    """Take the records out of `tables` that refer to others that are not there, until none does; return why, by id."""
    taken_out: dict[RecordId, str] = {}
    while wrong := {invalid.record_id: invalid.why for invalid in invalid_references(Board(tables))}:
        for name in {table_of(record_id) for record_id in wrong}:
            tables[name] = {i: record for i, record in tables[name].items() if i not in wrong}
        taken_out |= wrong
    return taken_out


def _documents(name: str, text: Raw, data: bytes) -> tuple[list[tuple[int, bytes]], list[tuple[bytes, bytes]]]:
    """The documents of a table by number, and the JSON of others and their keys. Raises InvalidBoardFile."""
    documents = _decode_or_explain(lambda: _FILE.decode(text), data, name)
    numbered = sorted((int(key), bytes(raw)) for key, raw in documents.items() if is_document_number(key))
    others = [(ENCODER.encode(key), bytes(raw)) for key, raw in documents.items() if not is_document_number(key)]
    return numbered, others


def _shown_key(key: bytes) -> str:
    """A key of a table, from its JSON, to be shown in a message."""
    text = repr(msgspec.json.decode(key, type=str))
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def raw_tables(data: bytes) -> tuple[dict[str, Raw], Callable[[bytes], bytes] | None]:
    """The JSON of each table, and what gives a part of it back as it was in the file, None if it is that already.

    Raises InvalidBoardFile.
    """
    try:
        return _FILE.decode(data), None
    except DECODE_ERRORS as error:
        marked = put_marks(data)
        if marked != data:
            try:
                return _FILE.decode(marked), remove_marks
            except DECODE_ERRORS:
                pass
        raise InvalidBoardFile(_describe_decode_error(data, error)) from error


def verify(file: BoardFile) -> None:
    """Decode a whole file again before it replaces another. Raises Refused if it can't be decoded."""
    try:
        found = decode(b"".join(encode(file)))
        known = {**file.set_aside, **file.board.set_aside}
        new = ((i, why) for i, why in found.board.set_aside.items() if i not in known)
        why = next((f"{record_id}: {why}" for record_id, why in new), "")
    except InvalidBoardFile as error:
        why = str(error)
    if why:
        raise Refused(f"The board could not be read after this change ({why}); nothing was written.")


def _refuse_marks(name: str, text: bytes) -> None:
    if has_marks(text):
        raise InvalidBoardFile(f"table {name!r}: {NOT_JSON}", NOT_JSON)


def _decode_meta(raws: Mapping[str, Raw], data: bytes) -> BoardMeta:
    text = raws.get("meta")
    if text is None:
        raise InvalidBoardFile(f"{NOT_A_BOARD}it has no table 'meta'")
    document = _decode_or_explain(lambda: _FILE.decode(text), data, "meta").get("1")
    if document is None:
        raise InvalidBoardFile(f"{NOT_A_BOARD}its table 'meta' is empty")
    version = _decode_or_explain(lambda: _FORMAT_ONLY.decode(document), data, "meta").get("format")
    if isinstance(version, int) and version > FORMAT:
        raise NewerFileFormat(f"it was written by a newer teamboard (format {version}): `pip install -U teamboard`")
    meta = _decode_or_explain(lambda: _META.decode(document), data, "meta")
    if not 1 <= meta.format <= FORMAT:
        raise InvalidBoardFile(f"format {meta.format} of a teamboard file does not exist")
    return meta


def _newest_commit(raw: Raw, text: bytes, meta: BoardMeta, data: bytes) -> tuple[int, str]:
    """The revision and hash of the newest commit; `text` is the JSON of the history without its closing brace.

    They are those in `meta`, or of a later entry in the history, which another program wrote: it must not be lost.
    """
    line = _LAST_ENTRY.match(text, max(text.rfind(b"\n"), 0))
    if line is not None and int(line[1]) == meta.revision:
        return meta.revision, meta.head
    # Under another key there is no entry: whoever reads the history is told.
    entries, _ = _documents("history", raw, data)
    last, newest = entries[-1] if entries else (0, b"")
    if last <= meta.revision:
        return meta.revision, meta.head
    try:
        return last, msgspec.json.decode(newest, type=HistoryEntry).hash
    except DECODE_ERRORS as error:
        raise InvalidBoardFile(f"{_location(data, 'history', last)}: {_decoder_message(error)}") from error


def decode_table(name: Table, text: bytes | Raw, data: bytes = b"") -> dict[RecordId, Record]:
    """Decode the JSON of a table into records by id.

    `data` is the whole file, for the line number in messages. Raises InvalidBoardFile.
    """
    if text == _NO_TABLE:
        return {}
    documents = _decode_or_explain(lambda: _records_decoder(name).decode(text), data, name)
    numbers = sorted(documents)
    if numbers != list(documents):
        # As after a program that sorts the keys as texts: 1, 10, 2.
        documents = {number: documents[number] for number in numbers}
    if numbers and numbers[0] < 1:
        raise InvalidBoardFile(f"table {name!r}: document numbers begin with 1")
    if numbers and numbers[-1] > LAST_NUMBER:
        too_high = f"document numbers end with {LAST_NUMBER:,}"
        raise InvalidBoardFile(f"table {name!r}: {too_high}", too_high)
    records = dict(zip(make_ids(name, documents), documents.values(), strict=True))
    for record_id, record in records.items():
        _set_attribute(record, "id", record_id)
    if name == "revisions":
        for number, revision in documents.items():
            if (why := unfit_terms(cast(GoalRevision, revision))) is not None:
                raise InvalidBoardFile(f"{name} {number}: {why}", why)
    return records


def _decode_or_explain(decode: Callable[[], T], data: bytes, table: str) -> T:
    try:
        return decode()
    except DECODE_ERRORS as error:
        number = _first_invalid_document(data, table)
        where = _location(data, table, number) if number is not None else f"table {table!r}"
        raise InvalidBoardFile(f"{where}: {_decoder_message(error)}", _decoder_message(error)) from error


def _first_invalid_document(data: bytes, table: str) -> int | None:
    """The number of the first document that can't be decoded, or None. Slow; called for error messages only."""
    kinds: dict[str, type] = dict(TABLES.items())
    kind = kinds.get(table, BoardMeta)
    for number, raw in _raw_documents(data, table):
        try:
            msgspec.json.decode(raw, type=kind)
        except DECODE_ERRORS:
            return number
    return None


def _raw_documents(data: bytes, table: str) -> Iterator[tuple[int, Raw]]:
    try:
        documents = _FILE.decode(_FILE.decode(data)[table])
        yield from ((int(key), raw) for key, raw in documents.items() if is_document_number(key))
    except msgspec.MsgspecError:
        return


def locate(data: bytes, record_id: RecordId) -> str:
    """Where a record is in the file that has the bytes `data`, such as `goals 12 (line 37)`."""
    return _location(data, table_of(record_id), number_of(record_id))


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
    return in_words(str(error).partition(" - at `$")[0]).replace("`", "'") or type(error).__name__
