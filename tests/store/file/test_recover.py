"""What a damaged board is recovered from: what its file holds first, then what fits it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB, where
from tinydb.table import Document

from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.store.file import backups
from teamboard.store.file.doctor import repair
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, Run
from tests.store.file.test_doctor import BEFORE, new_board, put_back, same, small_check_in, well


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return new_board(tmp_path)


def test_commits_of_a_line_that_was_given_up_are_not_brought_back(board: Path, run: Run) -> None:
    put_back(board)
    good = FileStore(board).load()
    # One byte of an entry that no backup of this line has.
    board.write_bytes(board.read_bytes().replace(b'"It holds 1"', b'"It holds \xff"'))
    done = run("doctor", "--fix", "--board", str(board))
    assert done.returncode == 0
    assert "Nothing was lost" not in done.stdout
    assert "of another line of commits, which are not on the board" in done.stdout
    found = FileStore(board).load()
    assert [f.text for f in found.feedback if "Given up" in f.text] == []
    assert [f.text for f in found.feedback if "It holds" in f.text] == ["It holds 0", "It holds 2"]
    assert found.revision == good.revision
    assert well(board) == []


def cut_after(board: Path, table: str) -> None:
    """Cut the file off behind the name of a table."""
    data = board.read_bytes()
    at = data.index(b'"%b": {' % table.encode())
    board.write_bytes(data[: data.index(b"\n", at) + 1])


def test_a_file_cut_short_is_filled_from_the_newest_backup_of_its_line(board: Path, run: Run) -> None:
    store = FileStore(board, clock=lambda: NOW)
    first = store.load().revision
    backups.take_backup(str(board), first, NOW - timedelta(minutes=30))
    good = store.commit(small_check_in(950), MARA).board
    cut_after(board, "goals")
    done = run("doctor", "--fix", "--board", str(board))
    assert f"Lost: revision {good.revision} could not be recovered" in done.stdout
    found = FileStore(board).load()
    assert [c.value for c in found.checkins_of(RecordId("G1"))][-2:] == [800, 900]
    assert found.revision == good.revision
    assert history_of(found).get(first) == history_of(good).get(first)
    assert well(board) == []


@pytest.mark.parametrize("lost", [rb'\n"2": \{"by".*', rb'\n"\d+": \{"by".*'], ids=["an entry", "every entry"])
def test_the_records_of_a_backup_whose_history_is_damaged_fill_the_file(tmp_path: Path, lost: bytes) -> None:
    board = new_board(tmp_path)
    for old in backups.list_backups(str(board)):
        if lost.startswith(rb'\n"\d'):
            Path(old.path).unlink()
    store = FileStore(board, clock=lambda: NOW)
    newest = backups.take_backup(str(board), store.load().revision, NOW - timedelta(minutes=30))
    damaged = re.sub(lost, b"\n\xff", Path(newest.path).read_bytes())
    assert damaged != Path(newest.path).read_bytes()
    Path(newest.path).write_bytes(damaged)
    good = store.load()
    cut_after(board, "goals")
    done = repair(FileStore(board), MARA, NOW)
    assert done is not None
    assert done.board.tables == good.tables
    assert well(board) == []


def test_backups_go_on_from_the_history_that_the_file_still_has(board: Path) -> None:
    store = FileStore(board, clock=lambda: NOW)
    newest = store.load().revision
    backups.take_backup(str(board), newest, NOW - timedelta(minutes=30))
    good = store.commit(small_check_in(950), MARA).board
    data = re.sub(rb'\n"goals": \{(?s:.)*?\n"checkins"', b'\n\xff\n"checkins"', board.read_bytes())
    board.write_bytes(data[: data.index(b'\n"%d": {"by"' % (newest - 2)) + 20])
    done = repair(FileStore(board), MARA, NOW)
    assert done is not None
    assert same(done.board, good)
    assert done.lost.startswith(f"revision {good.revision} could not be recovered")
    assert [entry for _, entry in history_of(done.board)][:newest] == [e for _, e in history_of(good)][:newest]
    assert well(board) == []


def test_an_archive_that_the_board_does_not_list_is_not_believed(board: Path) -> None:
    store = FileStore(board)
    good = store.load()
    (board.parent / "team.board.json.archive").mkdir()
    forged = json.loads(board.read_text())
    forged["history"] = {"1": forged["history"]["1"] | {"by": "ben", "hash": ""}}
    (board.parent / "team.board.json.archive" / "r1-r1.json").write_text(json.dumps(forged))
    whole = board.read_bytes()
    at = whole.index(b'"history": {')
    board.write_bytes(whole[: at + 30] + bytes(40) + whole[at + 70 :])
    done = repair(store, MARA, NOW)
    assert done is not None
    assert same(done.board, good)
    entry = history_of(done.board).get(1)
    assert entry is not None
    assert entry == history_of(good).get(1)


@pytest.mark.slow
@BEFORE
@pytest.mark.parametrize("plain", [False, True])
def test_whatever_is_damaged_the_mended_board_is_sound_and_no_loss_is_kept_quiet(
    tmp_path: Path, before: Callable[[Path], None], plain: bool
) -> None:
    for seed in range(25):
        chance = random.Random(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        board = new_board(folder)
        before(board)
        if plain:
            with TinyDB(board) as program:
                program.table("scripts").insert({"mine": True})
        good, data = FileStore(board).load(), bytearray(board.read_bytes())
        for _ in range(chance.randrange(1, 6)):
            at, width = chance.randrange(len(data)), chance.choice([1, 40, 400, 3000, len(data)])
            data[at : at + width] = chance.choice([b"", bytes(width % 4000), chance.randbytes(width % 50)])
        board.write_bytes(data)
        if not well(board):
            continue
        done = repair(FileStore(board), MARA, NOW)
        assert done is not None
        assert well(board) == [], seed
        found = FileStore(board).load()
        assert done.lost or done.notes or same(found, good), seed
        assert FileStore(board, clock=lambda: NOW).load().revision == done.board.revision


def _removed_goal(db: TinyDB) -> None:
    db.table("goals").remove(doc_ids=[1])


def _handle_of_two(db: TinyDB) -> None:
    db.table("members").update({"handle": "ben"}, where("handle") == "ana")


@pytest.mark.parametrize("change", [_removed_goal, _handle_of_two])
def test_what_does_not_fit_what_another_program_has_changed_is_taken_out(
    board: Path, run: Run, change: Callable[[TinyDB], None]
) -> None:
    assert run("checkin", "G1", "+5", "--as", "ana").returncode == 0
    with TinyDB(board) as db:
        change(db)
    # A commit adopts the change; the records that it leaves without what they refer to are set aside.
    assert run("feedback", "mara", "On it", "--as", "ben").returncode == 0
    assert "is set aside" in run("doctor").stdout
    done = run("doctor", "--fix", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Taken out, because they do not fit: " in done.stdout
    assert run("feedback", "mara", "Thanks", "--as", "ben").returncode == 0
    assert well(board) == []


@pytest.mark.parametrize("number", [10**18, 10**20])
def test_a_document_number_of_too_many_digits_is_set_aside(board: Path, run: Run, number: int) -> None:
    before = FileStore(board).load()
    with TinyDB(board) as db:
        table = db.table("checkins")
        table.insert(Document({"goal": "G1", "value": 5, "by": "ana", "at": "2026-11-22T12:00:00Z"}, number))
    for value in ("+5", "+6"):
        assert run("checkin", "G1", value, "--as", "ana").returncode == 0
    assert f"C{number} is set aside: " in run("doctor").stdout
    assert str(number).encode() in board.read_bytes()
    done = run("doctor", "--fix", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Taken out, because no commit has made them: C{number}" in done.stdout
    assert "Nothing was lost" not in done.stdout
    assert len(FileStore(board).load().checkins_of(RecordId("G1"))) == len(before.checkins_of(RecordId("G1"))) + 2
    assert well(board) == []


def test_a_record_with_the_highest_number_is_kept_by_a_repair(board: Path, run: Run) -> None:
    number = 10**18 - 2
    with TinyDB(board) as db:
        table = db.table("checkins")
        table.insert(Document({"goal": "G1", "value": 5, "by": "ana", "at": "2026-11-22T12:00:00Z"}, number))
    assert run("checkin", "G1", "+6", "--as", "ana").returncode == 0
    good = FileStore(board).load()
    board.write_bytes(board.read_bytes()[:-40])
    assert run("doctor", "--fix", "--as", "mara").returncode == 0
    assert same(FileStore(board).load(), good)
    # There is no number left for another.
    refused = run("checkin", "G1", "+7", "--as", "ana")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "No new record can be added to 'checkins': another program has used 999,999,999,999,999,999" in (
        refused.stderr
    )
