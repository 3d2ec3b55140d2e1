"""Following a board on PostgreSQL: commits arrive live, and a server that was away is caught up with."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from typing import Any, cast

import psycopg
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.store.base import BoardOffline, BoardUnreadable, StoreError
from teamboard.store.postgres import PostgresStore
from tests.bench.boards import LEAD, make_board
from tests.conftest import ANA, MARA, Run, small_maker
from tests.helpers.postgres import Proxy, Server
from tests.helpers.terminal import Terminal

BAD_ROW = """
    INSERT INTO teamboard.history (board, revision, at, verb, commit_id, entry)
    VALUES (1, %s, now(), 'x', gen_random_uuid(), %s)"""


async def test_the_screen_goes_on_while_a_commit_waits(server: Server, database: str) -> None:
    store = PostgresStore(server.url(database))
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", store.changes())) as found:
        await asyncio.wait_for(anext(found), 60)
        with psycopg.connect(server.conninfo(database)) as other:
            other.execute("SELECT * FROM teamboard.boards FOR UPDATE")
            committing = asyncio.ensure_future(
                asyncio.to_thread(store.commit, CheckInGoal(goal=RecordId("G1"), value=1, note="mine"), ANA)
            )
            with psycopg.connect(server.conninfo(database), autocommit=True) as watching:
                waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
                while watching.execute(waits, (database,)).fetchone() == (0,):
                    await asyncio.sleep(0)
                watching.execute("SELECT pg_notify('teamboard_1', '0')")
            waiting = asyncio.ensure_future(anext(found))
            began = asyncio.get_running_loop().time()
            for _ in range(20):
                await asyncio.sleep(0.01)
            # The loop came back each time, though a word of news had to wait for the commit.
            assert asyncio.get_running_loop().time() - began < 5
            assert not committing.done()
        board = (await committing).board
        assert (await asyncio.wait_for(waiting, 60)).revision <= board.revision  # type: ignore[union-attr]


@pytest.mark.slow
async def test_a_server_that_goes_and_comes_back(own_server: Server) -> None:
    url = own_server.url(own_server.database())
    store, other = PostgresStore(url), PostgresStore(url)
    store.create(small_maker().file(), MARA)
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", PostgresStore(url).changes())) as found:
        board = await asyncio.wait_for(anext(found), 60)
        assert isinstance(board, Board)
        own_server.stop(signal.SIGQUIT)
        trouble = await asyncio.wait_for(anext(found), 60)
        assert isinstance(trouble, BoardOffline)
        assert trouble.brief.startswith("offline since ")
        with pytest.raises(BoardOffline):
            other.load()
        own_server.start()
        # Nobody was told of this one: it is read up by its revision.
        other.commit(CheckInGoal(goal=RecordId("G1"), value=77, note="while you were away"), ANA)
        back = await asyncio.wait_for(anext(found), 60)
        while isinstance(back, StoreError) or back.last_checkin(RecordId("G1")) is None:
            back = await asyncio.wait_for(anext(found), 60)
        assert back.revision == board.revision + 1


async def test_a_connection_that_only_seems_to_be_there_is_given_up(
    server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teamboard.store.postgres.follow.POLL_SECONDS", 0.2)
    monkeypatch.setattr("teamboard.store.postgres.follow.ANSWER_TIMEOUT", 0.5)
    proxy = Proxy(server.port)
    store = PostgresStore(server.url(database, port=proxy.port))
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", store.changes())) as found:
        await asyncio.wait_for(anext(found), 60)
        proxy.stalled.set()
        trouble = await asyncio.wait_for(anext(found), 60)
        assert isinstance(trouble, BoardOffline)
        PostgresStore(server.url(database)).commit(CheckInGoal(goal=RecordId("G1"), value=88), ANA)
        proxy.stalled.clear()
        board = await asyncio.wait_for(anext(found), 60)
        while isinstance(board, StoreError) or board.last_checkin(RecordId("G1")) is None:
            board = await asyncio.wait_for(anext(found), 60)
    proxy.close()


def test_what_a_watcher_is_sent_does_not_grow_with_the_board(server: Server) -> None:
    sent = []
    for members in (5, 200):
        url = server.url(server.database())
        PostgresStore(url).create(make_board(members, members * 8), MARA)
        proxy = Proxy(server.port)
        watcher = PostgresStore(url.replace(str(server.port), str(proxy.port)))
        watcher.load()
        before = proxy.from_server
        for _ in range(10):
            PostgresStore(url).commit(CheckInGoal(goal=RecordId("G1"), change=1, note="x"), LEAD)
            watcher.load()
        sent.append((proxy.from_server - before) / 10)
        proxy.close()
    small, large = sent
    assert large < small * 1.2
    assert large < 430


def test_two_terminals_are_one_live_board(
    server: Server, database: str, tmp_path: Path, run: Run, terminals: list[Terminal]
) -> None:
    url = server.url(database)
    for member in ("mara", "ana"):
        terminals.append(Terminal(tmp_path, "--as", member, TEAMBOARD_BOARD=url))
        terminals[-1].wait_for("● live")
    mara, ana = terminals
    assert run("checkin", "G1", "350", "--as", "ana", "--board", url).returncode == 0
    for terminal in terminals:
        terminal.wait_for("35 %")
    ana.type("jjju")
    ana.wait_for("the new value")
    ana.type("470\x13")
    mara.wait_for("47 %")


def test_an_open_board_says_that_it_is_offline_and_comes_back(
    own_server: Server, tmp_path: Path, terminals: list[Terminal]
) -> None:
    url = own_server.url(own_server.database())
    PostgresStore(url).create(small_maker().file(), MARA)
    terminal = Terminal(tmp_path, "--as", "mara", TEAMBOARD_BOARD=url, columns=120)
    terminals.append(terminal)
    terminal.wait_for("● live")
    own_server.stop()
    terminal.wait_for("offline since")
    assert any("Ana Ruiz" in line for line in terminal.screen.display)
    own_server.start()
    terminal.wait_for("● live")
    PostgresStore(url).commit(CheckInGoal(goal=RecordId("G1"), value=640), ANA)
    terminal.wait_for("64 %")


def test_away_from_the_server_every_screen_still_opens(
    own_server: Server, tmp_path: Path, terminals: list[Terminal]
) -> None:
    url = own_server.url(own_server.database())
    PostgresStore(url).create(small_maker().file(), MARA)
    terminal = Terminal(tmp_path, "--as", "mara", TEAMBOARD_BOARD=url, columns=120)
    terminals.append(terminal)
    terminal.wait_for("● live")
    own_server.stop()
    terminal.wait_for("offline since")
    terminal.type("j\r")
    terminal.wait_for("Career")
    terminal.wait_for("The history can't be read so far back")
    terminal.wait_for("esc Back")
    terminal.type("\x1b")
    terminal.wait_for_no("esc Back")
    for key, shown in (("H", "Filter"), ("Q", "What became"), ("\x1a", "The history can't be read")):
        terminal.type(key)
        terminal.wait_for(shown)
        if key != "\x1a":
            terminal.wait_for("esc Back")
            terminal.type("\x1b")
            terminal.wait_for_no("esc Back")
    own_server.start()
    terminal.wait_for("● live")


async def test_a_flood_of_notifications_is_ten_looks_a_second(
    server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    store = PostgresStore(server.url(database))
    apply_commits = store.apply_commits

    def counted(board: Board, found: Iterable[tuple[int, str, Any]]) -> Board:
        looks.append(monotonic())
        return apply_commits(board, found)

    monkeypatch.setattr(store, "apply_commits", counted)
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", store.changes())) as found:
        await asyncio.wait_for(anext(found), 60)
        waiting = asyncio.ensure_future(anext(found))
        async with await psycopg.AsyncConnection.connect(server.conninfo(database), autocommit=True) as other:
            end = monotonic() + 0.5
            while monotonic() < end:
                await other.execute("SELECT pg_notify('teamboard_1', repeat('x', 7000))")
        writer = PostgresStore(server.url(database))
        await asyncio.to_thread(writer.commit, CheckInGoal(goal=RecordId("G1"), value=9), ANA)
        board = await asyncio.wait_for(waiting, 60)
    assert isinstance(board, Board)
    assert board.last_checkin(RecordId("G1")) is not None
    assert len(looks) <= 10 * (looks[-1] - looks[0]) + 2


async def test_a_commit_that_can_not_be_read_is_one_banner(
    server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teamboard.store.postgres.follow.FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr("teamboard.store.postgres.follow.LONGEST_RETRY_SECONDS", 0.01)
    store = PostgresStore(server.url(database))
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", store.changes())) as found:
        board = await asyncio.wait_for(anext(found), 60)
        assert isinstance(board, Board)
        async with await psycopg.AsyncConnection.connect(server.conninfo(database), autocommit=True) as admin:
            await admin.execute("SET session_replication_role = replica")
            for entry in ('{"by": 1}', '{"by": null, "at": "2026-01-01T00:00:00Z", "verb": "x", "changes": {"Q": {}}}'):
                await admin.execute(BAD_ROW, (board.revision + 1, entry))
                await admin.execute("SELECT pg_notify('teamboard_1', 'nonsense')")
                trouble = await asyncio.wait_for(anext(found), 60)
                assert isinstance(trouble, BoardUnreadable)
                assert "\n" not in str(trouble)
                waiting = asyncio.ensure_future(anext(found))
                # It looks again and again, and says it once.
                done, _ = await asyncio.wait([waiting], timeout=0.2)
                assert not done
                await admin.execute("DELETE FROM teamboard.history WHERE revision = %s", (board.revision + 1,))
                assert await asyncio.wait_for(waiting, 60) is board
