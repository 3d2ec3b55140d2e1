"""Follow a board with LISTEN/NOTIFY; a missed NOTIFY is recovered by reading commits by revision."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing, suppress
from time import monotonic
from typing import Any, Protocol

import psycopg

from teamboard.domain.board import Board
from teamboard.store.base import BoardOffline, Clock, StoreError
from teamboard.store.postgres.address import Address
from teamboard.store.postgres.errors import is_connection_lost, store_error
from teamboard.store.postgres.statements import ENTRIES, channel

POLL_SECONDS = 15.0
"""Seconds between polls, which also detect a dead connection."""
ANSWER_TIMEOUT = 10.0
"""Seconds to wait for an answer before the connection is considered dead."""
SHORTEST_GAP = 0.1
"""Seconds between two looks at least, however many notifications come."""
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 0.5, 30.0
"""Seconds before the first and the longest reconnect; the wait doubles each time (exponential backoff)."""


class Followed(Protocol):
    """The part of PostgresStore that `follow` needs."""

    address: Address
    clock: Clock

    @property
    def place(self) -> str:
        """The address without a password."""
        ...

    @property
    def known(self) -> tuple[int, Board | None]:
        """The board's id in the database, and the board as it was read last, or None."""
        ...

    def load(self) -> Board:
        """Return the newest board. Raises StoreError."""
        ...

    def apply_commits(self, board: Board, found: Iterable[tuple[int, str, Any]]) -> Board:
        """Apply the commits after a board's revision; return the board after them."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


async def follow(store: Followed, *, chance: random.Random | None = None) -> AsyncIterator[Board | StoreError]:
    """Yield every newer board, and each different StoreError once; ends only when closed.

    `chance` adds jitter to the waits; a test passes a seeded one.
    """
    chance = chance or random.Random()
    since: str | None = None
    shown: Board | None = store.known[1]
    last_error, wait = "", FIRST_RETRY_SECONDS
    while True:
        try:
            async with aclosing(_boards_while_connected(store)) as found:
                async for board in found:
                    if board is not shown or last_error:
                        shown, last_error, since, wait = board, "", None, FIRST_RETRY_SECONDS
                        yield board
        except StoreError as error:
            since = since or _now(store)
            brief = f"offline since {since}; it comes back by itself."
            shown_error = BoardOffline(f"{error}", brief) if isinstance(error, BoardOffline) else error
            if str(error) != last_error:
                last_error = str(error)
                yield shown_error
        # Jitter: not all clients should reconnect at the same moment.
        await asyncio.sleep(wait * chance.uniform(0.5, 1.0))
        wait = min(wait * 2, LONGEST_RETRY_SECONDS)


async def _boards_while_connected(store: Followed) -> AsyncGenerator[Board, None]:
    """Yield the newest board and each newer one until the connection fails. Raises StoreError."""
    await asyncio.to_thread(store.load)
    connection: psycopg.AsyncConnection[Any] | None = None
    giving_up: asyncio.TimerHandle | None = None
    try:
        connection = await psycopg.AsyncConnection.connect(store.address.conninfo, autocommit=True)
        board_id, board = store.known
        await connection.execute(f'LISTEN "{channel(board_id)}"')
        while True:
            board = store.known[1] or board
            if board is None:
                return
            giving_up = asyncio.get_running_loop().call_later(ANSWER_TIMEOUT, _shut_down_socket, connection.fileno())
            looked = monotonic()
            cursor = await connection.execute(ENTRIES, (board_id, board.revision, 2**62))
            found = await cursor.fetchall()
            giving_up.cancel()
            # In a thread, not to block the screen: a commit of this process may hold the store while it waits.
            board = await asyncio.to_thread(store.apply_commits, board, found)
            yield board
            # A reader needs one connection, not two.
            await asyncio.to_thread(store.close)
            # One NOTIFY is enough: the next read gets all new commits. Whatever it says: any role may send one.
            async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass
            await asyncio.sleep(max(0.0, looked + SHORTEST_GAP - monotonic()))
            # One look serves all that came meanwhile.
            async for _ in connection.notifies(timeout=0):
                pass
    except psycopg.Error as error:
        if is_connection_lost(error):
            store.close()
        raise store_error(error, store.place, writing=False) from error
    finally:
        if giving_up is not None:
            giving_up.cancel()
        if connection is not None:
            await connection.close()


def _shut_down_socket(descriptor: int) -> None:
    """Shut down the socket of a connection that does not answer."""
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as line:
        line.shutdown(socket.SHUT_RDWR)


def _now(store: Followed) -> str:
    """The time of day, such as 10:42, in the board's time zone, or UTC before the board is known."""
    board = store.known[1]
    now = store.clock()
    return f"{now.astimezone(board.zone) if board else now:%H:%M}"
