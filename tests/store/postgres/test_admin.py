"""Create and migrate the tables: under the locks of others, several at once, and as who does not own the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import grant, init_db, migrations
from tests.conftest import ANA, MARA, Run, small_maker
from tests.helpers.postgres import Server, one_line, seconds_until_refused

OLDER = 2
"""The schema of a database before members had one way in."""


def test_tables_are_not_migrated_under_a_lock(run: Run, server: Server) -> None:
    """Whoever reads the tables, or migrates them too, holds a migration up for ten seconds at most; then it is made."""
    older = server.older_database(OLDER)
    url = server.conninfo(older)
    for statement in ("SELECT FROM teamboard.records", "LOCK TABLE teamboard.migrations IN EXCLUSIVE MODE"):
        with psycopg.connect(url) as other:
            other.execute(statement)
            assert seconds_until_refused(run, url, "admin", "init-db") < 10.0
    assert "done" in run("admin", "init-db", "--board", url).stdout
    assert "up to date" in run("admin", "init-db", "--board", url).stdout


def test_an_advisory_lock_of_a_member_holds_up_no_migration(server: Server) -> None:
    older = server.older_database(OLDER)
    with psycopg.connect(server.conninfo(older)) as other:
        other.execute("SELECT pg_advisory_lock(n) FROM generate_series(0, 99) AS n")
        other.execute("SELECT pg_advisory_lock(7302616)")
        assert len(init_db(PostgresStore(server.conninfo(older)))) > 0


def test_two_who_create_or_migrate_the_tables_at_once(server: Server) -> None:
    """One of them does it, the other finds it done; nobody fails, and nothing is done twice."""
    names = [name for _, name, _ in migrations()]
    for place, fewest in ((server.empty_database(), len(names)), (server.older_database(OLDER), 1)):
        with ThreadPoolExecutor() as pool:
            done = list(pool.map(lambda _: init_db(PostgresStore(server.conninfo(place))), range(4)))  # noqa: B023
        assert sorted(map(len, done))[:-1] == [0, 0, 0], done
        assert len(max(done, key=len)) >= fewest
        with psycopg.connect(server.conninfo(place)) as connection:
            found = connection.execute("SELECT name FROM teamboard.migrations ORDER BY version").fetchall()
        assert [name for (name,) in found] == names


def test_an_administrator_who_does_not_own_the_database_creates_the_tables(run: Run, own_server: Server) -> None:
    """It takes the rights to create roles, and schemas in the database; another needs the first to let them."""
    names = [own_server.empty_database() for _ in range(2)]
    with psycopg.connect(own_server.conninfo("postgres"), autocommit=True) as owner:
        for role, database in zip(("helper", "another"), names, strict=True):
            owner.execute(f"CREATE ROLE {role} LOGIN CREATEROLE")
            owner.execute(f"GRANT CREATE ON DATABASE {database} TO {role}")
    url = own_server.url(names[0], user="helper")
    made = run("admin", "init-db", "--board", url)
    assert (made.returncode, made.stderr) == (0, "")
    assert "up to date" in run("admin", "init-db", "--board", url).stdout
    store = PostgresStore(url)
    store.create(small_maker().file(), MARA)
    grant(store, "ana", "rep", "ana", None)
    rep = PostgresStore(own_server.url(names[0], user="ana"))
    assert rep.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA).entry.by == "ana"
    with psycopg.connect(own_server.url(names[0], user="ana").partition("?")[0]) as by_hand:
        for statement in ("DELETE FROM teamboard.records", "SET ROLE teamboard_owner"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), by_hand.transaction():
                by_hand.execute(statement)
    command = ("admin", "init-db")
    one_line(run, own_server.url(names[1], user="another"), "lack the permission", "teamboard_owner", command=command)
