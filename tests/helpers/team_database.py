"""A database with a board of any team: a role for each member, and a clock that the test sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from teamboard.actions.base import Action, Actor, perform
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.history.log import history_of
from teamboard.store.codec import BoardFile
from teamboard.store.postgres import PostgresStore, rows
from tests.conftest import MARA
from tests.helpers.postgres import Server
from tests.helpers.seats import commit_by_hand, plain

BOARD = 1
ASKING = ("commit", "is_on_team")
"""The functions that ask the server what time it is."""


class TeamDatabase:
    """A database with a board; each commit is made by the role of its member, at the time that the test says."""

    def __init__(self, server: Server, file: BoardFile, handles: tuple[str, ...], now: datetime) -> None:
        self._server = server
        self.name = server.database()
        self.url_of_admin = server.url(self.name)
        self.admin = PostgresStore(self.url_of_admin)
        self.admin.create(file, MARA)
        self._administrator = psycopg.connect(server.conninfo(self.name), autocommit=True)
        self._grant(handles)
        self._put_a_clock()
        self.set_clock(now)
        self._connections: dict[str, psycopg.Connection[Any]] = {}

    def set_clock(self, now: datetime) -> None:
        """Set what the function takes for the time of the server."""
        self._administrator.execute("UPDATE teamboard.clock SET now = %s", (now,))

    def url(self, handle: str) -> str:
        """The address of the board for the role of a member."""
        return self._server.url(self.name, user=self._role(handle))

    def connection(self, handle: str) -> psycopg.Connection[Any]:
        """The session of a member, with the rights of the member's role and no others."""
        if handle not in self._connections:
            self._connections[handle] = psycopg.connect(self.url(handle).partition("?")[0])
        return self._connections[handle]

    def close(self) -> None:
        for connection in (self._administrator, *self._connections.values()):
            connection.close()
        self.admin.close()

    def commit(self, board: Board, by: str, action: Action, at: datetime) -> Board:
        """Commit an action as a member; the database derives the changes that Python does. The board after it."""
        self.set_clock(at)
        after, entry, _ = perform(board, action, Actor(by, "login-" + by), at)
        with self.connection(by).transaction():
            assert self.send(by, board.revision, entry), entry.verb
        derived = history_of(self.admin.load()).get(after.revision)
        assert derived is not None
        assert (derived.by, derived.at, derived.verb) == (entry.by, entry.at, entry.verb)
        assert plain(derived.changes) == plain(entry.changes), entry.verb
        return after

    def send(self, by: str, revision: int, entry: HistoryEntry) -> bool:
        """Send the changes of an entry as a member; the caller ends the transaction. True if the commit was made."""
        return commit_by_hand(self.connection(by), revision, entry.verb, rows.patches_of(entry), undoes=entry.undoes)

    def send_as_administrator(self, revision: int, entry: HistoryEntry) -> None:
        """Commit an entry as the administrator, who says whose it is."""
        claims = rows.claims_of(entry)
        assert commit_by_hand(self._administrator, revision, entry.verb, rows.patches_of(entry), claims=claims)

    def _role(self, handle: str) -> str:
        return f"{self.name}_{handle}"

    def _grant(self, handles: tuple[str, ...]) -> None:
        """Seat each handle, also those of members whom the board does not have yet."""
        for handle in handles:
            role = sql.Identifier(self._role(handle))
            self._administrator.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE teamboard_members").format(role))
            seat = "manager" if handle == "mara" else "rep"
            self._administrator.execute(
                "INSERT INTO teamboard.seats VALUES (%s, %s, %s, %s)", (BOARD, self._role(handle), handle, seat)
            )

    def _put_a_clock(self) -> None:
        """Put a table in the place of the calls that ask the server what time it is."""
        self._administrator.execute("CREATE TABLE teamboard.clock AS SELECT now()")
        self._administrator.execute("ALTER TABLE teamboard.clock OWNER TO teamboard_owner")
        for name in ASKING:
            query = "SELECT pg_get_functiondef(%s::regproc)"
            row = self._administrator.execute(query, (f"teamboard.{name}",)).fetchone()
            assert row is not None
            assert row[0].count("clock_timestamp()") == 1
            self._administrator.execute(row[0].replace("clock_timestamp()", "(SELECT k.now FROM teamboard.clock k)"))
