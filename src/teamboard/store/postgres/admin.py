"""What administering a database of boards takes: its tables, a board with its whole history, the members' roles."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal, cast, get_args

import psycopg
from psycopg import sql

from teamboard.domain.errors import NotFound, Refused
from teamboard.store.postgres.errors import told
from teamboard.store.postgres.store import SCHEMA, PostgresStore, check_schema
from teamboard.store.read_only import check_board_may_be_written

Seat = Literal["rep", "manager", "onlooker"]
SEATS: tuple[Seat, ...] = get_args(Seat)
MEMBERS = "teamboard_members"
_LOCK = 7_302_616
"""Any number, the same for everybody who brings the tables on at once."""


def steps() -> Iterator[tuple[int, str, str]]:
    """Number, name and text of each step of the tables, in order."""
    for path in sorted(files("teamboard.store.postgres").joinpath("sql").iterdir(), key=lambda p: p.name):
        number, _, name = path.name.removesuffix(".sql").partition("_")
        yield int(number), name, path.read_text(encoding="utf-8")


def init_db(store: PostgresStore) -> list[str]:
    """Make the tables, or bring them on to this version; the names of the steps taken. StoreError, Refused."""
    check_board_may_be_written()
    try:
        with psycopg.connect(store.address.conninfo) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            there = connection.execute("SELECT to_regclass('teamboard.migrations')").fetchone()
            newest = None
            if there is not None and there[0] is not None:
                found = connection.execute("SELECT max(version) FROM teamboard.migrations").fetchone()
                newest = found[0] if found else None
            if newest is not None and newest > SCHEMA:
                check_schema(newest, store.place)
            taken = []
            for number, name, text in steps():
                if newest is None or number > newest:
                    connection.execute(cast("Any", text))
                    done = "INSERT INTO teamboard.migrations (version, name) VALUES (%s, %s)"
                    connection.execute(done, (number, name))
                    taken.append(name)
            return taken
    except psycopg.Error as error:
        raise told(error, store.place, writing=True) from error


def grant(store: PostgresStore, handle: str, seat: Seat, role: str, password: str | None) -> bool:
    """Give a member a role of the database and a seat on the board; whether the role is new. StoreError, Refused."""
    check_board_may_be_written()
    board = store.load()
    if board.member(handle) is None:
        raise NotFound(f"There is no member {handle!r}; `teamboard member list` lists them.")
    if not 0 < len(role.encode()) < 64:
        raise Refused("The name of a role has 1 to 63 bytes.")
    board_id, _ = store.known
    try:
        with psycopg.connect(store.address.conninfo) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            name = sql.Identifier(role)
            if known is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            if password is not None:
                # The server gets, and may log, what stands for the password, not the password.
                encrypted = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(encrypted.decode())))
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(MEMBERS), name))
            connection.execute(
                "INSERT INTO teamboard.seats VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (board, role) DO UPDATE SET handle = excluded.handle, seat = excluded.seat",
                (board_id, role, handle, seat),
            )
            return known is None
    except psycopg.Error as error:
        raise told(error, store.place, writing=True) from error


def revoke(store: PostgresStore, role: str) -> None:
    """Take a role's seat on the board away; the role stays. Raises Refused and StoreError."""
    check_board_may_be_written()
    store.load()
    board_id, _ = store.known
    try:
        with psycopg.connect(store.address.conninfo) as connection:
            gone = connection.execute("DELETE FROM teamboard.seats WHERE board = %s AND role = %s", (board_id, role))
            if gone.rowcount == 0:
                raise NotFound(f"{role} has no seat on this board; `teamboard admin seats` lists them.")
    except psycopg.Error as error:
        raise told(error, store.place, writing=True) from error


def seats(store: PostgresStore) -> list[tuple[str, str, str]]:
    """Role, member and seat of everybody who has one on the board. Raises StoreError."""
    store.load()
    return store.rows(
        "SELECT role, handle, seat FROM teamboard.seats WHERE board = %s ORDER BY handle, role", (store.known[0],)
    )
