"""Read a board's file: the newest board, parsed only if the file has changed. A reader takes no lock."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Protocol

from teamboard.domain.board import Board
from teamboard.store import codec
from teamboard.store.base import FOLDER_REMOVED, BoardMissing, StoreError
from teamboard.store.catch_up import catch_up
from teamboard.store.decoder import InvalidBoardFile
from teamboard.store.file import archives, atomic_file
from teamboard.store.file.access import damaged, unread
from teamboard.store.written import note_written


class Observer(Protocol):
    """Is notified of what a store reads and writes, in the thread that does it; raises nothing."""

    def after_read(self, known: codec.BoardFile | None, newer: codec.BoardFile) -> None:
        """Called when a file was read that differs from `known`, which is None the first time."""
        ...

    def after_write(self, file: codec.BoardFile) -> None:
        """Called when a file was written over another, while the lock is held."""
        ...


class FileReader:
    """The board in one file, as it was read or written last. Safe to use from several threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Raises BoardMissing if the path is relative to a working folder that was removed."""
        self._given = os.fspath(path)
        try:
            self.path = os.path.abspath(self._given)
        except FileNotFoundError:
            raise BoardMissing(FOLDER_REMOVED) from None
        # Held only while the fields below are read or set: others can read while a thread writes.
        self._mutex = threading.RLock()
        self.observer: Observer | None = None
        self._known: codec.BoardFile | None = None
        self._known_path = ""
        self._signature: atomic_file.Signature | None = None

    def check_is_file(self) -> None:
        """Raise BoardUnreadable if something else than a file is in the board's place: a pipe, a device, a folder."""
        try:
            atomic_file.check_regular(self.path)
        except OSError as error:
            raise self.cannot_read(error) from error

    def check_exists(self) -> None:
        """Raise BoardMissing if there is no file, BoardUnreadable if one may not look."""
        try:
            os.stat(self.path)
        except OSError as error:
            raise self.cannot_read(error) from error

    def load(self) -> Board:
        """Return the newest board. Raises BoardMissing or BoardUnreadable."""
        return self._newest(self.real_path).board

    @property
    def known_file(self) -> codec.BoardFile:
        """The file as it was read or written last; read now if it never was, which raises as `load`."""
        return self._known or self._newest(self.real_path)

    @property
    def real_path(self) -> str:
        """The path with symbolic links resolved, so that a commit replaces the file and not the link."""
        return os.path.realpath(self.path)

    @property
    def known_board(self) -> Board | None:
        """The board that was read or written last, without reading the file; None before the first time."""
        return self._known.board if self._known else None

    def newest(self, path: str) -> tuple[codec.BoardFile, atomic_file.Signature | None]:
        """The newest file at the real `path`, and its signature. Raises as `load`."""
        with self._mutex:
            return self._newest(path), self._signature

    def replaced(
        self, path: str, file: codec.BoardFile, write: Callable[[], atomic_file.Signature], *, new: bool = False
    ) -> None:
        """Have `write` put a file in the place of the known one, or make a `new` one; it returns the signature.

        No thread reads the new file before it is known here.
        """
        with self._mutex:
            signature = write()
            self._known, self._known_path, self._signature = file, path, signature
            note_written(self.path)
            if self.observer is not None and not new:
                self.observer.after_write(file)

    def _newest(self, path: str) -> codec.BoardFile:
        with self._mutex:
            try:
                if self._known is not None and atomic_file.signature(path) == self._signature:
                    return self._known
                known, signature = self._caught_up(path) or self._decoded(path)
            except InvalidBoardFile as error:
                raise damaged(self.path, self._given, error) from error
            except OSError as error:
                raise self.cannot_read(error) from error
            before = self._known if path == self._known_path else None
            self._known, self._known_path, self._signature = known, path, signature
            if self.observer is not None:
                self.observer.after_read(before, known)
            return known

    def _caught_up(self, path: str) -> tuple[codec.BoardFile, atomic_file.Signature] | None:
        """The newest file and its signature, if it goes on from the known one. Raises OSError."""
        if self._known is None:
            return None
        with atomic_file.open_to_read(path) as file:
            before = atomic_file.signature_of(file)
            newer = catch_up(file, self._known)
            return (newer, before) if newer is not None and atomic_file.signature_of(file) == before else None

    def _decoded(self, path: str) -> tuple[codec.BoardFile, atomic_file.Signature]:
        """The newest file, read as a whole, and its signature. Raises OSError or InvalidBoardFile."""
        data, signature = atomic_file.read(path)
        history = self._known.board.history if self._known else None
        return archives.decode_board(path, data, history), signature

    def cannot_read(self, error: OSError) -> StoreError:
        return unread(self.path, self._given, error, was_read=self._known is not None)
