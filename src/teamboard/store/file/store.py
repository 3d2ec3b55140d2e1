"""The store in a shared TinyDB file.

A commit holds the lock beside the file while it reads the newest board, runs the action on it and replaces the file.
A reader takes no lock and parses only if the file has changed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board
from teamboard.domain.errors import os_error_within
from teamboard.store import codec
from teamboard.store.adoption import adopt
from teamboard.store.base import (
    FOLDER_REMOVED,
    BoardBusy,
    BoardExists,
    BoardMissing,
    BoardUnwritable,
    Clock,
    Commit,
    StoreError,
    utc_now,
)
from teamboard.store.catch_up import catch_up
from teamboard.store.decoder import InvalidBoardFile, verify
from teamboard.store.file import archives, atomic_file, backups, conflict_copies, lock
from teamboard.store.file.access import damaged, unchanged, unlocked, unread
from teamboard.store.file.draft import Draft
from teamboard.store.read_only import check_board_may_be_written
from teamboard.store.written import note_written

if TYPE_CHECKING:
    from teamboard.actions.archive import ArchivePeriods

LOCK_SECONDS = 10.0


class Observer(Protocol):
    """Is notified of what a store reads and writes, in the thread that does it; raises nothing."""

    def after_read(self, known: codec.BoardFile | None, newer: codec.BoardFile) -> None:
        """Called when a file was read that differs from `known`, which is None the first time."""
        ...

    def after_write(self, file: codec.BoardFile) -> None:
        """Called when a file was written over another, while the lock is held."""
        ...


def random_id() -> str:
    """A new identity for a board: 128 random bits in hexadecimal."""
    return os.urandom(16).hex()


class FileStore:
    """A board in one file. Safe to use from several threads and processes."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        clock: Clock = utc_now,
        patience: float = LOCK_SECONDS,
        new_id: Callable[[], str] = random_id,
    ):
        """Raises BoardMissing if the path is relative to a working folder that was removed."""
        self._given = os.fspath(path)
        try:
            self.path = os.path.abspath(self._given)
        except FileNotFoundError:
            raise BoardMissing(FOLDER_REMOVED) from None
        self._clock = clock
        self._patience = patience
        self._new_id = new_id
        # A thread holds `_writing` as long as the lock beside the file, `_mutex` only while it reads or sets the fields
        # below: others can read meanwhile.
        self._writing = threading.RLock()
        self._mutex = threading.RLock()
        self.observer: Observer | None = None
        self._known: codec.BoardFile | None = None
        self._known_path = ""
        self._written: codec.BoardFile | None = None
        self._signature: atomic_file.Signature | None = None

    @property
    def place(self) -> str:
        """The file's path."""
        return self.path

    @property
    def authenticated_as(self) -> None:
        """None: a file authenticates nobody; the caller says who they are."""
        return

    def check_is_file(self) -> None:
        """Raise BoardUnreadable if something else than a file is in the board's place: a pipe, a device, a folder."""
        try:
            atomic_file.check_regular(self.path)
        except OSError as error:
            raise self._cannot_read(error) from error

    def load(self) -> Board:
        """Return the newest board. Raises BoardMissing or BoardUnreadable."""
        return self._newest(self.real_path).board

    def commit(self, action: Action, by: Actor) -> Commit:
        """Run an action on the newest board and write it; it is on the disk when this returns.

        Raises Refused, BoardMissing, BoardUnreadable, BoardBusy or BoardUnwritable; then nothing is written, unless the
        message of BoardUnwritable says that the file was changed.
        """
        with self.draft(by) as draft:
            entry = draft.commit(action)
        return Commit.from_entry(draft.file.board, entry)

    def check_exists(self) -> None:
        """Raise BoardMissing if there is no file, BoardUnreadable if one may not look."""
        try:
            os.stat(self.path)
        except OSError as error:
            raise self._cannot_read(error) from error

    @contextmanager
    def draft(self, by: Actor) -> Iterator[Draft]:
        """Hold the lock from reading the newest file to writing what the block makes of it; nothing, if it raises.

        Raises as `commit`.
        """
        with self._entered(by) as (path, read, signature):
            draft = Draft(self._adopted(read), by, self._clock)
            before = draft.file
            yield draft
            if draft.file is not before:
                self._back_up_if_due(path, read)
                self._check_unchanged(path, signature)
                self._write(path, draft.file)

    def archive(self, action: ArchivePeriods, by: Actor) -> Commit:
        """Write closed periods to an archive, then commit the board without them. Raises as `commit`.

        It is prepared without the lock, and once more with it if somebody has committed meanwhile.
        """
        check_board_may_be_written()
        self._check_writable(self.real_path)
        prepared = self._prepare_archive(self._newest(self.real_path), action, by)
        with self._entered(by) as (path, read, signature):
            if prepared.read is not read:
                prepared = self._prepare_archive(read, action, by)
            self._check_unchanged(path, signature)
            try:
                backups.take_backup(path, read.board.revision, self._clock())
                archives.write_archive(path, prepared.pieces, prepared.file.archives[-1])
            except archives.ArchiveNameTaken as taken:
                raise BoardUnwritable(
                    f"{self.path} was not changed: {taken.path} is not the archive that its name says; move it away, "
                    "then try again."
                ) from None
            except OSError as error:
                raise BoardUnwritable(
                    f"{self.path} was not changed: the archive can't be written: {os_error_within(error)}."
                ) from error
            return Commit.from_entry(self._write(path, prepared.file), prepared.entry)

    def _prepare_archive(self, read: codec.BoardFile, action: ArchivePeriods, by: Actor) -> archives.PreparedArchive:
        return archives.prepare_archive(read, self._adopted(read), action, by, self._clock(), self.real_path)

    def create(self, file: codec.BoardFile, by: Actor) -> Board:
        """Create the file. Raises BoardExists if the path exists, Refused if the new file could not be decoded."""
        with self._one_writer():
            path = self.real_path
            self.check_is_file()
            if os.path.lexists(self.path):
                raise self._board_exists()
            verify(file)
            file = self._identified(file)
            with self._lock(path, by):
                return self._write(path, file, new=True)

    async def changes(self) -> AsyncIterator[Board | StoreError]:
        """Yield every newer board or StoreError; see `teamboard.store.file.watch`."""
        # Late: importing watchfiles and asyncio takes 60 ms, and a command does not need them.
        from teamboard.store.file.watch import watch

        async for found in watch(self):
            yield found

    def notices(self) -> list[str]:
        """One line for each conflicted copy beside the board, and one if no backups can be taken."""
        path = self.real_path
        obstacle = backups.describe_obstacle(path)
        return conflict_copies.notices(path) + ([obstacle] if obstacle else [])

    @contextmanager
    def locked(self, by: Actor) -> Iterator[None]:
        """Hold the board's lock within the context, for `replace_board`. Raises as `commit`."""
        with self._one_writer(), self._lock(self.real_path, by):
            yield

    def replace_board(self, file: codec.BoardFile) -> Board:
        """Replace the whole file; the caller holds the lock. Raises Refused if the new file could not be decoded."""
        verify(file)
        file = self._identified(file)
        path = self.real_path
        return self._write(path, file, new=not os.path.exists(path))

    def back_up(self, now: datetime, before: str = "") -> backups.Backup:
        """Back up the board, in a message `before` something; the caller holds the lock. Raises StoreError."""
        try:
            return backups.take_backup(self.real_path, self.known_file.board.revision, now)
        except OSError as error:
            why = os_error_within(error)
            raise BoardUnwritable(f"{self.path} can't be backed up{before}: {why}; nothing was changed.") from error

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

    # -- internals

    def _identified(self, file: codec.BoardFile) -> codec.BoardFile:
        """A file whose board has an identity."""
        return codec.upgrade(file, self._new_id())

    def _adopted(self, read: codec.BoardFile) -> codec.BoardFile:
        """The file that was read, its history with what other programs have changed."""
        return read if read is self._written else adopt(read, self._new_id(), self._clock())

    @contextmanager
    def _entered(self, by: Actor) -> Iterator[tuple[str, codec.BoardFile, atomic_file.Signature | None]]:
        """Hold the lock within the context: the real path, the newest file and its signature. Raises as `commit`."""
        with self._one_writer():
            path = self.real_path
            self._check_writable(path)
            with self._lock(path, by):
                with self._mutex:
                    read, signature = self._newest(path), self._signature
                yield path, read, signature

    def _check_writable(self, path: str) -> None:
        """Raise BoardMissing or BoardUnreadable as `check_exists`, BoardUnwritable if one may only read the file."""
        self.check_exists()
        if not os.access(path, os.W_OK):
            raise BoardUnwritable(
                f"{self.path} is read-only for you; nothing was changed. Ask its owner for write access."
            )

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Keep other threads that share this store from writing, as the lock does with other processes."""
        if not self._writing.acquire(timeout=self._patience):
            raise BoardBusy(
                f"{self.path} is being written by another thread of this program: waited {self._patience:.0f} s, "
                "nothing was changed, try again."
            )
        try:
            yield
        finally:
            self._writing.release()

    def _newest(self, path: str) -> codec.BoardFile:
        with self._mutex:
            try:
                if self._known is not None and atomic_file.signature(path) == self._signature:
                    return self._known
                known, signature = self._caught_up(path) or self._decoded(path)
            except InvalidBoardFile as error:
                raise damaged(self.path, self._given, error) from error
            except OSError as error:
                raise self._cannot_read(error) from error
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

    def _check_unchanged(self, path: str, known: atomic_file.Signature | None) -> None:
        """Raise BoardBusy if the file changed under the lock, as on a network share without working locks."""
        with suppress(OSError):
            if atomic_file.signature(path) == known:
                return
        raise BoardBusy(
            f"{self.path} was changed by another process although it was locked: your change was not made, try again. "
            "If it happens often, the share does not lock files: put the board where it does."
        )

    def _back_up_if_due(self, path: str, known: codec.BoardFile) -> None:
        """Back up before a commit: always before a format migration, else hourly."""
        now = self._clock()
        if known.version < codec.FORMAT:
            self.back_up(now, " before its older format is migrated")
        elif backups.is_due(path, known.board.revision, now):
            # The commit goes on without: `notices` and `doctor` say what is in the way.
            with suppress(OSError):
                backups.take_backup(path, known.board.revision, now)

    def _write(self, path: str, file: codec.BoardFile, *, new: bool = False) -> Board:
        # No thread reads the new file before it is known here.
        with self._mutex:
            try:
                signature = atomic_file.replace(path, codec.encode(file), new=new)
            except FileExistsError:
                raise self._board_exists() from None
            except atomic_file.DurabilityUnknown as error:
                raise BoardUnwritable(
                    f"{self.path} was changed, but the disk does not confirm it ({os_error_within(error)}): check the "
                    "board before you try again."
                ) from error
            except OSError as error:
                raise unchanged(self.path, error) from error
            self._known, self._known_path, self._signature = file, path, signature
            self._written = file
            note_written(self.path)
            if self.observer is not None and not new:
                self.observer.after_write(file)
            return file.board

    @contextmanager
    def _lock(self, path: str, by: Actor) -> Iterator[None]:
        # Before the lock: taking it writes the lock file.
        check_board_may_be_written()
        note = f"{by.member or 'somebody'} (login {by.login or '?'} on {by.host or '?'}, process {os.getpid()})"
        try:
            held = lock.acquire(f"{path}.lock", self._patience, atomic_file.lock_mode(path))
        except lock.LockHeld as holder:
            raise BoardBusy(
                f"{self.path} is held by {holder}: waited {self._patience:.0f} s, nothing was changed, try again."
            ) from None
        except lock.InvalidLockFile as found:
            raise BoardUnwritable(
                f"{path}.lock is {found}, not the board's lock: nothing was changed. Remove it, then try again."
            ) from None
        except OSError as error:
            raise unlocked(path, error) from error
        try:
            atomic_file.share_like(path, held)
            lock.write_note(held, note)
            yield
        finally:
            lock.release(held)

    def _cannot_read(self, error: OSError) -> StoreError:
        return unread(self.path, self._given, error, was_read=self._known is not None)

    def _board_exists(self) -> BoardExists:
        return BoardExists(f"{self.path} exists already and was not changed; choose another file with --board.")
