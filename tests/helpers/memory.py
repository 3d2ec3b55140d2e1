"""A board that lives as long as the process: the smallest store that keeps the contract."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

from teamboard.actions.base import Action, Actor, perform
from teamboard.domain.board import Board
from teamboard.store import codec
from teamboard.store.base import BoardExists, BoardMissing, Clock, Commit, StoreError, utc_now
from teamboard.store.decoder import verify
from teamboard.store.read_only import check_board_may_be_written


class Memory:
    """What several stores share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.file: codec.BoardFile | None = None
        self.waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []


class MemoryStore:
    """A store of a board in the memory."""

    def __init__(self, memory: Memory, *, clock: Clock = utc_now) -> None:
        self._memory = memory
        self._clock = clock

    place = "memory"
    authenticated_as = None

    @property
    def known_board(self) -> Board | None:
        return self._memory.file.board if self._memory.file else None

    def notices(self) -> list[str]:
        return []

    def create(self, file: codec.BoardFile, by: Actor) -> Board:
        check_board_may_be_written()
        with self._memory.lock:
            if self._memory.file is not None:
                raise BoardExists("There is a board already.")
            verify(file)
            self._memory.file = file
        return file.board

    def load(self) -> Board:
        if self._memory.file is None:
            raise BoardMissing("There is no board.")
        return self._memory.file.board

    def commit(self, action: Action, by: Actor) -> Commit:
        check_board_may_be_written()
        with self._memory.lock:
            board, entry, changes = perform(self.load(), action, by, self._clock())
            assert self._memory.file is not None
            self._memory.file = codec.advance(self._memory.file, board, changes, entry)
            for loop, event in self._memory.waiting:
                loop.call_soon_threadsafe(event.set)
        return Commit.from_entry(self._memory.file.board, entry)

    async def changes(self) -> AsyncIterator[Board | StoreError]:
        event = asyncio.Event()
        mine = (asyncio.get_running_loop(), event)
        self._memory.waiting.append(mine)
        shown = self.load()
        try:
            while True:
                if (board := self.load()) is not shown:
                    shown = board
                    yield board
                await event.wait()
                event.clear()
        finally:
            self._memory.waiting.remove(mine)
