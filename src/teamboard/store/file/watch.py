"""Watch a board's file: its folder, not the file, since a commit renames a new file into its place.

A network share sends no events, so the file is looked at every two seconds all the same.
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
LOOK_SECONDS = 2.0


class Watched(Protocol):
    """What is watched: a store of a file."""

    @property
    def real_path(self) -> str:
        """Where the file really is."""
        ...

    @property
    def known_board(self) -> Board | None:
        """The board that was read or written last, without a look at the file."""
        ...

    def load(self) -> Board:
        """The newest board. Raises StoreError."""
        ...


async def watch(store: Watched) -> AsyncIterator[Board | StoreError]:
    """Every newer board of a file, and once each time the trouble changes; ends only when closed."""
    shown: Board | None = store.known_board
    trouble: str | None = None
    async with aclosing(_occasions(store)) as occasions:
        async for _ in occasions:
            try:
                board = await asyncio.to_thread(store.load)
            except StoreError as error:
                if str(error) != trouble:
                    trouble = str(error)
                    yield error
                continue
            if board is not shown or trouble is not None:
                shown, trouble = board, None
                yield board


async def _occasions(store: Watched) -> AsyncGenerator[None, None]:
    """Whenever the file may have changed."""
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
                rust_timeout=int(LOOK_SECONDS * 1000),
                yield_on_timeout=True,
                recursive=False,
            ):
                yield
                if store.real_path != path or not os.path.isdir(folder):
                    break
        except OSError:
            # The folder is away, or can't be watched: look again in a while.
            await asyncio.sleep(LOOK_SECONDS)
