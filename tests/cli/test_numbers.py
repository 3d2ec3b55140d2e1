"""Numbers of records and revisions when another program has written, or a counter was set back: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tinydb import TinyDB

from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, Run, small_maker
from tests.helpers.postgres import Server

CHECK_IN = {"goal": "G1", "value": 5, "note": "from elsewhere", "by": "ana", "at": "2026-11-22T09:00:00Z"}


@pytest.fixture
def board(store: FileStore) -> Path:
    return Path(store.path)


def check_in(run: Run, value: int) -> None:
    done = run("checkin", "G1", str(value), "--board", "team.board.json", "--as", "ana")
    assert (done.returncode, done.stderr) == (0, "")


def values(board: Path) -> dict[int, float]:
    with TinyDB(board, access_mode="r") as found:
        return {document.doc_id: document["value"] for document in found.table("checkins")}


def edit_meta(board: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = json.loads(board.read_bytes())
    change(data["meta"]["1"])
    board.write_text(json.dumps(data))


def test_what_a_plain_tinydb_program_inserts_is_not_overwritten(run: Run, board: Path) -> None:
    check_in(run, 1)
    for number in (2, 3):
        with TinyDB(board) as plain:
            assert plain.table("checkins").insert(CHECK_IN) == number
    check_in(run, 7)
    assert values(board) == {1: 1, 2: 5, 3: 5, 4: 7}
    with TinyDB(board) as plain:
        assert plain.table("checkins").insert({**CHECK_IN, "value": 6}) == 5
    check_in(run, 8)
    assert values(board) == {1: 1, 2: 5, 3: 5, 4: 7, 5: 6, 6: 8}


def test_a_store_that_knows_the_board_sees_what_was_inserted(store: FileStore, board: Path, run: Run) -> None:
    assert store.load().next_id("checkins") == "C1"
    with TinyDB(board) as plain:
        plain.table("checkins").insert(CHECK_IN)
    assert store.load().next_id("checkins") == "C2"
    check_in(run, 1)
    assert store.load().next_id("checkins") == "C3"


@pytest.mark.parametrize("ids", [{}, {"checkins": 1}, {"checkins": 2}])
def test_a_counter_that_was_set_back_overwrites_nothing(run: Run, board: Path, ids: dict[str, int]) -> None:
    for value in (1, 2, 3):
        check_in(run, value)
    edit_meta(board, lambda meta: meta.update(ids=ids))
    check_in(run, 4)
    assert values(board) == {1: 1, 2: 2, 3: 3, 4: 4}
    assert json.loads(board.read_bytes())["meta"]["1"]["ids"]["checkins"] == 4


def test_a_counter_ahead_of_its_table_stays_so(run: Run, board: Path) -> None:
    edit_meta(board, lambda meta: meta["ids"].update(checkins=41))
    check_in(run, 1)
    assert values(board) == {42: 1}


def test_a_revision_that_was_set_back_overwrites_no_commit(run: Run, board: Path) -> None:
    for value in (1, 2):
        check_in(run, value)
    before = json.loads(board.read_bytes())["history"]
    edit_meta(board, lambda meta: meta.update(revision=meta["revision"] - 2, head=before["3"]["hash"]))
    check_in(run, 3)
    after = json.loads(board.read_bytes())
    assert {n: entry for n, entry in after["history"].items() if n in before} == before
    assert after["meta"]["1"]["revision"] == len(before) + 1
    assert run("doctor", "--board", "team.board.json").stdout.count("the hash chain is unbroken") == 1


def test_a_commit_of_another_program_that_can_not_be_read_is_told(run: Run, board: Path) -> None:
    with TinyDB(board) as plain:
        plain.table("history").insert({"by": "tom"})
    done = run("checkin", "G1", "1", "--board", "team.board.json", "--as", "ana")
    assert done.returncode == 3
    assert "history 8" in done.stderr
    assert done.stderr.count("\n") == 1


def test_on_postgresql_a_row_past_the_counter_is_not_overwritten(run: Run, server: Server) -> None:
    from teamboard.store.postgres import PostgresStore

    database = server.database()
    url = server.url(database)
    PostgresStore(url, clock=lambda: NOW).create(small_maker().file(), MARA)
    with psycopg.connect(server.conninfo(database)) as connection:
        # The triggers refuse it; an administrator who restores rows is past them.
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE teamboard.boards SET ids = '{}'")
        connection.execute(
            "INSERT INTO teamboard.records (board, kind, number, revision, fields) VALUES (1, %s, 1, 7, %s)",
            ("checkins", json.dumps(CHECK_IN)),
        )
    done = run("checkin", "G1", "9", "--board", url, "--as", "ana")
    assert (done.returncode, done.stderr) == (0, "")
    board = PostgresStore(url).load()
    assert [(c.id, c.value) for c in board.checkins_of(RecordId("G1"))] == [("C1", 5), ("C2", 9)]
    assert board.revision == 8
