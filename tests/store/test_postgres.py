"""PostgreSQL for real: what is told when something is wrong, connections that break, addresses, TLS."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import cast

import psycopg
import pytest
import trustme

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board import Board
from teamboard.domain.history.log import history_of
from teamboard.store.base import BoardBusy, BoardOffline, BoardUnwritable, StoreError
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import init_db
from tests.bench.boards import LEAD, make_board
from tests.conftest import ANA, MARA, Run, small_maker
from tests.helpers.checker import check
from tests.helpers.disk import fill, small_disk
from tests.helpers.postgres import Proxy, Server, in_tls, old_server, running
from tests.helpers.terminal import Terminal
from tests.store.test_shared_folders import as_root

SECRET = "correct horse battery"


@pytest.fixture
def database(server: Server) -> str:
    """A database with the small board `emea`."""
    name = server.database()
    PostgresStore(server.url(name)).create(small_maker().file(), MARA)
    return name


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may stop and start."""
    with tempfile.TemporaryDirectory(prefix="teamboard-pg-") as folder:
        yield from running(Path(folder))


def one_line(run: Run, url: str, *words: str, command: tuple[str, ...] = ("show",), **env: str) -> str:
    """What a command says of an address: one line, with exit code 3, and no password in it."""
    found = run(*command, "--board", url, **env)
    assert (found.returncode, found.stdout) == (3, ""), found
    assert found.stderr.count("\n") == 1, found.stderr
    assert "Traceback" not in found.stderr
    assert "horse" not in found.stderr
    for word in words:
        assert word in found.stderr, found.stderr
    return found.stderr


# -- bad input


def test_addresses_that_lead_nowhere(run: Run, server: Server, database: str) -> None:
    secret = f"postgresql://ana:{SECRET.replace(' ', '%20')}@127.0.0.1"
    one_line(run, f"{secret}:1/sales?board=emea", "can't be reached", "127.0.0.1:1/sales?board=emea")
    one_line(run, f"{secret}:1/sales?nonsense=1", "not a valid PostgreSQL address")
    one_line(run, "postgresql://[::1/x", "not a valid PostgreSQL address")
    one_line(run, server.url("nowhere"), "does not exist")
    one_line(run, server.url(database, "apac"), "no board called 'apac'", "teamboard init")
    one_line(run, server.url(server.database(), ""), "no board that you may read")
    PostgresStore(server.url(database, "apac")).create(small_maker().file(), MARA)
    one_line(run, server.url(database, ""), "several boards", "apac, emea")
    assert run("show", "--board", server.url(database)).returncode == 0


def test_a_role_without_any_right(run: Run, server: Server, database: str) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS nobody_at_all")
        connection.execute("CREATE ROLE nobody_at_all LOGIN")
    one_line(run, server.url(database, user="nobody_at_all"), "lack the permission", "permission denied")
    words = ("checkin", "G1", "+1", "--as", "ana")
    one_line(run, server.url(database, user="nobody_at_all"), "lack the permission", command=words)
    one_line(run, server.url(database, user="nobody_at_all"), "lack the permission", command=("admin", "init-db"))


def test_databases_of_other_versions(run: Run, server: Server, database: str) -> None:
    one_line(run, server.url("postgres"), "has no teamboard tables", "admin init-db")
    with psycopg.connect(server.conninfo(database)) as connection:
        connection.execute("INSERT INTO teamboard.migrations VALUES (99, 'from the future')")
    one_line(run, server.url(database), "newer teamboard", "pip install -U")
    one_line(run, server.url(database), "newer teamboard", command=("admin", "init-db"))
    with psycopg.connect(server.conninfo(database)) as connection:
        connection.execute("DELETE FROM teamboard.migrations WHERE version > 1")
    one_line(run, server.url(database), "older teamboard", "admin init-db")
    port = old_server("13.4")
    one_line(run, server.url(database, port=port), "PostgreSQL 13", "15 or newer")


def test_tables_are_made_once(run: Run, server: Server) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
    made = run("admin", "init-db", "--board", server.conninfo("fresh"))
    assert (made.returncode, made.stdout.strip()) == (0, f"{server.conninfo('fresh')}: boards, rights done.")
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
            store.commit(CheckInGoal(goal="G1", value=1), ANA)
    assert store.commit(CheckInGoal(goal="G1", value=1), ANA).board.last_checkin("G1") is not None


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
                store.commit(CheckInGoal(goal="G1", change=1, note="many words " * 100 + str(i)), ANA)
            except BoardUnwritable as error:
                said = str(error)
                break
        assert "out of disk space" in said
        assert "was not changed" in said
        words = ("feedback", "ana", "words that took an hour", "--as", "mara")
        one_line(run, own_server.url(database), "out of disk space", "kept in", command=words)
        (disk / "filler").unlink()
        after = store.commit(CheckInGoal(goal="G1", change=1, note="after"), ANA).board
        assert after.revision > before.revision
        check(own_server.url(database), ["after"])
        own_server.stop()


# -- connections that break


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_commit_whose_answer_did_not_come_is_made_once(server: Server, database: str, where: str) -> None:
    proxy = Proxy(server.port)
    store = PostgresStore(server.url(database, port=proxy.port))
    store.load()
    setattr(proxy, where, b"COMMIT")
    revision = PostgresStore(server.url(database)).load().revision
    board = store.commit(CheckInGoal(goal="G1", change=1, note="cut-1"), ANA).board
    assert proxy.cuts == 1
    assert board.revision == revision + 1
    assert [c.note for c in PostgresStore(server.url(database)).load().checkins_of("G1")] == ["cut-1"]
    check(server.url(database), ["cut-1"])
    proxy.close()


@pytest.mark.parametrize("where", ["before", "after"])
def test_when_nobody_answers_any_more_it_says_that_it_does_not_know(server: Server, database: str, where: str) -> None:
    proxy = Proxy(server.port, closed=True)
    store = PostgresStore(server.url(database, port=proxy.port))
    store.load()
    setattr(proxy, where, b"COMMIT")
    with pytest.raises(BoardUnwritable, match="not known"):
        store.commit(CheckInGoal(goal="G1", change=1, note="cut-1"), ANA)
    notes = [c.note for c in PostgresStore(server.url(database)).load().checkins_of("G1")]
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
    proxy.before = b"FOR UPDATE"
    with pytest.raises(BoardOffline):
        store.commit(CheckInGoal(goal="G1", change=1), ANA)
    assert PostgresStore(server.url(database)).load().checkins_of("G1") == ()
    proxy.close()


async def test_the_screen_goes_on_while_a_commit_waits(server: Server, database: str) -> None:
    store = PostgresStore(server.url(database))
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", store.changes())) as found:
        await asyncio.wait_for(anext(found), 60)
        with psycopg.connect(server.conninfo(database)) as other:
            other.execute("SELECT * FROM teamboard.boards FOR UPDATE")
            committing = asyncio.ensure_future(
                asyncio.to_thread(store.commit, CheckInGoal(goal="G1", value=1, note="mine"), ANA)
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


def test_a_connection_that_died_in_its_sleep_is_made_anew(server: Server, database: str) -> None:
    store = PostgresStore(server.url(database))
    store.load()
    for action in (store.load, lambda: store.commit(CheckInGoal(goal="G1", change=1), ANA)):
        with psycopg.connect(server.conninfo(database), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                (database,),
            )
        action()
    assert len(store.load().checkins_of("G1")) == 1


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
        other.commit(CheckInGoal(goal="G1", value=77, note="while you were away"), ANA)
        back = await asyncio.wait_for(anext(found), 60)
        while isinstance(back, StoreError) or back.last_checkin("G1") is None:
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
        PostgresStore(server.url(database)).commit(CheckInGoal(goal="G1", value=88), ANA)
        proxy.stalled.clear()
        board = await asyncio.wait_for(anext(found), 60)
        while isinstance(board, StoreError) or board.last_checkin("G1") is None:
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
            PostgresStore(url).commit(CheckInGoal(goal="G1", change=1, note="x"), LEAD)
            watcher.load()
        sent.append((proxy.from_server - before) / 10)
        proxy.close()
    small, large = sent
    assert large < small * 1.2
    assert large < 2_000


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
    PostgresStore(url).commit(CheckInGoal(goal="G1", value=640), ANA)
    terminal.wait_for("64 %")


# -- who one is, and how one gets there


def test_a_password_is_in_a_file_of_its_own_and_shown_nowhere(
    run: Run, server: Server, database: str, tmp_path: Path
) -> None:
    given = tmp_path / "password"
    given.write_text(SECRET)
    admin = server.url(database)
    role = ("--role", "rep", "--name", "with_password", "--password-file", str(given))
    granted = run("admin", "grant", "ana", *role, "--board", admin)
    assert granted.returncode == 0, granted.stderr
    url = server.url(database, user="with_password")
    one_line(run, url, "no password supplied")
    one_line(run, url.replace("with_password@", "with_password:wrong-horse@"), "password authentication failed")
    (tmp_path / "pgpass").write_text(f"*:*:*:with_password:{SECRET}\n")
    (tmp_path / "pgpass").chmod(0o600)
    env = {"PGPASSFILE": str(tmp_path / "pgpass")}
    assert run("checkin", "G1", "+1", "--board", url, **env).returncode == 0
    (tmp_path / "service").write_text(
        f"[northwind]\nhost=127.0.0.1\nport={server.port}\ndbname={database}\nuser=with_password\n"
    )
    service = {**env, "PGSERVICEFILE": str(tmp_path / "service")}
    assert (
        run("checkin", "G1", "+1", "--board", "postgresql:///?service=northwind&board=emea", **service).returncode == 0
    )
    with_secret = url.replace("@", f":{SECRET.replace(' ', '%20')}@")
    shown = run("init", "--board", with_secret)
    assert "horse" not in shown.stdout + shown.stderr
    assert run("log", "--board", with_secret).returncode == 0
    assert SECRET not in (server.folder / "log").read_text()


def test_a_browser_s_board_gets_the_address_where_no_process_list_shows_it(
    server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from teamboard.cli.elsewhere.serve import _command
    from teamboard.cli.shared.session import Session

    monkeypatch.setenv("TEAMBOARD_BOARD", "")
    session = Session()
    session.board_given = server.url(database).replace("@", ":horse@")
    assert "horse" not in _command(session, MARA)
    assert os.environ["TEAMBOARD_BOARD"] == session.board_given


def test_tls_with_the_server_verified(run: Run, server: Server, database: str, tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    port = in_tls(server.port, context)
    for name, ca in (("right", authority), ("wrong", other)):
        ca.cert_pem.write_to_path(str(tmp_path / f"{name}.pem"))

    def url(ca: str, host: str = "localhost") -> str:
        return f"postgresql://postgres@{host}:{port}/{database}?board=emea&sslmode=verify-full&sslrootcert={tmp_path}/{ca}.pem"

    found = run("show", "--board", url("right"))
    assert found.returncode == 0, found.stderr
    one_line(run, url("wrong"), "certificate verify failed")
    one_line(run, url("right", "127.0.0.1"), "127.0.0.1")


def test_without_the_library_it_says_what_to_install(run: Run, tmp_path: Path) -> None:
    (tmp_path / "psycopg").mkdir()
    (tmp_path / "psycopg" / "__init__.py").write_text("raise ImportError('not here')")
    one_line(run, "postgresql://x/y", "pip install 'teamboard[postgres]'", PYTHONPATH=str(tmp_path))


def test_history_is_read_in_stretches_by_whoever_looks_back(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teamboard.store.postgres.history_pages.PAGE_SIZE", 3)
    url = server.url(server.database())
    made = small_maker()
    for i in range(7):
        made.check_in("G1", i)
    PostgresStore(url).create(made.file(), MARA)
    fresh = PostgresStore(url)
    board = fresh.load()
    assert len(history_of(board).earlier) > 3
    assert [n for n, _ in history_of(board)] == list(range(1, board.revision + 1))
    assert [n for n, _ in history_of(board).newest_first()] == list(range(board.revision, 0, -1))


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
