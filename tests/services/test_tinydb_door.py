"""The board as a TinyDB: reading is TinyDB's, each writing call is a commit."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.table import Document, Table

from teamboard import open_board
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import TABLES
from teamboard.services.tinydb_door import BoardDB, BoardStorage, BoardTable
from teamboard.store.base import BoardMissing, StoreError
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from teamboard.store.postgres import PostgresStore
from tests.conftest import MARA, NOW, Run, small_maker
from tests.helpers.postgres import Server

DOCS = Path(__file__).parents[2] / "docs"
CHECK_IN = {"goal": "G12", "value": 820000.0, "note": "From a script", "by": "ana", "at": "2026-11-22T10:00:00Z"}


@pytest.fixture
def path(run: Run, tmp_path: Path) -> str:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return str(tmp_path / "team.board.json")


@pytest.fixture
def db(path: str) -> BoardDB:
    return open_board(path, as_="mara")


def newest(db: BoardDB) -> Any:
    return history_of(db.board).newest()


def test_documents_are_those_of_the_file(db: BoardDB, path: str) -> None:
    plain = json.loads(Path(path).read_text(encoding="utf-8"))
    assert db.tables() == set(plain)
    for name, documents in plain.items():
        assert {str(d.doc_id): dict(d) for d in db.table(name).all()} == documents
    assert [g["title"] for g in db.table("goals").search(where("owner") == "ana")]
    goal = db.table("goals").get(doc_id=12)
    assert goal is not None
    assert goal["owner"] == "ana"
    assert isinstance(db, TinyDB)


def test_each_writing_call_is_one_commit(db: BoardDB) -> None:
    before = db.board.revision
    number = db.table("checkins").insert(CHECK_IN)
    assert db.board.revision == before + 1
    entry = newest(db)
    assert (entry.by, set(entry.changes)) == ("mara", {f"C{number}"})
    assert entry.verb.startswith("edit with ")
    assert db.table("checkins").insert_multiple([CHECK_IN, CHECK_IN]) == [number + 1, number + 2]
    assert db.table("goals").update({"title": "Renamed"}, where("owner") == "ana")
    assert db.table("checkins").remove(doc_ids=[number]) == [number]
    assert db.table("checkins").upsert(Document(CHECK_IN | {"value": 1.0}, doc_id=number + 1)) == [number + 1]
    assert db.board.revision == before + 5
    # A number is never given out again.
    assert db.table("checkins").insert(CHECK_IN) == number + 3
    assert [f.what for f in examine(FileStore(db.storage.store.place), NOW) if not f.ok and f.fixable] == []


def fail_halfway(db: BoardDB) -> None:
    with db.commit("fails"):
        db.table("goals").update({"title": "Lost"}, doc_ids=[12])
        db.table("territories").truncate()
        raise ZeroDivisionError


def test_a_block_is_one_commit_or_none(db: BoardDB) -> None:
    before = db.board.revision
    with db.commit("sync from the CRM"):
        number = db.table("checkins").insert(CHECK_IN)
        assert db.table("checkins").get(doc_id=number) == CHECK_IN
        db.table("goals").update({"title": "Renamed"}, doc_ids=[12])
        db.table("territories").insert({"handle": "ana"})
    assert db.board.revision == before + 1
    assert newest(db).verb.endswith(": sync from the CRM")
    with pytest.raises(ZeroDivisionError):
        fail_halfway(db)
    assert db.board.revision == before + 1
    assert db.table("territories").all() == [{"handle": "ana"}]
    with pytest.raises(Refused, match="open already"), db.commit("outer"), db.commit("inner"):
        pass


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (lambda db: db.table("goals").insert({"x": 1}), "goals 41: 'x' is not known; a goal has"),
        (lambda db: db.table("goals").update({"owner": "zoe"}, doc_ids=[12]), "'zoe' is not a member"),
        (lambda db: db.table("members").remove(where("handle") == "ana"), "ana"),
        (lambda db: db.table("goals").insert({"id": "G1"}), "leave the field 'id' out"),
        (lambda db: db.table("goals").insert(Document({}, doc_id=0)), "begin with 1"),
        (lambda db: db.table("meta").update({"revision": 1}), "read only"),
        (lambda db: db.table("history").truncate(), "read only"),
        (lambda db: db.drop_table("goals"), "can't be dropped"),
        (lambda db: db.storage.write({}), "own tables only"),
        (lambda db: Table(db.storage, "goals").insert({"x": 1}), "own tables only"),
        (lambda db: db.do(CheckInGoal(goal=RecordId("G999"), value=1)), "no goal"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_changed(
    db: BoardDB, path: str, write: Callable[[BoardDB], object], says: str
) -> None:
    before = Path(path).read_bytes()
    with pytest.raises(Refused, match=says):
        write(db)
    assert Path(path).read_bytes() == before


def test_a_cache_in_between_is_refused(path: str) -> None:
    before = Path(path).read_bytes()
    cached = TinyDB(FileStore(path), storage=CachingMiddleware(BoardStorage))  # type: ignore[no-untyped-call]
    with pytest.raises(Refused, match="CachingMiddleware"):
        cached.table("theirs").insert({"x": 1})
    with pytest.raises(Refused, match="CachingMiddleware"):
        BoardTable(cached.storage, "theirs")
    cached.close()
    assert Path(path).read_bytes() == before


def test_tables_of_ones_own_have_no_history(db: BoardDB) -> None:
    before = db.board.revision
    own = db.table("territories")
    assert own.insert_multiple({"n": n} for n in range(3)) == [1, 2, 3]
    own.update({"n": 9}, doc_ids=[2])
    assert [d["n"] for d in own] == [0, 9, 2]
    with pytest.raises(Refused, match="drop your own with"):
        db.drop_tables()
    assert len(own) == 3
    db.drop_table("territories")
    assert "territories" not in db.tables()
    assert db.table("territories").insert({"n": 1}) == 1
    assert db.board.revision == before


def test_nothing_works_after_close_and_where_there_is_nothing_it_says_so(db: BoardDB, tmp_path: Path) -> None:
    db.close()
    for use in (lambda: db.table("goals").all(), lambda: db.board, lambda: db.table("goals").insert({})):
        with pytest.raises(Refused, match="closed"):
            use()
    with pytest.raises(BoardMissing, match="There is no board"):
        open_board(str(tmp_path / "nothing.json"))


def test_a_search_is_new_when_the_board_is(db: BoardDB, path: str) -> None:
    mine = where("title") == "Renamed elsewhere"
    assert db.table("goals").search(mine) == []
    open_board(path, as_="mara").table("goals").update({"title": "Renamed elsewhere"}, doc_ids=[12])
    assert [g.doc_id for g in db.table("goals").search(mine)] == [12]


def test_another_thread_does_not_join_an_open_commit(db: BoardDB) -> None:
    before, started = db.board.revision, threading.Event()

    def other() -> None:
        started.set()
        db.table("checkins").insert(CHECK_IN)

    thread = threading.Thread(target=other)
    with db.commit("mine"):
        db.table("goals").update({"title": "Mine"}, doc_ids=[12])
        thread.start()
        assert started.wait(10)
        db.table("goals").update({"title": "Still mine"}, doc_ids=[13])
    thread.join()
    mine = history_of(db.board).get(before + 1)
    assert mine is not None
    assert set(mine.changes) == {"G12", "G13"}
    assert db.board.revision == before + 2


@pytest.mark.slow
@pytest.mark.parametrize("name", list(TABLES))
def test_each_table_takes_its_documents_back(db: BoardDB, name: str) -> None:
    table = db.table(name)
    for document in table.all():
        table.update(dict(document), doc_ids=[document.doc_id])
        assert table.get(doc_id=document.doc_id) == document
    if name in ("team", "members"):
        return
    for document in table.all()[-1:]:
        number = table.insert(dict(document))
        assert table.get(doc_id=number) == document
        assert table.update(lambda _: None, doc_ids=[number]) == [number]
        assert table.upsert(Document(dict(document), doc_id=number)) == [number]
        assert table.remove(doc_ids=[number]) == [number]
    assert FileStore(db.storage.store.place).load().set_aside == {}


@pytest.mark.slow
def test_importing_it_loads_no_tinydb_and_the_command_line_neither(path: str) -> None:
    for code in ("import teamboard", "from teamboard.cli.main import main; main(['show', '--board', {path!r}])"):
        said = f"{code.format(path=path)}; import sys; print('tinydb' in sys.modules, file=sys.stderr)"
        answer = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
        assert answer.stderr.strip() == "False"


SCRIPTS = re.findall(r"^## (.+?)\n\n```python\n(.*?)```", (DOCS / "python.md").read_text(encoding="utf-8"), re.S | re.M)


def script(title: str) -> str:
    return str(dict(SCRIPTS)[title])


def run_script(title: str, folder: Path, **env: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", script(title)],
        cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_there_are_five_scripts() -> None:
    assert len(SCRIPTS) == 5


@pytest.mark.slow
def test_nightly_check_ins_from_a_query(path: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "crm.db") as crm:
        crm.execute("create table deals (goal text, value real)")
        crm.executemany("insert into deals values (?, ?)", [("G12", 500000.0), ("G12", 320000.0), ("G23", 9000.0)])
    run_script("Nightly check-ins from a database query", tmp_path)
    board = FileStore(path).load()
    assert [last.value for g in map(RecordId, ("G12", "G23")) if (last := board.last_checkin(g))] == [820000.0, 9000.0]


@pytest.mark.slow
@pytest.mark.usefixtures("path")
def test_who_is_behind(tmp_path: Path) -> None:
    assert "Ben Okafor: ARR Nordics" in run_script("Who is behind", tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("path")
def test_posting_to_a_chat(tmp_path: Path) -> None:
    said: list[str] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=server.handle_request).start()
    run_script("Posting to a chat", tmp_path, CHAT_URL=f"http://127.0.0.1:{server.server_port}/")
    server.server_close()
    assert " to ana: " in said[0]


@pytest.mark.slow
@pytest.mark.usefixtures("path")
def test_a_table_of_ones_own(tmp_path: Path) -> None:
    assert run_script("A table of one's own", tmp_path) == "Iberia\n"
    assert run_script("A table of one's own", tmp_path) == "Iberia\n"


@pytest.mark.slow
def test_following_changes(path: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", "print('on', flush=True)\n" + script("Following changes")],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "on\n"
    store = FileStore(path)
    told = ""
    while not told:
        store.commit(CheckInGoal(goal=RecordId("G12"), change=1), open_board(path, as_="mara").storage.actor)
        try:
            told, _ = process.communicate(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
    assert re.match(r"revision \d+: \d+ new", told.splitlines()[-1])


async def test_following_goes_on_after_a_moment_in_which_the_board_cannot_be_read(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    sound = Path(path).read_bytes()
    followed = open_board(path).changes()
    newer = asyncio.ensure_future(anext(followed))
    Path(path).write_bytes(sound + b"}}")
    while not caplog.messages:
        await asyncio.sleep(0.01)
    Path(path).write_bytes(sound)
    store = FileStore(path)
    commit = await asyncio.to_thread(
        store.commit, CheckInGoal(goal=RecordId("G12"), change=1), open_board(path, as_="mara").storage.actor
    )
    while (board := await newer).revision < commit.board.revision:
        newer = asyncio.ensure_future(anext(followed))
    assert board.revision == commit.board.revision
    assert len(caplog.messages) == 1
    await followed.aclose()


async def test_a_board_that_is_read_again_as_it_was_is_no_newer_one(path: str) -> None:
    class Rereading(FileStore):
        """A store that reads its file twice for each commit, as where a network share sends no events."""

        async def changes(self) -> AsyncIterator[Board | StoreError]:
            for value in (1, 2):
                open_board(path, as_="mara").do(CheckInGoal(goal=RecordId("G12"), change=value))
                yield FileStore(path).load()
                yield FileStore(path).load()

    db = BoardDB(Rereading(path), "mara", storage=BoardStorage)
    before = db.board.revision
    assert [board.revision async for board in db.changes()] == [before + 1, before + 2]


@pytest.mark.parametrize(
    ("action", "why"),
    [
        (CheckInGoal(goal=RecordId("G12"), value="812k"), "Expected `float | null`"),  # type: ignore[arg-type]
        (CheckInGoal(goal=RecordId("G12"), note=7), "Expected `str`"),  # type: ignore[arg-type]
        (CheckInGoal(goal=RecordId("G12"), value=object()), "unsupported"),  # type: ignore[arg-type]
        (CheckInGoal(goal=RecordId("G12")), "give a value"),
    ],
)
def test_an_action_with_values_that_do_not_fit_is_refused_in_one_line(
    db: BoardDB, action: CheckInGoal, why: str
) -> None:
    before = db.board.revision
    with pytest.raises(Refused, match=re.escape(why)) as refused:
        db.do(action)
    assert "\n" not in str(refused.value)
    assert db.board.revision == before


def test_what_was_read_within_a_commit_can_be_changed_without_effect(db: BoardDB) -> None:
    with db.commit():
        db.table("goals").update({"title": "Renamed"}, doc_ids=[12])
        goal = db.table("goals").get(doc_id=12)
        assert goal is not None
        goal["measure"]["target"] = 1.0
    assert set(newest(db).changes["G12"].after) == {"title"}


def test_what_a_commit_is_for_is_one_short_line_in_the_history(db: BoardDB) -> None:
    with db.commit("from\nthe CRM\x1b[31m \ud800" + "x" * 1000):
        db.table("checkins").insert(CHECK_IN)
    assert re.fullmatch(r"edit with \S+: from the CRM \?x{50,200}", newest(db).verb)


def test_on_postgresql_it_is_read_and_changed_by_actions_only(server: Server) -> None:
    url = server.url(server.database())
    PostgresStore(url).create(small_maker().file(), MARA)
    with open_board(url, as_="ana") as db:
        assert db.tables() == {*TABLES, "history"}
        assert [g.doc_id for g in db.table("goals").search(where("owner") == "ana")] == [1]
        before = db.board.revision
        assert len(db.table("history")) == before
        assert db.do(CheckInGoal(goal=RecordId("G1"), value=400)).entry.by == "ana"
        assert [c["value"] for c in db.table("checkins").search(where("goal") == "G1")] == [400.0]
        refused = "On PostgreSQL a board is read through open_board"
        with pytest.raises(Refused, match=refused):
            db.table("goals").update({"title": "Renamed"})
        with pytest.raises(Refused, match=refused):
            db.table("territories").insert({"n": 1})
        with pytest.raises(Refused, match=refused), db.commit():
            pass
        assert db.board.revision == before + 1
