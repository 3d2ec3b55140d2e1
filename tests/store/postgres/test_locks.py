"""Locks that others hold: every command answers within ten seconds, in one line, with exit code 3."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import psycopg
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.base import BoardBusy
from teamboard.store.postgres import PostgresStore
from tests.conftest import ANA, Run
from tests.helpers.postgres import Proxy, Server, seconds_until_refused
from tests.helpers.seats import Database, commit_by_hand

CHECK_IN = {"goal": "G1", "value": 5, "note": "", "by": "ana", "at": "2026-01-01T00:00:00Z"}


def test_a_command_gives_up_on_a_lock_within_ten_seconds(run: Run, server: Server) -> None:
    """One waits for a commit that does not end, two more behind it, one for a table, a reader too."""
    by_members, by_administrator = Database(server), Database(server)
    revision = by_members.cold().revision
    with (
        by_members.by_hand("ana") as writer,
        psycopg.connect(by_administrator.admin.address.conninfo) as administrator,
        ThreadPoolExecutor() as pool,
    ):
        assert commit_by_hand(writer, revision, "check in", {"C2": {"set": CHECK_IN}})
        administrator.execute("LOCK TABLE teamboard.records IN ACCESS EXCLUSIVE MODE")
        waiting = [
            *(pool.submit(seconds_until_refused, run, by_members.url(by), "checkin", g, "+1")
              for by, g in (("ana", "G1"), ("ben", "G2"))),
            pool.submit(seconds_until_refused, run, by_administrator.url("ana"), "checkin", "G1", "+1"),
            pool.submit(seconds_until_refused, run, by_administrator.url("eve"), "show"),
        ]  # fmt: skip
        assert max(found.result() for found in waiting) < 10.0
        # A reader waits for no commit.
        assert run("show", "--board", by_members.url("eve")).returncode == 0
    for database in (by_members, by_administrator):
        assert run("checkin", "G1", "+1", "--board", database.url("ana")).returncode == 0


@pytest.mark.parametrize("lock", ["SELECT FROM teamboard.boards FOR UPDATE", "SELECT teamboard.lock_board(1, 1200)"])
@pytest.mark.parametrize("behind", [False, True])
def test_a_commit_waits_no_longer_in_a_queue(server: Server, database: str, behind: bool, lock: str) -> None:
    """A board that was read before others committed costs no second wait, nor does somebody who waited before."""
    store = PostgresStore(server.url(database), patience=1.5)
    store.load()
    if behind:
        PostgresStore(server.url(database)).commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    with (
        psycopg.connect(server.conninfo(database)) as holder,
        psycopg.connect(server.conninfo(database)) as queued,
        ThreadPoolExecutor() as pool,
    ):
        holder.execute(lock)
        queued.execute("SET LOCAL lock_timeout = '1200ms'")
        other = pool.submit(queued.execute, lock)
        began = monotonic()
        with pytest.raises(BoardBusy):
            store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
        assert monotonic() - began < 3.0
        assert isinstance(other.exception(), psycopg.errors.LockNotAvailable)


def test_a_lock_is_held_for_one_answer(server: Server, database: str) -> None:
    """Who takes the lock first reads what is new and commits: the lock goes with the answer to the commit."""
    proxy = Proxy(server.port)
    store, other = PostgresStore(server.url(database, port=proxy.port)), PostgresStore(server.url(database))
    store.load()
    for _ in range(2):
        for _ in range(3):
            other.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA)
        before = proxy.syncs
        revision = store.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA).board.revision
    # The second time it knows that others commit too, and does not try without the lock.
    assert proxy.syncs - before == 1
    assert revision == other.load().revision
    proxy.close()


def test_who_has_committed_waits_for_nobody_who_waits_for_that(server: Server) -> None:
    """One holds the board's row by a commit, another the queue: the first takes the lock too, without a deadlock."""
    database = Database(server)
    revision = database.cold().revision
    with database.by_hand("ana") as one, database.by_hand("ben") as other, ThreadPoolExecutor() as pool:
        assert commit_by_hand(one, revision, "check in", {"C2": {"set": CHECK_IN}})
        waiting = pool.submit(other.execute, "SELECT teamboard.lock_board(1, 60000)")
        with psycopg.connect(database.admin.address.conninfo, autocommit=True) as watching:
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
            while watching.execute(waits, (database.name,)).fetchone() == (0,):
                pass
        found = one.execute("SELECT teamboard.lock_board(1, 1000)").fetchone()
        one.commit()
        assert found == waiting.result().fetchone() == (revision + 1,)
        other.rollback()
    database.do("mara", CheckInGoal(goal=RecordId("G1"), value=6))


def test_who_waits_for_the_lock_is_served_in_turn(server: Server) -> None:
    """The row of the queue is the board's from the first, whoever makes the board."""
    database = Database(server)
    with psycopg.connect(database.admin.address.conninfo) as connection:
        assert connection.execute("SELECT board FROM teamboard.turns").fetchall() == [(1,)]
        connection.execute("SELECT teamboard.lock_board(1, 1000)")
        with (
            psycopg.connect(database.admin.address.conninfo) as other,
            pytest.raises(psycopg.errors.LockNotAvailable),
        ):
            other.execute("SELECT FROM teamboard.turns FOR UPDATE NOWAIT")
