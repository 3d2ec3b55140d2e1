"""Closed periods in files beside the board: what they took along, and the history up to their close.

An archive is a TinyDB file of the board's own form. It is written once, before the commit that puts its records
away, and never again; the commit and the board's meta name it by the hash of its bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date

import msgspec

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Archive, Fields, History, HistoryEntry, HistorySegment, HistoryUnavailable
from teamboard.domain.errors import describe_os_error
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import make_id, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.store import codec
from teamboard.store.file import atomic_file
from teamboard.store.hash_chain import linked
from teamboard.store.lazy_history import LazyHistory, entry_texts

DIGEST_BYTES = 16
_NAME = re.compile(r"r\d+-r\d+\.json", re.ASCII)
_FILE = msgspec.json.Decoder(dict[str, msgspec.Raw])
_FIELDS = msgspec.json.Decoder(dict[int, dict[str, object]])


def folder(path: str) -> str:
    """The folder of the archives of the board at `path`."""
    return f"{path}.archive"


class ArchiveFile:
    """One archive, read when somebody asks for what is in it."""

    def __init__(self, about: Archive, path: str) -> None:
        self.about = about
        self.first, self.last, self.digest = about.first, about.last, about.digest
        self.begun, self.before = about.begun, about.before
        self._path = os.path.join(folder(path), about.file)
        self._tables: dict[str, bytes] | None = None
        self._records: dict[str, Fields] | None = None

    def entries(self) -> bytes:
        """Its commits, as one JSON object by revision. Raises HistoryUnavailable."""
        return self._read().get("history", b"{}")

    def touching(self, _: str) -> None:
        """Nothing narrower: it is one file."""
        return

    def records(self) -> Mapping[str, Fields]:
        """The records that were put away. Raises HistoryUnavailable."""
        if self._records is None:
            self._records = {
                make_id(table, number): fields
                for table in TABLES
                for number, fields in _FIELDS.decode(self._read().get(table, b"{}")).items()
            }
        return self._records

    def _read(self) -> dict[str, bytes]:
        if self._tables is None:
            brief = f"the archive {self.about.file} is away"
            name = f"the archive {self.about.file}, with the history up to revision {self.last},"
            if not _NAME.fullmatch(self.about.file):
                raise HistoryUnavailable(
                    f"{name} is not called as an archive is; `teamboard board doctor` says more.", brief
                )
            try:
                data, _ = atomic_file.read(self._path, follow=False)
            except OSError as error:
                why = describe_os_error(error).lower()
                raise HistoryUnavailable(f"{name} can't be read: {why}; it belongs at {self._path}.", brief) from error
            if digest_of([data]) != self.digest:
                raise HistoryUnavailable(
                    f"{name} is not as it was written: bring a backup of {self._path} back.", brief
                )
            self._tables = {table: bytes(raw) for table, raw in _FILE.decode(data).items()}
        return self._tables


def opened(path: str, archives: Iterable[Archive], known: History | None = None) -> tuple[HistorySegment, ...]:
    """The archives of the board at `path`; those that `known` has are not read again."""
    had = {stretch.digest: stretch for stretch in known.earlier} if known is not None else {}
    return tuple(had.get(archive.digest) or ArchiveFile(archive, path) for archive in archives)


def histories(path: str) -> Iterator[dict[int, HistoryEntry]]:
    """The commits in each archive of the board at `path` that can be read, whether the board knows it or not."""
    with suppress(OSError):
        for name in sorted(os.listdir(folder(path))):
            with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, KeyError):
                data, _ = atomic_file.read(os.path.join(folder(path), name), follow=False)
                yield msgspec.json.decode(_FILE.decode(data)["history"], type=dict[int, HistoryEntry])


def digest_of(pieces: Iterable[bytes]) -> str:
    """The hash by which an archive is known."""
    found = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def write(path: str, pieces: list[bytes], about: Archive) -> None:
    """Write an archive beside the board at `path`, for the same people; the caller holds the lock. OSError."""
    place = folder(path)
    if not os.path.isdir(place):
        atomic_file.new_folder_like(path, place)
    name = os.path.join(place, about.file)
    with suppress(FileNotFoundError):
        # One whose commit never came: the board does not know it.
        os.unlink(name)
    atomic_file.replace(name, pieces, new=True, like=path)


def records_away(board: Board, ids: Iterable[str]) -> dict[str, list[Record]]:
    """The records of these ids, by table."""
    found: dict[str, list[Record]] = {}
    for record_id in ids:
        record = board.get(record_id)
        if record is not None:
            found.setdefault(table_of(record_id), []).append(record)
    return found


def about(board: Board, last: int, digest: str, before: date) -> Archive:
    """What the board will say of a new archive with its history up to revision `last`."""
    history = history_of(board)
    first = history.earlier[-1].last + 1 if history.earlier else 1
    begun = history.get(first)
    if begun is None:
        raise ValueError(f"there is no revision {first}")
    return Archive(f"r{first}-r{last}.json", first, last, digest, begun.at, before)


def put_away(
    known: codec.BoardFile, board: Board, changes: Changes, entry: HistoryEntry, last: int, before: date, path: str
) -> tuple[list[bytes], codec.BoardFile]:
    """An archive's bytes, and the next state of the file without it.

    The archive has the records that `changes` take away, and the history up to revision `last`.
    """
    lines = entry_texts(known.board)
    gone = [(number, text) for number, text in lines.items() if number <= last]
    away = dict.fromkeys(codec.ALL_TABLES, codec.EMPTY)
    for name, records in records_away(known.board, changes).items():
        away[name] = codec.table_text(codec.documents_of(records))
    away["history"] = codec.table_text(gone)
    head = msgspec.json.decode(gone[-1][1], type=HistoryEntry).hash
    away["meta"] = codec.meta_text(Board({}, revision=last), head)
    pieces = codec.encode(codec.BoardFile(known.board, away))
    archive = about(known.board, last, digest_of(pieces), before)
    kept = (*known.archives, archive)
    texts = codec.changed_texts(known, board, changes)
    entry = linked(known.head, board.revision, msgspec.structs.replace(entry, changes={}, archive=archive.digest))
    rest = [(number, text) for number, text in lines.items() if number > last]
    texts["history"] = codec.table_text([*rest, (board.revision, codec.ENCODER.encode(entry))])
    texts["meta"] = codec.meta_text(board, entry.hash, kept)
    earlier = opened(path, kept, known.board.history)
    history = LazyHistory((*texts["history"], codec.END), earlier=earlier)
    return pieces, codec.BoardFile(board.with_history(history), texts, entry.hash, archives=kept)
