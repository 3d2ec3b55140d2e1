"""Watch a board's file for changes.

The folder is watched, not the file, because a commit renames a new file over it. A network share sends no events, so
the file is also polled every two seconds.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Protocol

from watchfiles import Change, awatch

from teamboard.domain.board import Board
from teamboard.store.base import StoreError

STEP_MS = 5
DEBOUNCE_MS = 20
POLL_SECONDS = 2.0


class Watched(Protocol):
    """The part of FileStore that `watch` needs."""

    @property
    def real_path(self) -> str:
        """The path of the file, with symbolic links resolved."""
        ...

    @property
    def known_board(self) -> Board | None:
        """The board that was read or written last, without reading the file; None before the first time."""
        ...

    def load(self) -> Board:
        """Return the newest board. Raises StoreError."""
        ...


async def watch(store: Watched) -> AsyncIterator[Board | StoreError]:
    """Yield every newer board, and each different StoreError once; ends only when closed."""
    shown: Board | None = store.known_board
    last_error: str | None = None
    async with aclosing(_file_events(store)) as events:
        async for _ in events:
            try:
                board = await asyncio.to_thread(store.load)
            except StoreError as error:
                if str(error) != last_error:
                    last_error = str(error)
                    yield error
                continue
            if board is not shown or last_error is not None:
                shown, last_error = board, None
                yield board


async def _file_events(store: Watched) -> AsyncGenerator[None, None]:
    """Yield whenever the file may have changed, and at least every POLL_SECONDS."""
    while True:
        yield
        path = store.real_path
        folder, name = os.path.split(path)

        def concerns(_: Change, changed: str, name: str = name) -> bool:
            return os.path.basename(changed) == name

        try:
            async for _ in awatch(
                folder,
                watch_filter=concerns,
                step=STEP_MS,
                debounce=DEBOUNCE_MS,
                rust_timeout=int(POLL_SECONDS * 1000),
                yield_on_timeout=True,
                recursive=False,
            ):
                yield
                if store.real_path != path or not os.path.isdir(folder):
                    break
        except OSError:
            # The folder does not exist or can't be watched: poll instead.
            await asyncio.sleep(POLL_SECONDS)
