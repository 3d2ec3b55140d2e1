"""Encode a board as the bytes of a TinyDB file; `teamboard.store.decoder` reads them.

The file is one JSON object: table name -> document number -> document, one document per line. The text of each table
is cached: writing encodes only the documents that changed. Tables of other programs are kept as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, Table, number_of, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.store.hash_chain import chain_entries, link_entry
from teamboard.store.lazy_history import LazyHistory, segments_of
from teamboard.store.meta import Archive, BoardMeta, RawSegment
from teamboard.store.upgrades import upgrade_history

FORMAT = 4
"""The version of the file format that this program writes."""

ALL_TABLES = ("meta", *get_args(Table), "history")

TableText = tuple[bytes, ...]
"""The JSON of a table in pieces, without the closing brace; what another program keeps as no object is whole."""

EMPTY: TableText = (b"{",)
END = b"\n}"
_MOST_PIECES = 64
ENCODER = msgspec.json.Encoder()


class BoardFile(Struct, frozen=True):
    """A board as it is in its file.

    `texts` has the JSON of each table, `head` the hash of the newest history entry, `version` the format of the file
    that was read, `archives` the archive files, oldest first, `id` the identity of the board, "" if it has none yet.
    `sums` has the CRC-32 of each table of records as the last commit left it, `set_aside` the JSON of each record that
    does not fit the board, `unnumbered` by table what other programs keep under keys that are not document numbers: the
    JSON of each key and document.
    """

    board: Board
    texts: dict[str, TableText]
    head: str = ""
    version: int = FORMAT
    archives: tuple[Archive, ...] = ()
    id: str = ""
    sums: Mapping[str, int] = {}
    set_aside: Mapping[RecordId, bytes] = {}
    unnumbered: Mapping[Table, Sequence[tuple[bytes, bytes]]] = {}


def next_file(
    known: BoardFile,
    board: Board,
    texts: dict[str, TableText],
    head: str,
    *,
    archives: tuple[Archive, ...] | None = None,
    earlier: Sequence[RawSegment] | None = None,
) -> BoardFile:
    """Return the file that follows `known`.

    Args:
        known: The file before; identity and records set aside are kept, and checksums of texts that did not change.
        board: The board that the new file has.
        texts: The JSON of every table but `meta`, which is made here.
        head: The hash of the newest history entry.
        archives: The board's archives, if they changed.
        earlier: The segments of the history that these archives hold.
    """
    archives = known.archives if archives is None else archives
    sums: dict[str, int] = {name: _sum_of(texts.get(name, EMPTY), name, known) for name in TABLES}
    meta = BoardMeta(
        format=FORMAT,
        revision=board.revision,
        ids=dict(board.ids),
        head=head,
        archives=archives,
        id=known.id,
        sums=sums,
    )
    texts = {**texts, "meta": table_text([(1, ENCODER.encode(meta))])}
    earlier = segments_of(known.board.history) if earlier is None else earlier
    board = board.with_history(LazyHistory((*texts["history"], END), newest=board.revision, earlier=earlier))
    return BoardFile(board, texts, head, FORMAT, archives, known.id, sums, known.set_aside, known.unnumbered)


def _sum_of(text: TableText, name: Table, known: BoardFile) -> int:
    """The checksum of a table's text; of one that only grew, what is new is added to the checksum before."""
    before = known.texts.get(name)
    if before is None or name not in known.sums or len(text) < len(before):
        return table_sum(text)
    if any(one is not other for one, other in zip(before, text, strict=False)):
        return table_sum(text)
    return table_sum(text[len(before) :], known.sums[name])


def table_sum(text: TableText, before: int = 0) -> int:
    """The CRC-32 of a table's text, which goes on from the sum `before`."""
    for piece in text:
        before = zlib.crc32(piece, before)
    return before


def foreign_tables(file: BoardFile) -> list[Table]:
    """The tables of records that something else than a commit has changed; all of them in a format without sums."""
    if file.version < FORMAT:
        return list(TABLES)
    return [name for name in TABLES if table_sum(file.texts.get(name, EMPTY)) != file.sums.get(name)]


def advance(known: BoardFile, board: Board, changes: Changes, entry: HistoryEntry) -> BoardFile:
    """Return the file after a commit: `board` is `known.board` with `changes`, `entry` its history entry."""
    texts = changed_texts(known, board, changes)
    texts["history"], head = append_entry(texts["history"], known.head, board.revision, entry)
    return next_file(known, board, texts, head)


def append_entry(history: TableText, head: str, revision: int, entry: HistoryEntry) -> tuple[TableText, str]:
    """The JSON of a history after one more entry, which is linked to `head`, the newest hash; and the hash of it."""
    entry = link_entry(head, revision, entry)
    return append_documents(history, [(revision, ENCODER.encode(entry))]), entry.hash


def changed_texts(known: BoardFile, board: Board, changes: Changes) -> dict[str, TableText]:
    """Return the JSON of every table after `changes`; `board` is the board after them.

    Raises Refused for a change of a record that was set aside, such as the team, which has another in its place.
    """
    if aside := next((i for i in changes if i in known.set_aside), None):
        fix = "`teamboard board doctor --fix` repairs it"
        raise Refused(f"{aside} does not fit the board and was set aside: {fix}. Nothing was changed.")
    texts = dict(known.texts)
    for name in {table_of(record_id) for record_id in changes}:
        last = known.board.ids.get(name, 0)
        in_table = [(i, r) for i, r in changes.items() if table_of(i) == name]
        new = [r for i, r in in_table if r is not None and number_of(i) > last]
        if len(new) == len(in_table):
            texts[name] = append_documents(texts.get(name, EMPTY), documents_of(new))
        else:
            texts[name] = records_text(name, board, known)
    return texts


def records_text(name: Table, board: Board, known: BoardFile) -> TableText:
    """The JSON of a whole table of records, with what `known` has set aside: records in their place, others last."""
    documents = documents_of(r for i, r in board.tables[name].items() if i not in known.set_aside)
    aside = [(number_of(i), raw) for i, raw in known.set_aside.items() if table_of(i) == name]
    text = table_text(sorted([*documents, *aside]) if aside else documents)
    unnumbered = known.unnumbered.get(name, ())
    return _append_lines(text, b",\n".join(b"%b: %b" % pair for pair in unnumbered)) if unnumbered else text


def upgrade(known: BoardFile, board_id: str = "") -> BoardFile:
    """Migrate a file of an older format to FORMAT; the records stay the same.

    A board without an identity gets `board_id`.
    """
    if known.version == FORMAT and (known.id or not board_id):
        return known
    texts, head = dict(known.texts), known.head
    if known.version < 3:
        entries = list(upgrade_history(history_of(known.board), known.version, FORMAT))
        head = entries[-1][1].hash if entries else ""
        texts["history"] = history_text(entries)
    return next_file(replace(known, id=known.id or board_id), known.board, texts, head)


def assemble(board: Board, history: Iterable[tuple[int, HistoryEntry]]) -> BoardFile:
    """Build the file of a board from its records and its history, every entry by revision, oldest first."""
    texts = dict.fromkeys(ALL_TABLES, EMPTY)
    for name in TABLES:
        texts[name] = table_text(documents_of(board.tables[name].values()))
    entries = list(chain_entries(history))
    head = entries[-1][1].hash if entries else ""
    texts["history"] = history_text(entries)
    return next_file(BoardFile(board, {}), board, texts, head, earlier=())


def continues(known: BoardFile, newer: BoardFile) -> bool:
    """True if no commit of `known` is missing in `newer`, a file that was read later from the same place.

    False if that can't be said from the texts and the newest hash alone. May raise HistoryUnavailable.
    """
    if newer.board.revision < known.board.revision:
        return False
    before, after = known.texts.get("history", EMPTY), newer.texts.get("history", EMPTY)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(before, after, strict=False)))
    text, end = b"".join(after[same:]), 0
    for piece in before[same:]:
        if not text.startswith(piece, end):
            break
        end += len(piece)
    else:
        return True
    entry = history_of(newer.board).get(known.board.revision)
    return entry is not None and bool(known.head) and entry.hash == known.head


def table_names(texts: Iterable[str]) -> list[str]:
    """The names of the tables of a file in the order in which they are written, its own ones first."""
    return [*ALL_TABLES, *(name for name in texts if name not in ALL_TABLES)]


def encode(file: BoardFile) -> list[bytes]:
    """Return the bytes of a board's file, in pieces."""
    names = table_names(file.texts)
    pieces = [b"{\n"]
    for name in names:
        text = file.texts.get(name, EMPTY)
        end = b"}" if text == EMPTY else END if is_object(text) else b""
        pieces += [ENCODER.encode(name), b": ", *text, end, b"\n}\n" if name == names[-1] else b",\n"]
    return pieces


def is_object(text: TableText) -> bool:
    """True if a table is one; another program may keep a list or a number under a name of its own."""
    return text[0].startswith(b"{")


def history_text(entries: Iterable[tuple[int, HistoryEntry]]) -> TableText:
    """The JSON of the table `history`."""
    return table_text([(revision, ENCODER.encode(entry)) for revision, entry in entries])


def meta_text(revision: int, head: str) -> TableText:
    """The JSON of the table `meta` of an archive: the revision and the hash of its newest history entry."""
    return table_text([(1, ENCODER.encode(BoardMeta(format=FORMAT, revision=revision, head=head)))])


def documents_of(records: Iterable[Record]) -> list[tuple[int, bytes]]:
    """The document number and JSON of each record."""
    bare = ((number_of(r.id), msgspec.structs.replace(r, id="")) for r in records)
    return [(number, ENCODER.encode(record)) for number, record in bare]


def _document_lines(documents: list[tuple[int, bytes]]) -> bytes:
    return b",\n".join(b'"%d": %b' % document for document in documents)


def table_text(documents: list[tuple[int, bytes]]) -> TableText:
    """The JSON of a table with these documents."""
    return append_documents(EMPTY, documents) if documents else EMPTY


def append_documents(text: TableText, documents: list[tuple[int, bytes]]) -> TableText:
    """The JSON of a table with documents added at its end."""
    return _append_lines(text, _document_lines(documents))


def _append_lines(text: TableText, lines: bytes) -> TableText:
    return grow(text, (b"\n" if text == EMPTY else b",\n") + lines)


def grow(text: TableText, new: bytes) -> TableText:
    """The JSON of a table with a piece added at its end."""
    grown = (*text, new)
    if len(grown) <= _MOST_PIECES:
        return grown
    first, *others = grown
    new = b"".join(others)
    # What is large is not copied for something small: the boards before this one share it.
    return (first, new) if len(new) < len(first) else (first + new,)
