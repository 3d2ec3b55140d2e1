"""A board in a database with a role for each member, and commits sent by hand."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec
import psycopg

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.team import AddMember
from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import grant
from teamboard.store.postgres.statements import COMMIT
from tests.conftest import BEN, MARA, small_maker
from tests.helpers.postgres import Server

HANDLES = {"ana": "rep", "ben": "rep", "mara": "manager", "eve": "onlooker"}
CALL = COMMIT.replace("::json", "::pg_catalog.json")
Patches = dict[str, Any]


def plain(value: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


class Database:
    """A database with a board, and a role for each member."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.name = server.database()
        self.url_of_admin = server.url(self.name)
        maker = small_maker()
        maker.do(AddMember(handle="eve", name="Eve Adler", manager="mara"))
        maker.do(GiveFeedback(to="ana", text="Speak less, listen more", kind="coaching"), BEN)
        maker.do(CheckInGoal(goal=RecordId("G2"), value=1, blocker="Legal"), BEN)
        self.admin = PostgresStore(self.url_of_admin)
        self.admin.create(maker.file(), MARA)
        for handle, seat in HANDLES.items():
            grant(self.admin, handle, seat, f"{self.name}_{handle}", None)  # type: ignore[arg-type]

    def role(self, handle: str) -> str:
        return f"{self.name}_{handle}"

    def url(self, handle: str, board: str = "emea") -> str:
        return self._server.url(self.name, board, user=self.role(handle))

    def store(self, handle: str, board: str = "emea") -> PostgresStore:
        return PostgresStore(self.url(handle, board))

    def by_hand(self, handle: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(handle).partition("?")[0])

    def do(self, by: str, action: Action) -> None:
        """Commit as a member: the database derives the changes that the action makes in Python."""
        store, actor = self.store(by), Actor(by, by, "desk")
        before = store.load()
        entry = store.commit(action, actor).entry
        _, expected, _ = perform(before, action, actor, entry.at)
        assert plain(entry.changes) == plain(expected.changes), entry.verb

    def cold(self) -> Board:
        """The board as somebody reads it who opens it now."""
        return PostgresStore(self.url_of_admin).load()


def commit_by_hand(
    connection: psycopg.Connection[Any], revision: int, verb: str, patches: Patches | str, *,
    undoes: int | None = None, claims: str | None = None,
) -> bool:  # fmt: skip
    """Send a commit to the function of the first board, patches as JSON or made into it; True if it was made."""
    text = patches if isinstance(patches, str) else msgspec.json.encode(patches).decode()
    values = (1, revision, uuid4(), verb, text, "desk", undoes, 1000, claims)
    return connection.execute(CALL, values).fetchone() is not None
