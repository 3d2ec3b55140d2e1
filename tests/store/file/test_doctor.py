"""A damaged board is repaired; old formats are migrated."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from teamboard.actions.base import Actor
from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.board import Board
from teamboard.domain.history.differences import changed
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.store import codec
from teamboard.store.base import StoreError
from teamboard.store.file import atomic_file, backups
from teamboard.store.file.doctor import examine, repair
from teamboard.store.file.restore import restore
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, Run, small_maker

FORMATS = Path(__file__).parents[2] / "formats"
PLACES = 100


def new_board(tmp_path: Path) -> Path:
    """A board with some history, and a backup of an hour ago."""
    maker = small_maker()
    for day in range(12, 0, -1):
        maker.check_in(RecordId(f"G{day % 2 + 1}"), 10.0 * day, day, by=Actor("mara", "mara", "desk"))
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(maker.file(), MARA)
    backups.take_backup(store.real_path, store.load().revision, NOW - timedelta(hours=1))
    for value in (700, 800, 900):
        store.commit(small_check_in(value), MARA)
    return Path(store.path)


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return new_board(tmp_path)


def nothing_more(path: Path) -> None:
    """The board as it is."""


def restored(path: Path) -> None:
    """A backup, five commits with a backup in between, that backup restored, three other commits."""
    first = _line_with_backups(path)
    restore(FileStore(path, clock=lambda: NOW), first, MARA, NOW)
    _three_other_commits(path)


def put_back(path: Path) -> None:
    """The same, but the backup is copied over the board by hand: the five commits are of another line."""
    first = _line_with_backups(path)
    shutil.copy(first.path, path)
    _three_other_commits(path)


def _line_with_backups(path: Path) -> backups.Backup:
    store = FileStore(path, clock=lambda: NOW)
    first = backups.take_backup(str(path), store.load().revision, NOW - timedelta(minutes=9))
    for word in range(5):
        revision = store.commit(GiveFeedback(to="ben", text=f"Given up {word}"), MARA).board.revision
        backups.take_backup(str(path), revision, NOW - timedelta(minutes=8 - word))
    return first


def _three_other_commits(path: Path) -> None:
    for word in range(3):
        FileStore(path, clock=lambda: NOW).commit(GiveFeedback(to="ben", text=f"It holds {word}"), MARA)


BEFORE = pytest.mark.parametrize("before", [nothing_more, restored, put_back])
"""What was done with the board before it was damaged."""


def small_check_in(value: float):  # type: ignore[no-untyped-def]
    from teamboard.actions.check_ins import CheckInGoal

    return CheckInGoal(goal=RecordId("G1"), value=value, note=f"Now {value}")


def well(path: Path) -> list[str]:
    """What the doctor finds wrong, and can mend; the times in these boards do not go on as clocks do."""
    return [found.what for found in examine(FileStore(path), NOW) if not found.ok and found.fixable]


def same(one: Board, other: Board) -> bool:
    return not changed(one, other) and one.revision == other.revision and one.ids == other.ids


def test_a_board_that_is_well_is_left_alone(board: Path) -> None:
    before = board.read_bytes()
    assert well(board) == []
    assert repair(FileStore(board), MARA, NOW) is None
    assert board.read_bytes() == before


@pytest.mark.slow
@BEFORE
def test_damage_in_a_hundred_places_is_found_and_mended(board: Path, before: Callable[[Path], None]) -> None:
    before(board)
    whole = board.read_bytes()
    good = FileStore(board).load()
    chance = random.Random(20261122)
    for i in range(PLACES):
        at, width = chance.randrange(len(whole)), chance.choice([1, 3, 40])
        noise = bytes(chance.randrange(256) for _ in range(width))
        # In turn: something else stands there, something is missing, something is there twice, a page of zeros.
        damaged = (
            whole[:at] + noise + whole[at + width :],
            whole[:at] + whole[at + width :],
            whole[: at + width] + whole[at:],
            whole[:at] + bytes(width) + whole[at + width :],
        )[i % 4]
        board.write_bytes(damaged)
        try:
            decoded = FileStore(board).load()
            untouched = same(decoded, good) and well(board) == []
        except StoreError:
            untouched = False
        if untouched:
            # White space: nothing that is said has changed.
            continue
        assert well(board), (i, at)
        done = repair(FileStore(board, clock=lambda: NOW), MARA, NOW + timedelta(seconds=i))
        assert done is not None
        assert same(FileStore(board).load(), good), (i, at, done.lost)
        entries = history_of(FileStore(board).load())
        assert len(list(entries)) == good.revision
        if not done.lost:
            assert [e.at for _, e in entries] == [e.at for _, e in history_of(good)], (i, at)
        assert well(board) == [], (i, at)
        assert Path(done.kept).read_bytes() == damaged


@BEFORE
def test_a_file_cut_short_gives_back_what_its_records_and_backups_have(
    board: Path, before: Callable[[Path], None]
) -> None:
    before(board)
    whole, good = board.read_bytes(), FileStore(board).load()
    history = whole.index(b'"history"')
    newest = history_of(good).get(good.revision - 1)
    assert newest is not None
    # In the middle of the last entry: the records are whole.
    board.write_bytes(whole[: whole.rindex(b'{"') + 40])
    done = repair(FileStore(board), MARA, NOW)
    assert done is not None
    assert "no record is lost" in done.lost
    assert same(done.board, good)
    assert [entry.verb for _, entry in history_of(done.board)][-2:] == [newest.verb, "mend the history"]
    assert well(board) == []
    # Before the history: the records are what there is, and a backup for what went before them.
    # What a lost restore has taken away comes back from a backup before it.
    for cut, most in ((history, 0), (history - 400, 8 if before is restored else 4)):
        board.write_bytes(whole[:cut])
        done = repair(FileStore(board), MARA, NOW)
        assert done is not None
        assert done.board.revision == good.revision
        assert len(changed(done.board, good)) <= most
        assert "could not be recovered" in done.lost or not most
        assert well(board) == []


@pytest.mark.parametrize("indent", [None, 4])
def test_a_file_that_a_plain_program_wrote_is_mended(board: Path, indent: int | None) -> None:
    good = FileStore(board).load()
    with TinyDB(board, indent=indent) as plain:
        plain.table("goals").update({"title": "Renamed by a script"}, doc_ids=[1])
        plain.table("checkins").update({"value": "a lot"}, doc_ids=[3])
        plain.table("checkins").insert({"goal": "G99", "value": 1})
        plain.table("scripts").insert({"mine": True})
    assert well(board)
    done = repair(FileStore(board), MARA, NOW)
    assert done is not None
    assert done.lost == ""
    assert [n.replace('": ', '":').replace(', "', ',"') for n in done.notes if "Taken out" in n] == [
        f"Taken out, because they do not fit: C{good.ids['checkins'] + 1} "
        '{"goal":"G99","value":1}; the damaged file still has them whole'
    ]
    found = FileStore(board).load()
    assert well(board) == []
    renamed, third = found.goal(RecordId("G1")), RecordId("C3")
    assert renamed is not None
    assert (renamed.title, found.get(third)) == ("Renamed by a script", good.get(third))
    assert found.revision == good.revision + 1
    with TinyDB(board, access_mode="r") as plain:
        assert plain.table("scripts").all() == [{"mine": True}]


def test_a_record_that_no_commit_made_is_taken_out_by_name(board: Path, run: Run) -> None:
    good = FileStore(board).load()
    with TinyDB(board) as plain:
        plain.table("checkins").update({"value": "a lot"}, doc_ids=[3])
        plain.table("checkins").insert({"goal": "G99", "value": 1})
        plain.table("checkins").insert({"what": "is this"})
    # A commit goes on with the three set aside, and writes the file in its own form.
    store = FileStore(board, clock=lambda: NOW)
    after = store.commit(small_check_in(5), MARA).board
    assert dict(after.set_aside) == dict(FileStore(board).load().set_aside)
    last = good.ids["checkins"]
    lines = board.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "is this" in text)
    assert f"▲ C{last + 2} is set aside: checkins {last + 2} (line {line}): " in run("doctor").stdout
    done = run("doctor", "--fix", "--board", str(board))
    assert done.returncode == 0
    assert (
        f'Taken out, because no commit has made them: C{last + 1} {{"goal":"G99","value":1}}, '
        f'C{last + 2} {{"what":"is this"}}; the damaged file still has them whole.'
    ) in done.stdout.replace('": ', '":').replace(', "', ',"')
    kept = Path(next(board.parent.glob("*.damaged-*"))).read_text(encoding="utf-8")
    assert "is this" in kept
    assert "Nothing was lost" not in done.stdout
    found = FileStore(board).load()
    assert (found.get(RecordId("C3")), dict(found.set_aside), well(board)) == (good.get(RecordId("C3")), {}, [])
    assert found.ids["checkins"] == last + 3


@pytest.mark.parametrize("indent", [None, 4])
def test_damage_to_a_file_that_a_plain_program_wrote_is_mended(board: Path, indent: int | None) -> None:
    good = FileStore(board).load()
    with TinyDB(board, indent=indent) as plain:
        plain.table("scripts").insert({"mine": True})
    whole = board.read_bytes()
    chance = random.Random(7)
    for i in range(40):
        at = chance.randrange(len(whole))
        board.write_bytes(whole[:at] + bytes(3) + whole[at + 3 :])
        if well(board):
            done = repair(FileStore(board), MARA, NOW)
            assert done is not None
        assert same(FileStore(board).load(), good), (i, at)
        assert well(board) == []


def test_what_another_program_keeps_in_the_file_stays(board: Path) -> None:
    with TinyDB(board) as plain:
        plain.table("scripts").insert({"mine": True})
    FileStore(board, clock=lambda: NOW).commit(small_check_in(5), MARA)
    board.write_bytes(board.read_bytes().replace(b'"Now 800"', b'"Now 8\xff00"'))
    assert repair(FileStore(board), MARA, NOW) is not None
    with TinyDB(board, access_mode="r") as plain:
        assert plain.table("scripts").all() == [{"mine": True}]


def test_a_revision_of_many_digits_holds_nobody_up(board: Path, run: Run) -> None:
    good = FileStore(board).load()
    for digits in (9, 18, 20):
        data = json.loads(board.read_text())
        data["meta"]["1"]["revision"] = int("9" * digits)
        board.write_text(json.dumps(data))
        assert run("doctor", "--board", str(board)).returncode in (1, 3)
        assert run("doctor", "--fix", "--board", str(board)).returncode == 0
        assert not changed(FileStore(board).load(), good)
        assert well(board) == []


def test_without_anything_to_go_by_the_file_stays(board: Path) -> None:
    shutil.rmtree(backups.folder(str(board)))
    board.write_bytes(b"gone")
    with pytest.raises(StoreError, match="can't be repaired"):
        repair(FileStore(board), MARA, NOW)
    assert board.read_bytes() == b"gone"


def test_what_lies_beside_the_board_is_repaired_without_changing_it(board: Path, run: Run) -> None:
    before = board.read_bytes()
    leftover = Path(atomic_file.temporary(str(board)))
    leftover.write_text("half")
    Path(f"{board}.lock").chmod(0o400)
    done = run("doctor", "--fix", "--board", str(board))
    assert "Repaired; the board itself was sound" in done.stdout
    assert not leftover.exists()
    assert board.read_bytes() == before
    assert [f for f in board.parent.iterdir() if "damaged" in f.name] == []


@BEFORE
@pytest.mark.parametrize("how", ["edited", "removed", "reordered", "cut", "record", "C", "Q5", "C05", "C1 "])
def test_a_hand_in_the_history_is_found_out(board: Path, how: str, before: Callable[[Path], None]) -> None:
    before(board)
    good = FileStore(board).load()
    data = json.loads(board.read_text(encoding="utf-8"))
    history, last = data["history"], str(data["meta"]["1"]["revision"])
    if how == "edited":
        history["9"]["by"] = "ben"
    elif how == "removed":
        del history["9"]
    elif how == "reordered":
        history["9"], history["10"] = history["10"], history["9"]
    elif how == "cut":
        del history[last]
        data["meta"]["1"]["revision"] -= 1
    elif how != "record":
        # What is no id of a record.
        history["9"]["changes"][how] = history["9"]["changes"].popitem()[1]
    else:
        data["checkins"]["3"]["value"] = 1e6
    board.write_text(json.dumps(data), encoding="utf-8")
    assert any("history" in found for found in well(board)), well(board)
    if how != "cut":
        done = repair(FileStore(board), MARA, NOW)
        assert done is not None
        # Records that a program has changed are adopted, those of a damaged file set back.
        assert len(changed(done.board, good)) == (1 if how == "record" else 0)
        assert well(board) == []


def test_the_doctor_from_the_command_line(board: Path, run: Run) -> None:
    fine = run("doctor", "--board", str(board))
    assert "repairs it" not in fine.stdout
    assert "✓ the records match the history" in fine.stdout
    board.write_bytes(board.read_bytes().replace(b'"Now 800"', b'"Now 8\xff00"'))
    bad = run("doctor", "--board", str(board))
    assert bad.returncode == 1
    assert "▲ C14 is set aside" in bad.stdout
    done = run("doctor", "--fix", "--board", str(board))
    assert done.returncode == 0
    assert "Repaired: revision" in done.stdout
    assert "✓ the records match the history" in run("doctor", "--board", str(board)).stdout
    assert run("doctor", "--board", "none.json").returncode == 3


# -- formats


@pytest.mark.parametrize("path", sorted(FORMATS.glob("*.json")), ids=lambda p: p.stem)
def test_every_format_is_read_and_brought_up_to_date(path: Path, tmp_path: Path, run: Run) -> None:
    mine = tmp_path / "team.board.json"
    shutil.copy(path, mine)
    before = FileStore(mine).load()
    assert mine.read_bytes() == path.read_bytes()
    assert run("log", "--board", str(mine)).returncode == 0
    assert run("checkin", "G1", "720k", "--as", "ana", "--board", str(mine)).returncode == 0
    after = FileStore(mine).load()
    assert json.loads(mine.read_text(encoding="utf-8"))["meta"]["1"]["format"] == codec.FORMAT
    assert after.revision == before.revision + 1
    told = [(entry.by, entry.at, entry.verb, entry.changes) for _, entry in history_of(before)]
    assert [(e.by, e.at, e.verb, e.changes) for _, e in history_of(after)][:-1] == told
    assert well(mine) == []
    if json.loads(path.read_text(encoding="utf-8"))["meta"]["1"]["format"] < codec.FORMAT:
        (kept,) = backups.list_backups(str(mine))
        assert Path(kept.path).read_bytes() == path.read_bytes()
    with TinyDB(mine, access_mode="r") as plain:
        assert len(plain.table("history")) == after.revision


def test_there_is_a_file_of_every_format() -> None:
    found = {json.loads(p.read_text(encoding="utf-8"))["meta"]["1"]["format"] for p in FORMATS.glob("*.json")}
    assert found == set(range(1, codec.FORMAT + 1))


def test_a_newer_format_is_not_written_and_says_what_to_get(board: Path, run: Run) -> None:
    data = json.loads(board.read_text(encoding="utf-8"))
    data["meta"]["1"]["format"] = codec.FORMAT + 1
    board.write_text(json.dumps(data), encoding="utf-8")
    before = board.read_bytes()
    for arguments in (["show"], ["checkin", "G1", "1", "--as", "mara"], ["doctor", "--fix"]):
        found = run(*arguments, "--board", str(board))
        if arguments[0] != "doctor":
            assert (found.returncode, found.stderr.count("\n")) == (3, 1)
            assert "pip install -U teamboard" in found.stderr
        assert board.read_bytes() == before, arguments


def test_an_old_format_that_can_not_be_backed_up_is_not_written(tmp_path: Path) -> None:
    mine = tmp_path / "team.board.json"
    shutil.copy(FORMATS / "1.json", mine)
    (tmp_path / "team.board.json.backups").write_text("in the way")
    before = mine.read_bytes()
    with pytest.raises(StoreError, match="can't be backed up"):
        FileStore(mine).commit(small_check_in(1.0), MARA_OF_ONE)
    assert mine.read_bytes() == before
    assert not os.path.exists(atomic_file.temporary(str(mine)))


MARA_OF_ONE = Actor("mlind", "mlind", "desk")
