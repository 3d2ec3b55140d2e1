"""PostgreSQL for real: commits whose answer does not come, connections that break, disks that fill up."""

from __future__ import annotations

import os

import msgspec
import psycopg
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.commit_log import Change, HistoryEntry, stored_fields
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.store.base import BoardBusy, BoardOffline, BoardUnreadable, BoardUnwritable
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import init_db, migrations
from tests.conftest import ANA, MARA, NOW, Run, small_maker
from tests.helpers.checker import check
from tests.helpers.disk import fill, small_disk
from tests.helpers.postgres import Proxy, Server, one_line
from tests.store.file.test_shared_folders import as_root


def test_a_role_without_any_right(run: Run, server: Server, database: str) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS nobody_at_all")
        connection.execute("CREATE ROLE nobody_at_all LOGIN")
    one_line(run, server.url(database, user="nobody_at_all"), "lack the permission", "permission denied")
    words = ("checkin", "G1", "+1", "--as", "ana")
    one_line(run, server.url(database, user="nobody_at_all"), "lack the permission", command=words)
    one_line(run, server.url(database, user="nobody_at_all"), "lack the permission", command=("admin", "init-db"))


def test_tables_are_made_once(run: Run, server: Server) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
    made = run("admin", "init-db", "--board", server.conninfo("fresh"))
    names = ", ".join(name for _, name, _ in migrations())
    assert (made.returncode, made.stdout.strip()) == (0, f"{server.conninfo('fresh')}: {names} done.")
    assert "up to date" in run("admin", "init-db", "--board", server.conninfo("fresh")).stdout
    assert init_db(PostgresStore(server.conninfo("fresh"))) == []
    made = run("init", "--name", "Mara Lind", "--board", server.url("fresh"))
    assert "is ready" in made.stdout
    assert run("init", "--board", server.url("fresh")).returncode == 1
    assert run("doctor", "--board", server.url("fresh")).returncode == 1
    assert "docs/postgresql.md" in run("backup", "--board", server.url("fresh")).stderr


def test_a_lock_that_is_held_too_long_is_told(server: Server, database: str) -> None:
    store = PostgresStore(server.url(database), patience=0.1)
    with psycopg.connect(server.conninfo(database)) as other:
        other.execute("SELECT * FROM teamboard.boards FOR UPDATE")
        with pytest.raises(BoardBusy, match="try again"):
            store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    assert store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA).board.last_checkin(RecordId("G1")) is not None


@pytest.mark.slow
@as_root
def test_a_server_whose_disk_is_full(run: Run, own_server: Server) -> None:
    disk = own_server.folder / "disk"
    with small_disk(disk, "2m"):
        os.chown(disk, own_server.login["user"], own_server.login["group"])
        database = own_server.database()
        store = PostgresStore(own_server.url(database))
        store.create(small_maker().file(), MARA)
        with psycopg.connect(own_server.conninfo(database), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            connection.execute("ALTER TABLE teamboard.history SET TABLESPACE small")
        fill(disk, 4096)
        before = store.load()
        said = ""
        for i in range(2_000):
            try:
                store.commit(CheckInGoal(goal=RecordId("G1"), change=1, note="many words " * 100 + str(i)), ANA)
            except BoardUnwritable as error:
                said = str(error)
                break
        assert "out of disk space" in said
        assert "was not changed" in said
        words = ("feedback", "ana", "words that took an hour", "--as", "mara")
        one_line(run, own_server.url(database), "out of disk space", "kept in", command=words)
        (disk / "filler").unlink()
        after = store.commit(CheckInGoal(goal=RecordId("G1"), change=1, note="after"), ANA).board
        assert after.revision > before.revision
        check(own_server.url(database), ["after"])
        own_server.stop()


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_commit_whose_answer_did_not_come_is_made_once(server: Server, database: str, where: str) -> None:
    proxy = Proxy(server.port)
    store = PostgresStore(server.url(database, port=proxy.port))
    store.load()
    setattr(proxy, where, b"teamboard.commit(")
    revision = PostgresStore(server.url(database)).load().revision
    board = store.commit(CheckInGoal(goal=RecordId("G1"), change=1, note="cut-1"), ANA).board
    assert proxy.cuts == 1
    assert board.revision == revision + 1
    assert [c.note for c in PostgresStore(server.url(database)).load().checkins_of(RecordId("G1"))] == ["cut-1"]
    check(server.url(database), ["cut-1"])
    proxy.close()


@pytest.mark.parametrize("where", ["before", "after"])
def test_when_nobody_answers_any_more_it_says_that_it_does_not_know(server: Server, database: str, where: str) -> None:
    proxy = Proxy(server.port, closed=True)
    store = PostgresStore(server.url(database, port=proxy.port))
    store.load()
    setattr(proxy, where, b"teamboard.commit(")
    with pytest.raises(BoardUnwritable, match="not known"):
        store.commit(CheckInGoal(goal=RecordId("G1"), change=1, note="cut-1"), ANA)
    notes = [c.note for c in PostgresStore(server.url(database)).load().checkins_of(RecordId("G1"))]
    assert notes == (["cut-1"] if where == "after" else [])
    proxy.close()


def test_a_server_that_was_never_reached_leaves_no_doubt(server: Server, database: str, run: Run) -> None:
    said = one_line(
        run, server.url(database, port=1), "can't be reached", command=("checkin", "G1", "+1", "--as", "ana")
    )
    assert "not known" not in said
    proxy = Proxy(server.port, closed=True)
    store = PostgresStore(server.url(database, port=proxy.port))
    store.load()
    # Somebody was faster, so the board's lock comes first.
    PostgresStore(server.url(database)).commit(CheckInGoal(goal=RecordId("G2"), change=1), MARA)
    proxy.before = b"teamboard.lock_board("
    with pytest.raises(BoardOffline):
        store.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA)
    assert proxy.cuts == 1
    assert PostgresStore(server.url(database)).load().checkins_of(RecordId("G1")) == ()
    proxy.close()


def test_a_connection_that_died_in_its_sleep_is_made_anew(server: Server, database: str) -> None:
    store = PostgresStore(server.url(database))
    store.load()
    for action in (store.load, lambda: store.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA)):
        with psycopg.connect(server.conninfo(database), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                (database,),
            )
        action()
    assert len(store.load().checkins_of(RecordId("G1"))) == 1


def test_history_is_read_in_stretches_by_whoever_looks_back(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teamboard.store.postgres.history_pages.PAGE_SIZE", 3)
    url = server.url(server.database())
    made = small_maker()
    for i in range(7):
        made.check_in(RecordId("G1"), i)
    PostgresStore(url).create(made.file(), MARA)
    fresh = PostgresStore(url)
    board = fresh.load()
    assert len(history_of(board).earlier) > 3
    assert [n for n, _ in history_of(board)] == list(range(1, board.revision + 1))
    assert [n for n, _ in history_of(board).newest_first()] == list(range(board.revision, 0, -1))


def test_terms_that_no_goal_can_have_are_refused_in_one_line_warm_and_cold(
    run: Run, server: Server, database: str
) -> None:
    store = PostgresStore(server.url(database))
    board = store.commit(ReviseGoal(goal=RecordId("G1"), target=900, reason="market", why="Fewer people"), ANA).board
    (revision,) = board.revisions
    fields = {**stored_fields(revision), "after": {"measure": "nothing"}}
    entry = HistoryEntry(by=None, at=NOW, verb="by hand", changes={revision.id: Change(before={}, after=fields)})
    with pytest.raises(BoardUnreadable, match=r"V1: after: Expected"):
        store.apply_commits(board, [(board.revision + 1, msgspec.json.encode(entry).decode(), None)])
    with psycopg.connect(server.conninfo(database), autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "UPDATE teamboard.records SET fields = fields || %s WHERE kind = 'revisions'",
            ('{"after": {"measure": "nothing"}}',),
        )
    one_line(run, server.url(database), "can't be read: revisions 1: after: Expected")
