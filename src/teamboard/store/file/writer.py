"""Write a board's file: a commit holds the lock beside it while it reads the newest board and replaces the file."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board
from teamboard.domain.errors import os_error_within
from teamboard.store import codec
from teamboard.store.adoption import adopt
from teamboard.store.base import BoardBusy, BoardExists, BoardUnwritable, Clock, Commit
from teamboard.store.decoder import verify
from teamboard.store.file import archives, atomic_file, backups, conflict_copies, lock
from teamboard.store.file.access import unchanged, unlocked
from teamboard.store.file.draft import Draft
from teamboard.store.file.reader import FileReader
from teamboard.store.read_only import check_board_may_be_written

if TYPE_CHECKING:
    from teamboard.actions.archive import ArchivePeriods


class Writer:
    """Writes the file of a reader. Safe to use from several threads and processes; see `FileStore`."""

    def __init__(
        self,
        reader: FileReader,
        writing: threading.RLock,
        *,
        clock: Clock,
        patience: float,
        new_id: Callable[[], str],
    ) -> None:
        """A thread holds `writing` as long as the lock beside the file."""
        self._reader = reader
        self._path = reader.path
        self._writing = writing
        self._clock = clock
        self._patience = patience
        self._new_id = new_id
        self._written: codec.BoardFile | None = None

    def commit(self, action: Action, by: Actor) -> Commit:
        """See `FileStore.commit`."""
        with self.draft(by) as draft:
            entry = draft.commit(action)
        return Commit.from_entry(draft.file.board, entry)

    @contextmanager
    def draft(self, by: Actor) -> Iterator[Draft]:
        """See `FileStore.draft`."""
        with self._entered(by) as (path, read, signature):
            draft = Draft(self._adopted(read), by, self._clock)
            before = draft.file
            yield draft
            if draft.file is not before:
                self._back_up_if_due(path, read)
                self._check_unchanged(path, signature)
                self._write(path, draft.file)

    def archive(self, action: ArchivePeriods, by: Actor) -> Commit:
        """See `FileStore.archive`.

        It is prepared without the lock, and once more with it if somebody has committed meanwhile.
        """
        check_board_may_be_written()
        self._check_writable(self._reader.real_path)
        prepared = self._prepare_archive(self._reader.newest(self._reader.real_path)[0], action, by)
        with self._entered(by) as (path, read, signature):
            if prepared.read is not read:
                prepared = self._prepare_archive(read, action, by)
            self._check_unchanged(path, signature)
            try:
                backups.take_backup(path, read.board.revision, self._clock())
                archives.write_archive(path, prepared.pieces, prepared.file.archives[-1])
            except archives.ArchiveNameTaken as taken:
                raise BoardUnwritable(
                    f"{self._path} was not changed: {taken.path} is not the archive that its name says; move it away, "
                    "then try again."
                ) from None
            except OSError as error:
                raise BoardUnwritable(
                    f"{self._path} was not changed: the archive can't be written: {os_error_within(error)}."
                ) from error
            return Commit.from_entry(self._write(path, prepared.file), prepared.entry)

    def _prepare_archive(self, read: codec.BoardFile, action: ArchivePeriods, by: Actor) -> archives.PreparedArchive:
        return archives.prepare_archive(read, self._adopted(read), action, by, self._clock(), self._reader.real_path)

    def create(self, file: codec.BoardFile, by: Actor) -> Board:
        """See `FileStore.create`."""
        with self._one_writer():
            path = self._reader.real_path
            self._reader.check_is_file()
            if os.path.lexists(self._path):
                raise self._board_exists()
            verify(file)
            file = self._identified(file)
            with self._lock(path, by):
                return self._write(path, file, new=True)

    def notices(self) -> list[str]:
        """See `FileStore.notices`."""
        obstacle = self.backup_obstacle()
        return conflict_copies.notices(self._reader.real_path) + ([obstacle] if obstacle else [])

    def backup_obstacle(self) -> str:
        """See `FileStore.backup_obstacle`."""
        return backups.describe_obstacle(self._reader.real_path)

    @contextmanager
    def locked(self, by: Actor) -> Iterator[None]:
        """See `FileStore.locked`."""
        with self._one_writer(), self._lock(self._reader.real_path, by):
            yield

    def replace_board(self, file: codec.BoardFile) -> Board:
        """See `FileStore.replace_board`."""
        verify(file)
        file = self._identified(file)
        path = self._reader.real_path
        return self._write(path, file, new=not os.path.exists(path))

    def back_up(self, now: datetime, before: str = "") -> backups.Backup:
        """See `FileStore.back_up`."""
        try:
            return backups.take_backup(self._reader.real_path, self._reader.known_file.board.revision, now)
        except OSError as error:
            why = os_error_within(error)
            raise BoardUnwritable(f"{self._path} can't be backed up{before}: {why}; nothing was changed.") from error

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
            path = self._reader.real_path
            self._check_writable(path)
            with self._lock(path, by):
                yield path, *self._reader.newest(path)

    def _check_writable(self, path: str) -> None:
        """Raise BoardMissing or BoardUnreadable as `check_exists`, BoardUnwritable if one may only read the file."""
        self._reader.check_exists()
        if not os.access(path, os.W_OK):
            raise BoardUnwritable(
                f"{self._path} is read-only for you; nothing was changed. Ask its owner for write access."
            )

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Keep other threads that share this store from writing, as the lock does with other processes."""
        if not self._writing.acquire(timeout=self._patience):
            raise BoardBusy(
                f"{self._path} is being written by another thread of this program: waited {self._patience:.0f} s, "
                "nothing was changed, try again."
            )
        try:
            yield
        finally:
            self._writing.release()

    def _check_unchanged(self, path: str, known: atomic_file.Signature | None) -> None:
        """Raise BoardBusy if the file changed under the lock, as on a network share without working locks."""
        with suppress(OSError):
            if atomic_file.signature(path) == known:
                return
        raise BoardBusy(
            f"{self._path} was changed by another process although it was locked: your change was not made, try again. "
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
        def write() -> atomic_file.Signature:
            try:
                return atomic_file.replace(path, codec.encode(file), new=new)
            except FileExistsError:
                raise self._board_exists() from None
            except atomic_file.DurabilityUnknown as error:
                raise BoardUnwritable(
                    f"{self._path} was changed, but the disk does not confirm it ({os_error_within(error)}): check the "
                    "board before you try again."
                ) from error
            except OSError as error:
                raise unchanged(self._path, error) from error

        self._reader.replaced(path, file, write, new=new)
        self._written = file
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
                f"{self._path} is held by {holder}: waited {self._patience:.0f} s, nothing was changed, try again."
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

    def _board_exists(self) -> BoardExists:
        return BoardExists(f"{self._path} exists already and was not changed; choose another file with --board.")
