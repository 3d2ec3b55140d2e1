"""The store in a shared TinyDB file.

A commit holds the lock beside the file while it reads the newest board, runs the action on it and replaces the file.
A reader takes no lock and parses only if the file has changed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board
from teamboard.store import codec
from teamboard.store.base import Clock, Commit, StoreError, utc_now
from teamboard.store.file.reader import FileReader

if TYPE_CHECKING:
    from teamboard.actions.archive import ArchivePeriods
    from teamboard.store.file.backups import Backup
    from teamboard.store.file.draft import Draft
    from teamboard.store.file.writer import Writer

LOCK_SECONDS = 10.0


def random_id() -> str:
    """A new identity for a board: 128 random bits in hexadecimal."""
    return os.urandom(16).hex()


class FileStore(FileReader):
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
        super().__init__(path)
        self._clock = clock
        self._patience = patience
        self._new_id = new_id
        self._writing = threading.RLock()

    @property
    def place(self) -> str:
        """The file's path."""
        return self.path

    @property
    def authenticated_as(self) -> None:
        """None: a file authenticates nobody; the caller says who they are."""
        return

    def commit(self, action: Action, by: Actor) -> Commit:
        """Run an action on the newest board and write it; it is on the disk when this returns.

        Raises Refused, BoardMissing, BoardUnreadable, BoardBusy or BoardUnwritable; then nothing is written, unless the
        message of BoardUnwritable says that the file was changed.
        """
        return self._writer.commit(action, by)

    def draft(self, by: Actor) -> AbstractContextManager[Draft]:
        """Hold the lock from reading the newest file to writing what the block makes of it; nothing, if it raises.

        Raises as `commit`.
        """
        return self._writer.draft(by)

    def archive(self, action: ArchivePeriods, by: Actor) -> Commit:
        """Write closed periods to an archive, then commit the board without them. Raises as `commit`."""
        return self._writer.archive(action, by)

    def create(self, file: codec.BoardFile, by: Actor) -> Board:
        """Create the file. Raises BoardExists if the path exists, Refused if the new file could not be decoded."""
        return self._writer.create(file, by)

    async def changes(self) -> AsyncIterator[Board | StoreError]:
        """Yield every newer board or StoreError; see `teamboard.store.file.watch`."""
        # Late: importing watchfiles and asyncio takes 60 ms, and a command does not need them.
        from teamboard.store.file.watch import watch

        async for found in watch(self):
            yield found

    def notices(self) -> list[str]:
        """One line for each conflicted copy beside the board, and one if no backups can be taken."""
        return self._writer.notices()

    def backup_obstacle(self) -> str:
        """Why no backups can be taken, with what to do; "" if they can."""
        return self._writer.backup_obstacle()

    def locked(self, by: Actor) -> AbstractContextManager[None]:
        """Hold the board's lock within the context, for `replace_board`. Raises as `commit`."""
        return self._writer.locked(by)

    def replace_board(self, file: codec.BoardFile) -> Board:
        """Replace the whole file; the caller holds the lock. Raises Refused if the new file could not be decoded."""
        return self._writer.replace_board(file)

    def back_up(self, now: datetime, before: str = "") -> Backup:
        """Back up the board, in a message `before` something; the caller holds the lock. Raises StoreError."""
        return self._writer.back_up(now, before)

    @cached_property
    def _writer(self) -> Writer:
        # Late: with the lock, the backups and what takes up the changes of other programs it takes 1 ms to import, and
        # a board is painted before anything is written.
        from teamboard.store.file.writer import Writer

        return Writer(self, self._writing, clock=self._clock, patience=self._patience, new_id=self._new_id)
