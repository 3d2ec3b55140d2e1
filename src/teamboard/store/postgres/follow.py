"""Follow a board: told of each commit, and read up by revision, so that a word that got lost loses nothing."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing, suppress
from typing import Any, Protocol

import psycopg

from teamboard.domain.board import Board
from teamboard.store.base import BoardOffline, Clock, StoreError
from teamboard.store.postgres.address import Address
from teamboard.store.postgres.errors import is_lost, told
from teamboard.store.postgres.statements import ENTRIES, channel

LOOK_SECONDS = 15.0
"""How often the board is looked at all the same: a connection that is gone shows then."""
ANSWER_SECONDS = 10.0
"""How long an answer may take: a connection that only seems to be there is given up then."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""How many seconds lie between two tries to reach the server: more each time."""


class Followed(Protocol):
    """What is followed: a store of a board in a database."""

    address: Address
    clock: Clock

    @property
    def place(self) -> str:
        """Where that is, as one may show it."""
        ...

    @property
    def known(self) -> tuple[int, Board | None]:
        """The board's number in the database, and the board as it is known here."""
        ...

    def load(self) -> Board:
        """The newest board. Raises StoreError."""
        ...

    def take(self, board: Board, found: Iterable[tuple[int, str, Any]]) -> Board:
        """Take in the commits after a board's revision; the board after them."""
        ...

    def close(self) -> None:
        """Give up the connection."""
        ...


async def follow(store: Followed, *, chance: random.Random | None = None) -> AsyncIterator[Board | StoreError]:
    """Every newer board, and once each time the trouble changes; ends only when closed."""
    chance = chance or random.Random()
    since: str | None = None
    shown: Board | None = store.known[1]
    trouble, wait = "", FIRST_WAIT
    while True:
        try:
            async with aclosing(_connected(store)) as found:
                async for board in found:
                    if board is not shown or trouble:
                        shown, trouble, since, wait = board, "", None, FIRST_WAIT
                        yield board
        except StoreError as error:
            since = since or _now(store)
            brief = f"offline since {since}; it comes back by itself."
            said = BoardOffline(f"{error}", brief) if isinstance(error, BoardOffline) else error
            if str(error) != trouble:
                trouble = str(error)
                yield said
        # Not all at once: a server that comes back is met by everybody.
        await asyncio.sleep(wait * chance.uniform(0.5, 1.0))
        wait = min(wait * 2, LONGEST_WAIT)


async def _connected(store: Followed) -> AsyncGenerator[Board, None]:
    """The board as it is, and each newer one, for as long as one connection lasts. Raises StoreError."""
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
            giving_up = asyncio.get_running_loop().call_later(ANSWER_SECONDS, _hang_up, connection.fileno())
            cursor = await connection.execute(ENTRIES, (board_id, board.revision, 2**62))
            found = await cursor.fetchall()
            giving_up.cancel()
            # Not in the way of the screen: a commit of ours may hold the store for as long as it waits.
            board = await asyncio.to_thread(store.take, board, found)
            yield board
            # Whoever only looks on needs one connection, not two.
            await asyncio.to_thread(store.close)
            # One word is enough, however many there are: all that is new is read at once.
            async for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                pass
    except psycopg.Error as error:
        if is_lost(error):
            store.close()
        raise told(error, store.place, writing=False) from error
    finally:
        if giving_up is not None:
            giving_up.cancel()
        if connection is not None:
            await connection.close()


def _hang_up(descriptor: int) -> None:
    """End a connection whose other end says nothing any more, without asking it."""
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as line:
        line.shutdown(socket.SHUT_RDWR)


def _now(store: Followed) -> str:
    board = store.known[1]
    now = store.clock()
    return f"{now.astimezone(board.zone) if board else now:%H:%M}"
