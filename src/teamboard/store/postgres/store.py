"""The store in PostgreSQL.

A commit is one transaction: it locks the board's row, reads the commits of others since the cached revision, runs the
action on the result, and writes only the records that changed. A reader reads only new commits.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from time import monotonic
from typing import Any, LiteralString, NamedTuple
from uuid import UUID, uuid4

import msgspec
import psycopg
from psycopg import IsolationLevel, errors

from teamboard.actions.base import Action, Actor, perform
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import last_numbers
from teamboard.domain.references import invalid_references
from teamboard.store.base import (
    BoardExists,
    BoardMissing,
    BoardUnreadable,
    BoardUnwritable,
    Clock,
    Commit,
    StoreError,
    utc_now,
)
from teamboard.store.codec import BoardFile
from teamboard.store.decoder import InvalidBoardFile, verify
from teamboard.store.lazy_history import LazyHistory, segments_of
from teamboard.store.postgres import rows
from teamboard.store.postgres.address import parse_address
from teamboard.store.postgres.connection import LOCK_SECONDS, check_schema, connect, lock_timeout
from teamboard.store.postgres.errors import is_connection_lost, store_error
from teamboard.store.postgres.history_pages import history_pages
from teamboard.store.postgres.statements import (
    BOARDS,
    COMMIT,
    COMMIT_REVISION,
    ENTRIES,
    LOCK,
    NEWEST_STEP,
    RECORDS,
    SEAT,
)
from teamboard.store.postgres.whole_board import insert_board
from teamboard.store.read_only import check_board_may_be_written
from teamboard.store.written import note_written

SHORTEST_WAIT = 0.5
"""Seconds that must be left for another try to get a lock."""
MOST_PIECES = 64
UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, KeyError)
"""What decoding a commit that is invalid may raise."""


class BoardRow(NamedTuple):
    """The row of a board in `teamboard.boards`; `begun` is the time of its first commit."""

    id: int
    name: str
    revision: int
    ids: dict[str, int]
    begun: datetime | None


class PostgresStore:
    """A board in a database. Safe to use from several threads, processes and machines."""

    def __init__(self, address: str, *, clock: Clock = utc_now, patience: float = LOCK_SECONDS) -> None:
        """Parse the address; the connection is opened on first use.

        `patience` is how many seconds it waits for a lock. Raises BoardUnreadable if the address is invalid.
        """
        self.address = parse_address(address)
        self.clock = clock
        self._patience = patience
        self._mutex = threading.RLock()
        self._connection: psycopg.Connection[Any] | None = None
        self._board: Board | None = None
        self._lines: tuple[bytes, ...] = ()
        self._id = 0
        self._seat: str | None = None
        self._sent = False
        """True once the server may have the current commit, even if its answer is lost."""
        self._committed = 0
        """The revision of the newest commit of this store."""
        self._loses_races = False
        """True while others commit between two commits of this store: then it takes the board's lock first."""

    @property
    def place(self) -> str:
        """The address, without a password."""
        return self.address.shown

    @property
    def authenticated_as(self) -> str | None:
        """The handle of the member whose database role is used; None for an administrator. Raises as `load`."""
        with self._mutex, self._as_store_errors(writing=False):
            self._ready_connection()
            # The seat follows a member who gets another handle.
            known = self._board.known_as(self._seat) if self._board is not None else None
            return known.handle if known is not None else self._seat

    def notices(self) -> list[str]:
        """Empty: a database has no conflicted copies."""
        return []

    def load(self) -> Board:
        """Return the newest board. Raises StoreError."""
        with self._mutex, self._as_store_errors(writing=False):
            try:
                return self._newest(self._ready_connection())
            except psycopg.Error as error:
                if not is_connection_lost(error):
                    raise
            # The connection was lost while idle, as after a laptop's sleep: connect again, once.
            self.close()
            return self._newest(self._ready_connection())

    def commit(self, action: Action, by: Actor) -> Commit:
        """Run an action on the newest board and write what it changed, in one transaction.

        Raises Refused and StoreError; then nothing was changed, unless the message says that this is not known. If the
        connection is lost, the commit is looked up by its id after a reconnect: it is never made twice.
        """
        check_board_may_be_written()
        with self._mutex:
            commit_id, deadline = uuid4(), monotonic() + self._patience
            self._sent = False
            try:
                return self._noted(self._commit(action, by, commit_id, deadline))
            except psycopg.Error as error:
                if not is_connection_lost(error):
                    raise store_error(error, self.place, writing=True) from error
            # The connection was lost before, during or after the commit.
            self.close()
            sent_before, self._sent = self._sent, False
            try:
                return self._noted(self._commit(action, by, commit_id, deadline, again=True))
            except psycopg.Error as error:
                why = store_error(error, self.place, writing=True)
                if not (sent_before or (self._sent and is_connection_lost(error))):
                    raise why from error
                raise BoardUnwritable(
                    f"{self.place}: the connection was lost, and whether this was committed is not known "
                    f"({why.brief}): check the board before you try again."
                ) from error

    def create(self, file: BoardFile, by: Actor) -> Board:
        """Create the board with its history in one transaction. Raises BoardExists if there is one, and Refused."""
        check_board_may_be_written()
        if not self.address.board:
            raise BoardUnreadable(f"The address has no board name: write {self.place}?board=name.")
        verify(file)
        with self._mutex, self._as_store_errors(writing=True):
            connection = self._open_connection()
            with connection.transaction():
                insert_board(connection, self.address.board, file)
        note_written(self.place)
        return self.load()

    def _noted(self, commit: Commit) -> Commit:
        note_written(self.place)
        return commit

    async def changes(self) -> AsyncIterator[Board | StoreError]:
        """Yield every newer board, or the StoreError while the server can't be reached; see `follow`."""
        # Late: it imports asyncio, which a command does not need.
        from teamboard.store.postgres.follow import follow

        async for found in follow(self):
            yield found

    def close(self) -> None:
        """Close the connection, unless it is in use; the next call opens another."""
        if not self._mutex.acquire(blocking=False):
            return
        try:
            connection, self._connection = self._connection, None
            if connection is not None:
                with suppress(psycopg.Error):
                    connection.close()
        finally:
            self._mutex.release()

    @property
    def known_board(self) -> Board | None:
        """The board that was read or written last; None before the first time."""
        return self._board

    # -- used by `follow` and HistoryPage

    @property
    def known(self) -> tuple[int, Board | None]:
        """The board's id in the database (0 before it is known), and the board as it was read last, or None."""
        return self._id, self._board

    def apply_commits(self, board: Board, found: Iterable[tuple[int, str, Any]]) -> Board:
        """Apply the commits after a board's revision, as rows of ENTRIES; return the board after them.

        Raises BoardUnreadable if a revision is missing, or a record is invalid.
        """
        with self._mutex:
            try:
                new = [(number, rows.entry_of(text, private)) for number, text, private in found]
            except UNREADABLE as error:
                raise BoardUnreadable(f"{self.place} can't be read: a commit is invalid ({error}).") from error
            if self._board is not None and self._board.revision > board.revision:
                # Another thread has applied some of them already.
                board = self._board
                new = [row for row in new if row[0] > board.revision]
            if not new:
                return board
            if new[0][0] != board.revision + 1:
                raise BoardUnreadable(f"{self.place}: revision {board.revision + 1} is missing in the history.")
            try:
                after = rows.board_after(board, (entry for _, entry in new), new[-1][0])
            except (InvalidBoardFile, *UNREADABLE) as error:
                raise BoardUnreadable(f"{self.place} can't be read: {error}.") from error
            return self._keep(after, board, new)

    def rows(self, query: LiteralString, values: tuple[object, ...]) -> list[Any]:
        """Return the rows of a query. Raises StoreError."""
        with self._mutex, self._as_store_errors(writing=False):
            return self._ready_connection().execute(query, values).fetchall()

    # -- internals

    def _newest(self, connection: psycopg.Connection[Any]) -> Board:
        if self._board is None:
            return self._load(connection)
        return self.apply_commits(self._board, connection.execute(ENTRIES, (self._id, self._board.revision, 2**62)))

    def _keep(self, after: Board, before: Board, new: Iterable[tuple[int, HistoryEntry]]) -> Board:
        self._lines += tuple(b'"%d": %b,' % (number, msgspec.json.encode(entry)) for number, entry in new)
        if len(self._lines) > MOST_PIECES:
            self._lines = (b"".join(self._lines),)
        raw = (b"{", *self._lines[:-1], self._lines[-1][:-1], b"}")
        self._board = after.with_history(LazyHistory(raw, earlier=segments_of(before.history)))
        return self._board

    def _commit(
        self, action: Action, by: Actor, commit_id: UUID, deadline: float, *, again: bool = False
    ) -> Commit:  # fmt: skip
        """Commit, and try again while a lock is held and `deadline`, of the monotonic clock, has not come."""
        while True:
            try:
                return self._try_commit(action, by, commit_id, lock_timeout(deadline), again=again)
            except errors.LockNotAvailable:
                if deadline - monotonic() < SHORTEST_WAIT:
                    raise

    def _try_commit(self, action: Action, by: Actor, commit_id: UUID, timeout: int, *, again: bool) -> Commit:
        connection = self._ready_connection()
        board = self._newest(connection) if again or self._board is None else self._board
        if again and (made := self._entry_of_commit(connection, board, commit_id)) is not None:
            # The commit was made; only its answer was lost.
            return Commit.from_entry(board, made)
        if not self._loses_races:
            try:
                self._sent = True
                entry = _entry_in(self._send(connection, board, action, by, commit_id, timeout))
            except Refused:
                # On an older board much is refused that the newest one allows.
                if self._newest(connection) is board:
                    raise
                entry = None
            if entry is not None:
                return self._keep_commit(board, entry)
        # Another commit was faster. Take the lock first from now on, as long as races are lost.
        self._sent = False
        # A pipeline is one transaction, which ends when it does: with BEGIN and COMMIT, psycopg would wait three more
        # times for an answer, once while the lock is held.
        with connection.pipeline():
            connection.execute(LOCK, (self._id, timeout))
            board = self._newest(connection)
            self._loses_races = board.revision > self._committed
            self._sent = True
            sent = self._send(connection, board, action, by, commit_id, timeout)
        entry = _entry_in(sent)
        if entry is None:
            raise BoardUnreadable(f"{self.place}: the history has no commit of the newest revision.")
        return self._keep_commit(board, entry)

    def _send(
        self,
        connection: psycopg.Connection[Any],
        board: Board,
        action: Action,
        by: Actor,
        commit_id: UUID,
        timeout: int,
    ) -> psycopg.Cursor[Any]:
        """Run an action on a board and ask the database to commit it; see `_entry_in` for the answer."""
        _, entry, _ = perform(board, action, by, self.clock())
        is_member = self._seat is not None
        # The database works out what a member undoes.
        patches = "{}" if is_member and entry.undoes is not None else rows.patches_of(entry)
        claims = None if is_member else rows.claims_of(entry)
        values = (self._id, board.revision, commit_id, entry.verb, patches, entry.host, entry.undoes, timeout, claims)
        return connection.execute(COMMIT, values)

    def _keep_commit(self, board: Board, entry: HistoryEntry) -> Commit:
        after = rows.board_after(board, [entry], board.revision + 1)
        self._committed = after.revision
        return Commit.from_entry(self._keep(after, board, [(after.revision, entry)]), entry)

    def _entry_of_commit(
        self, connection: psycopg.Connection[Any], board: Board, commit_id: UUID
    ) -> HistoryEntry | None:
        """The history entry of a commit whose answer was lost; None if the commit was not made."""
        row = connection.execute(COMMIT_REVISION, (self._id, commit_id)).fetchone()
        return history_of(board).get(row[0]) if row is not None else None

    def _load(self, connection: psycopg.Connection[Any]) -> Board:
        """Read the whole board from one snapshot."""
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            with connection.transaction():
                found = self._find(connection)
                texts = connection.execute(RECORDS, (found.id,)).fetchall()
        finally:
            connection.isolation_level = None
        try:
            read = rows.tables_of((kind, text.encode()) for kind, text in texts)
        except InvalidBoardFile as error:
            raise BoardUnreadable(f"{self.place} can't be read: {error}.") from error
        self._lines = ()
        earlier = history_pages(self, found.revision, found.begun)
        board = Board(
            read, revision=found.revision, ids=last_numbers(read, found.ids), history=LazyHistory(earlier=earlier)
        )
        wrong = next(invalid_references(board), None)
        if wrong is not None:
            raise BoardUnreadable(f"{self.place} can't be read: {wrong.record_id}: {wrong.why}.")
        self._board = board
        return board

    def _find(self, connection: psycopg.Connection[Any]) -> BoardRow:
        boards = [BoardRow(*row) for row in connection.execute(BOARDS, (self.address.board,)).fetchall()]
        if not boards:
            named = f"no board called {self.address.board!r}" if self.address.board else "no board"
            raise BoardMissing(f"There is {named} that you may read at {self.place}. Create one with `teamboard init`.")
        if len(boards) > 1:
            names = ", ".join(board.name for board in boards)
            raise BoardMissing(
                f"There are several boards at {self.place}: add ?board= and one of these names: {names}."
            )
        return boards[0]

    def _ready_connection(self) -> psycopg.Connection[Any]:
        """Return an open connection, after the schema, the board and the caller's seat were looked up once."""
        connection = self._open_connection()
        if not self._id:
            newest = connection.execute(NEWEST_STEP).fetchone()
            check_schema(newest[0] if newest else None, self.place)
            self._id = self._find(connection).id
            seat = connection.execute(SEAT, (self._id,)).fetchone()
            self._seat = seat[0] if seat else None
        return connection

    def _open_connection(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self.address, self._patience)
        return self._connection

    @contextmanager
    def _as_store_errors(self, *, writing: bool) -> Iterator[None]:
        """Raise errors of PostgreSQL within the context as StoreErrors."""
        try:
            yield
        except errors.UniqueViolation as error:
            raise BoardExists(f"{self.place} exists already and was not changed.") from error
        except psycopg.Error as error:
            if is_connection_lost(error):
                self.close()
            raise store_error(error, self.place, writing=writing) from error


def _entry_in(answer: psycopg.Cursor[Any]) -> HistoryEntry | None:
    """The entry that the database made of a commit; None if the commit was for an older board than the newest.

    For a member the database sets who, when and what a member can't choose.
    """
    row = answer.fetchone()
    return rows.entry_of(row[1], None) if row is not None else None
