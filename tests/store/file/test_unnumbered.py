"""What another program keeps in a table under a key that is no document number is set aside, and stays in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teamboard import open_board
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.store.file.test_doctor import new_board, well

KEYS = ["0", "01", "x", "-1", "", "1.5", "1e2", " 1", "+1", "9" * 41, "\u0661", "\x1b[31m\u202e", "\ud83d", "NaN"]


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return new_board(tmp_path)


def put(board: Path, table: str, key: str, document: object) -> None:
    """Put a document into the file as a program does that knows only JSON."""
    data = json.loads(board.read_bytes())
    data[table][key] = document
    board.write_text(json.dumps(data), encoding="utf-8")


def kept(board: Path, table: str, key: str) -> object:
    return json.loads(board.read_bytes())[table][key]


@pytest.mark.parametrize("key", KEYS)
def test_a_wrong_key_is_set_aside_told_and_kept_until_it_is_taken_out(board: Path, run: Run, key: str) -> None:
    document = {**json.loads(board.read_bytes())["goals"]["1"], "title": "Under a wrong key", "weight": float("inf")}
    put(board, "goals", key, document)
    before = [*json.loads(board.read_bytes())]
    watching = FileStore(board)
    good = {goal.id: goal for goal in watching.load().goals}
    assert [*good] == ["G1", "G2"]
    for command in (["show"], ["log"], ["due"], ["inbox"], ["pulse"], ["period", "report"], ["review", "list"]):
        answer = run(*command, "--as", "ana")
        assert (answer.returncode, answer.stderr, "Under a wrong key" in answer.stdout) == (0, "", False), command
    # Another table is written, and the same one.
    for command in (["checkin", "G1", "+7"], ["goal", "add", "Calls", "--target", "5"]):
        answer = run(*command, "--as", "mara")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert repr(kept(board, "goals", key)) == repr(document)
        assert set(watching.load().set_aside) == set(FileStore(board).load().set_aside)
    said = run("board", "doctor")
    (line,) = (line for line in said.stdout.splitlines() if "is set aside" in line)
    assert line.startswith("\u25b2 goals ")
    assert "it has no document number" in line
    assert line.isprintable()
    assert said.returncode == 1
    done = run("board", "doctor", "--fix", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Taken out, because it has no document number: goals " in done.stdout
    assert "Nothing was lost" not in done.stdout
    repaired = json.loads(board.read_bytes())
    assert [*repaired] == before
    assert key not in repaired["goals"]
    assert well(board) == []
    assert {"G1", "G2", "G3"} <= {goal.id for goal in FileStore(board).load().goals}


@pytest.mark.parametrize("plain", [True, False])
def test_a_record_whose_key_was_damaged_comes_back_with_what_refers_to_it(board: Path, run: Run, plain: bool) -> None:
    for value in ("5", "6"):
        assert run("checkin", "G2", value, "--as", "ben").returncode == 0
    good = FileStore(board).load()
    data = board.read_bytes()
    damaged = data.replace(b'\n"2": {"owner"', b'\n"2x": {"owner"', 1)
    assert damaged != data
    board.write_bytes(json.dumps(json.loads(damaged)).encode() if plain else damaged)
    found = FileStore(board).load()
    assert found.goal(RecordId("G2")) is None
    assert [i for i in found.set_aside if i.startswith("goals ")] == ["goals '2x'"]
    # The rest works; and it is not told in the history that the goal was removed.
    assert run("checkin", "G1", "+7", "--as", "ana").returncode == 0
    assert "outside" not in run("log").stdout
    done = run("board", "doctor", "--fix", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    board_now = FileStore(board).load()
    assert board_now.goal(RecordId("G2")) == good.goal(RecordId("G2"))
    assert list(board_now.checkins_of(RecordId("G2"))) == list(good.checkins_of(RecordId("G2")))
    assert well(board) == []


def test_the_door_reads_around_it_and_does_not_clear_it(board: Path) -> None:
    put(board, "goals", "x", {"title": "Mine"})
    with open_board(board, as_="mara") as db:
        assert [goal.doc_id for goal in db.table("goals").all()] == [1, 2]
        with pytest.raises(Refused, match="has no document number does not fit the board and was set aside"):
            db.table("goals").truncate()
        db.table("goals").update({"title": "Renamed"}, doc_ids=[2])
        assert [goal["title"] for goal in db.table("goals").all()][1] == "Renamed"
    assert kept(board, "goals", "x") == {"title": "Mine"}


def test_a_backup_with_it_is_restored_and_keeps_it(board: Path, run: Run) -> None:
    put(board, "goals", "x", {"title": "Mine"})
    assert run("board", "backup", "--as", "mara").returncode == 0
    data = json.loads(board.read_bytes())
    del data["goals"]["x"]
    board.write_text(json.dumps(data), encoding="utf-8")
    assert run("checkin", "G1", "+7", "--as", "ana").returncode == 0
    done = run("board", "restore", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert kept(board, "goals", "x") == {"title": "Mine"}
    assert [*FileStore(board).load().set_aside] == ["goals 'x'"]


def test_a_team_under_a_wrong_key_alone_is_no_board_and_can_be_repaired(board: Path, run: Run) -> None:
    data = json.loads(board.read_bytes())
    data["team"] = {"x": data["team"]["1"]}
    board.write_text(json.dumps(data), encoding="utf-8")
    told = run("show")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1)
    assert "team 'x': it has no document number" in told.stderr
    assert run("board", "doctor", "--fix", "--as", "mara").returncode == 0
    assert run("show").returncode == 0


@pytest.mark.parametrize("key", ["0", "01", "x", "-1"])
@pytest.mark.parametrize("table", ["meta", "history"])
def test_a_wrong_key_in_a_table_of_the_program_leaves_the_board_readable(
    board: Path, run: Run, table: str, key: str
) -> None:
    good = FileStore(board).load()
    put(board, table, key, json.loads(board.read_bytes())[table]["1"])
    assert run("show").returncode == 0
    for command in (["log"], ["checkin", "G1", "+7", "--as", "ana"], ["board", "doctor"]):
        answer = run(*command)
        assert (answer.returncode in (0, 1, 3), answer.stderr.count("\n") <= 1) == (True, True), command
        if answer.returncode == 3:
            assert "`doctor --fix` repairs it" in answer.stderr
    assert run("board", "doctor", "--fix", "--as", "mara").stderr == ""
    assert well(board) == []
    assert FileStore(board).load().revision in (good.revision, good.revision + 1, good.revision + 2)
    assert run("checkin", "G1", "+8", "--as", "ana").returncode == 0
