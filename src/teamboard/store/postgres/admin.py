"""Administer a database of boards: create and migrate the tables, grant seats to database roles."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal, cast

import psycopg
from psycopg import errors, sql

from teamboard.domain.errors import NotFound, Refused
from teamboard.store.postgres.connection import LOCK_SECONDS, SCHEMA, check_schema
from teamboard.store.postgres.errors import store_error
from teamboard.store.postgres.statements import LOCK_TIMEOUT
from teamboard.store.postgres.store import PostgresStore
from teamboard.store.read_only import check_board_may_be_written

Seat = Literal["rep", "manager", "onlooker"]
MEMBERS = "teamboard_members"
CREATED_MEANWHILE = (errors.DuplicateSchema, errors.UniqueViolation)


def migrations() -> Iterator[tuple[int, str, str]]:
    """Yield the number, name and SQL of each migration, in order."""
    for path in sorted(files("teamboard.store.postgres").joinpath("sql").iterdir(), key=lambda p: p.name):
        number, _, name = path.name.removesuffix(".sql").partition("_")
        yield int(number), name, path.read_text(encoding="utf-8")


def init_db(store: PostgresStore) -> list[str]:
    """Create the tables or migrate them to SCHEMA; return the names of the migrations that ran.

    Raises StoreError and Refused.
    """
    check_board_may_be_written()
    try:
        try:
            return _migrate(store)
        except CREATED_MEANWHILE:
            # Another process created the tables at the same time, and is done.
            return _migrate(store)
    except psycopg.Error as error:
        raise store_error(error, store.place, writing=True) from error


def _migrate(store: PostgresStore) -> list[str]:
    with psycopg.connect(store.address.conninfo) as connection:
        connection.execute(LOCK_TIMEOUT, (f"{LOCK_SECONDS}s", True))
        table = connection.execute("SELECT to_regclass('teamboard.migrations')").fetchone()
        newest = None
        if table is not None and table[0] is not None:
            # A lock of the table, which members can't take, against two migrations at once.
            connection.execute("LOCK TABLE teamboard.migrations IN EXCLUSIVE MODE")
            row = connection.execute("SELECT max(version) FROM teamboard.migrations").fetchone()
            newest = row[0] if row else None
        if newest is not None and newest > SCHEMA:
            check_schema(newest, store.place)
        done = []
        for number, name, text in migrations():
            if newest is None or number > newest:
                connection.execute(cast("Any", text))
                insert = "INSERT INTO teamboard.migrations (version, name) VALUES (%s, %s)"
                connection.execute(insert, (number, name))
                done.append(name)
        return done


def grant(store: PostgresStore, handle: str, seat: Seat, role: str, password: str | None) -> bool:
    """Create a database role for a member if needed, and give it a seat on the board.

    Returns True if the role is new. Raises StoreError and Refused.
    """
    check_board_may_be_written()
    board = store.load()
    if board.member(handle) is None:
        raise NotFound(f"There is no member {handle!r}. List members with `teamboard member list`.")
    if not 0 < len(role.encode()) < 64:
        raise Refused("The name of a role must have 1 to 63 bytes; choose another with --name.")
    board_id, _ = store.known
    try:
        with psycopg.connect(store.address.conninfo) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            name = sql.Identifier(role)
            if known is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            if password is not None:
                # The server may log the statement: send the SCRAM verifier, not the password.
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
        raise store_error(error, store.place, writing=True) from error


def revoke(store: PostgresStore, role: str) -> None:
    """Remove a role's seat on the board; the role stays. Raises NotFound, Refused and StoreError."""
    check_board_may_be_written()
    store.load()
    board_id, _ = store.known
    try:
        with psycopg.connect(store.address.conninfo) as connection:
            deleted = connection.execute("DELETE FROM teamboard.seats WHERE board = %s AND role = %s", (board_id, role))
            if deleted.rowcount == 0:
                raise NotFound(f"{role} has no seat on this board. List seats with `teamboard admin seats`.")
    except psycopg.Error as error:
        raise store_error(error, store.place, writing=True) from error


def seats(store: PostgresStore) -> list[tuple[str, str, str]]:
    """The seats of the board as (role, handle, seat), sorted by handle. Raises StoreError."""
    store.load()
    return store.rows(
        "SELECT role, handle, seat FROM teamboard.seats WHERE board = %s ORDER BY handle, role", (store.known[0],)
    )
