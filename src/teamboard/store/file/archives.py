"""Archives: files beside the board with the records of closed periods and the history up to their close.

An archive is a TinyDB file in the format of the board. It is written once, before the commit that archives its
records, and never changed, replaced or deleted; the commit and the board's table `meta` refer to it by the hash of its
bytes, which is also in its name. The names of older archives do not have it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, perform
from teamboard.domain.board import Board
from teamboard.domain.commit_log import Fields, History, HistoryEntry, HistoryUnavailable
from teamboard.domain.errors import os_error_within
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, make_id, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.store import codec
from teamboard.store.blake2 import blake2b
from teamboard.store.decoder import decode
from teamboard.store.file.side_folder import side_folder
from teamboard.store.hash_chain import link_entry
from teamboard.store.lazy_history import entry_texts, segments_of
from teamboard.store.meta import Archive, RawSegment

if TYPE_CHECKING:
    from teamboard.actions.archive import ArchivePeriods

DIGEST_BYTES = 16
_NAME = r"(?a)r\d+-r\d+(?:-([0-9a-f]{32}))?\.json"
_FILE = msgspec.json.Decoder(dict[str, msgspec.Raw])
_FIELDS = msgspec.json.Decoder(dict[int, dict[str, object]])


def folder(path: str) -> str:
    """The archive folder of the board at `path`."""
    return f"{path}.archive"


class ArchiveFile:
    """One archive file as a history segment, read on demand."""

    def __init__(self, about: Archive, path: str) -> None:
        self.about = about
        self.first, self.last, self.digest = about.first, about.last, about.digest
        self.begun, self.before = about.begun, about.before
        self._path = os.path.join(folder(path), about.file)
        self._tables: dict[str, bytes] | None = None
        self._records: dict[RecordId, Fields] | None = None

    def entries(self) -> bytes:
        """The commits, as one JSON object by revision. Raises HistoryUnavailable."""
        return self._read().get("history", b"{}")

    def touching(self, _: RecordId) -> None:
        """None: the whole file has to be read anyway."""
        return

    def records(self) -> Mapping[RecordId, Fields]:
        """The archived records: their fields, by id. Raises HistoryUnavailable."""
        if self._records is None:
            self._records = _records_of(self._read())
        return self._records

    def _read(self) -> dict[str, bytes]:
        if self._tables is None:
            brief = f"the archive {self.about.file} is not available"
            name = f"the archive {self.about.file}, with the history up to revision {self.last},"
            if not re.fullmatch(_NAME, self.about.file):
                raise HistoryUnavailable(f"{name} has an invalid file name; run `teamboard board doctor`.", brief)
            try:
                with side_folder(os.path.dirname(self._path)) as place:
                    data = place.read(self.about.file)
            except OSError as error:
                why = os_error_within(error)
                raise HistoryUnavailable(f"{name} can't be read: {why}; put it back at {self._path}.", brief) from error
            if digest_of([data]) != self.digest:
                raise HistoryUnavailable(
                    f"{name} was changed after it was written: restore {self._path} from a backup.", brief
                )
            self._tables = {table: bytes(raw) for table, raw in _FILE.decode(data).items()}
        return self._tables


def archive_segments(path: str, archives: Iterable[Archive], known: History | None = None) -> tuple[RawSegment, ...]:
    """The archives of the board at `path` as history segments; those in `known` are reused."""
    cached = {segment.digest: segment for segment in segments_of(known)}
    return tuple(cached.get(archive.digest) or ArchiveFile(archive, path) for archive in archives)


def decode_board(path: str, data: bytes, known: History | None = None) -> codec.BoardFile:
    """Decode the bytes of the file of the board at `path`; its archives are read when needed, or taken from `known`.

    Raises InvalidBoardFile.
    """
    return decode(data, partial(archive_segments, path, known=known))


class ReadArchive(Struct, frozen=True):
    """An archive that was read to repair a board: its file name, its commits by revision, its records by id."""

    name: str
    entries: dict[int, HistoryEntry]
    records: dict[RecordId, Fields]


def listed_archives(path: str, digests: Iterable[str]) -> list[ReadArchive]:
    """The archives with these digests, and those that their commits refer to; no other file is believed."""
    by_digest: dict[str, tuple[str, bytes]] = {}
    with suppress(OSError), side_folder(folder(path)) as place:
        for name in place.names():
            with suppress(OSError):
                data = place.read(name)
                by_digest[digest_of([data])] = name, data
    found: list[ReadArchive] = []
    wanted = list(digests)
    while wanted:
        name, data = by_digest.pop(wanted.pop(), ("", b""))
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            tables = _FILE.decode(data)
            entries = msgspec.json.decode(tables.get("history", b"{}"), type=dict[int, HistoryEntry])
            found.append(ReadArchive(name, entries, _records_of(tables)))
            wanted += [entry.archive for entry in entries.values() if entry.archive]
    return found


def _records_of(tables: Mapping[str, bytes]) -> dict[RecordId, Fields]:
    """The fields of the records in an archive's tables, by id."""
    return {
        make_id(table, number): fields
        for table in TABLES
        for number, fields in _FIELDS.decode(tables.get(table, b"{}")).items()
    }


def digest_of(pieces: Iterable[bytes]) -> str:
    """The hash of an archive's bytes: BLAKE2b, 16 bytes, in hexadecimal."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


class ArchiveNameTaken(OSError):
    """A file with another content has the name of an archive; `path` is where."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def foreign_files(path: str, listed: Iterable[Archive]) -> list[str]:
    """The names of files in the archive folder whose content is not what their name says, without the listed ones.

    An archive that would get such a name can't be written. Empty if the folder can't be read.
    """
    known = {archive.file for archive in listed}
    found: list[str] = []
    with suppress(OSError), side_folder(folder(path)) as place:
        for name in place.names():
            match = re.fullmatch(_NAME, name)
            if name not in known and match and match[1] and digest_of([place.read(name)]) != match[1]:
                found.append(name)
    return found


def write_archive(path: str, pieces: list[bytes], about: Archive) -> None:
    """Write an archive with the board's group and mode; the caller holds the lock. Raises OSError.

    ArchiveNameTaken if a file of that name has another content: it may be all that is left of other records.
    """
    with side_folder(folder(path), new_like=path) as place:
        if place.has(about.file):
            if digest_of([place.read(about.file)]) != about.digest:
                raise ArchiveNameTaken(os.path.join(folder(path), about.file))
            # Left over from an interrupted archive.
            return
        with suppress(FileNotFoundError):
            # A link, which is removed without its target.
            place.unlink(about.file)
        place.write(about.file, pieces, path)


class PreparedArchive(Struct, frozen=True):
    """What an archive will write: its bytes in pieces, and the board's file after `read`, with its history entry."""

    read: codec.BoardFile
    entry: HistoryEntry
    pieces: list[bytes]
    file: codec.BoardFile


def prepare_archive(
    read: codec.BoardFile, known: codec.BoardFile, action: ArchivePeriods, by: Actor, at: datetime, path: str
) -> PreparedArchive:
    """Move records and history of closed periods from the file of the board at `path` to an archive; write nothing.

    `known` is the file that was read, its history with what other programs have changed. Raises Refused.
    """
    last = action.period(known.board).revision
    board, entry, changes = perform(known.board, action, by, at)
    lines = entry_texts(known.board)
    archived = [(number, text) for number, text in lines.items() if number <= last]
    pieces = _archive_pieces(known.board, changes, archived, last)
    archive = _archive_meta(known.board, last, digest_of(pieces), action.before)
    all_archives = (*known.archives, archive)
    texts = codec.changed_texts(known, board, changes)
    linked = link_entry(known.head, board.revision, msgspec.structs.replace(entry, changes={}, archive=archive.digest))
    rest = [(number, text) for number, text in lines.items() if number > last]
    texts["history"] = codec.table_text([*rest, (board.revision, codec.ENCODER.encode(linked))])
    earlier = archive_segments(path, all_archives, known.board.history)
    file = codec.next_file(known, board, texts, linked.hash, archives=all_archives, earlier=earlier)
    return PreparedArchive(read, entry, pieces, file)


def _archive_pieces(board: Board, ids: Iterable[RecordId], history: list[tuple[int, bytes]], last: int) -> list[bytes]:
    """The bytes of an archive with some records of a board, and the JSON of its history up to revision `last`."""
    records: dict[str, list[Record]] = {}
    for record_id in ids:
        if (record := board.get(record_id)) is not None:
            records.setdefault(table_of(record_id), []).append(record)
    texts = dict.fromkeys(codec.ALL_TABLES, codec.EMPTY)
    for name, of_table in records.items():
        texts[name] = codec.table_text(codec.documents_of(of_table))
    texts["history"] = codec.table_text(history)
    head = msgspec.json.decode(history[-1][1], type=HistoryEntry).hash
    texts["meta"] = codec.meta_text(last, head)
    return codec.encode(codec.BoardFile(board, texts))


def _archive_meta(board: Board, last: int, digest: str, before: date) -> Archive:
    """The entry in the table `meta` for a new archive with the history up to revision `last`."""
    history = history_of(board)
    first = history.earlier[-1].last + 1 if history.earlier else 1
    begun = history.get(first)
    if begun is None:
        raise ValueError(f"there is no revision {first}")
    return Archive(f"r{first}-r{last}-{digest}.json", first, last, digest, begun.at, before)
