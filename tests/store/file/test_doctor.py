"""A damaged board is repaired; backups are taken, rotated and restored; old formats are migrated."""

from __future__ import annotations

import json
import os
import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from teamboard.actions.base import Actor
from teamboard.domain.board import Board, changed
from teamboard.domain.history.log import history_of
from teamboard.store import codec
from teamboard.store.base import StoreError
from teamboard.store.decoder import decode
from teamboard.store.file import atomic_file, backups
from teamboard.store.file.doctor import examine, repair
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, Maker, Run, small_maker

FORMATS = Path(__file__).parents[2] / "formats"
PLACES = 100


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A board with some history, and a backup of an hour ago."""
    maker = small_maker()
    for day in range(12, 0, -1):
        maker.check_in(f"G{day % 2 + 1}", 10.0 * day, day, by=Actor("mara", "mara", "desk"))
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(maker.file(), MARA)
    backups.take_backup(store.real_path, store.load().revision, NOW - timedelta(hours=1))
    for value in (700, 800, 900):
        store.commit(small_check_in(value), MARA)
    return Path(store.path)


def small_check_in(value: float):  # type: ignore[no-untyped-def]
    from teamboard.actions.check_ins import CheckInGoal

    return CheckInGoal(goal="G1", value=value, note=f"Now {value}")


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
def test_damage_in_a_hundred_places_is_found_and_mended(board: Path) -> None:
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
        assert well(board) == [], (i, at)
        assert Path(done.kept).read_bytes() == damaged


def test_a_file_cut_short_gives_back_what_its_records_and_backups_have(board: Path) -> None:
    whole, good = board.read_bytes(), FileStore(board).load()
    history = whole.index(b'"history"')
    # In the middle of the last entry: the records are whole.
    board.write_bytes(whole[: whole.rindex(b'"Now 900') + 4])
    done = repair(FileStore(board), MARA, NOW)
    assert done is not None
    assert "no record is lost" in done.lost
    assert same(done.board, good)
    assert [entry.verb for _, entry in history_of(done.board)][-2:] == ["check in", "mend the history"]
    assert well(board) == []
    # Before the history: the backup is what there is.
    board.write_bytes(whole[: history - 400])
    done = repair(FileStore(board), MARA, NOW + timedelta(seconds=1))
    assert done is not None
    assert done.board.revision == good.revision - 3
    assert "could not be recovered" in done.lost


def test_without_anything_to_go_by_the_file_stays(board: Path) -> None:
    shutil.rmtree(backups.folder(str(board)))
    board.write_bytes(b"gone")
    with pytest.raises(StoreError, match="can't be repaired"):
        repair(FileStore(board), MARA, NOW)
    assert board.read_bytes() == b"gone"


@pytest.mark.parametrize("how", ["edited", "removed", "reordered", "cut", "record"])
def test_a_hand_in_the_history_is_found_out(board: Path, how: str) -> None:
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
    else:
        data["checkins"]["3"]["value"] = 1e6
    board.write_text(json.dumps(data), encoding="utf-8")
    assert any("history" in found for found in well(board)), well(board)


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


# -- backups


def test_one_is_kept_before_a_change_once_an_hour_and_they_are_rotated(maker: Maker, tmp_path: Path) -> None:
    now = [NOW]
    store = FileStore(tmp_path / "team.board.json", clock=lambda: now[0])
    store.create(maker.file(), MARA)
    os.utime(store.path, (NOW.timestamp(), NOW.timestamp()))
    for hour in range(24 * 40):
        now[0] = NOW + timedelta(hours=hour + 1)
        if hour % 8 == 0:
            store.commit(small_check_in(float(hour)), MARA)
            os.utime(store.path, (now[0].timestamp(), now[0].timestamp()))
    found = backups.list_backups(store.real_path)
    days = {b.at.date() for b in found}
    assert backups.KEEP_NEWEST + backups.KEEP_DAYS - 4 <= len(found) <= backups.KEEP_NEWEST + backups.KEEP_DAYS
    assert len(days) >= backups.KEEP_DAYS
    assert all(decode(Path(b.path).read_bytes()).board.revision == b.revision for b in found)
    # Minutes apart, nothing more is kept.
    count = len(backups.list_backups(store.real_path))
    now[0] += timedelta(minutes=5)
    store.commit(small_check_in(1.0), MARA)
    assert len(backups.list_backups(store.real_path)) <= count + 1


def test_a_backup_is_put_back_with_one_command(board: Path, run: Run) -> None:
    made = run("backup", "--board", str(board))
    assert made.returncode == 0
    revision = FileStore(board).load().revision
    assert run("checkin", "G1", "950", "--as", "mara", "--board", str(board)).returncode == 0
    assert f"revision {revision}" in run("backup", "--list", "--board", str(board)).stdout
    back = run("restore", "--board", str(board))
    assert back.returncode == 0
    # It is a commit: what is restored stands in a revision above both.
    assert FileStore(board).load().revision == revision + 2
    assert f"that is revision {revision + 2} now" in back.stdout
    # What stood there is kept too.
    assert f"revision {revision + 1}" in run("backup", "--list", "--board", str(board)).stdout
    assert run("restore", "nothing.json", "--board", str(board)).returncode == 1


def test_a_backup_that_was_asked_for_is_no_second_name_of_the_board(board: Path, run: Run) -> None:
    good = board.read_bytes()
    assert run("backup", "--board", str(board)).returncode == 0
    with board.open("r+b") as file:
        file.write(b"written into it, past every commit")
    assert Path(backups.list_backups(str(board))[0].path).read_bytes() == good
    before = decode(good).board
    assert run("restore", "--board", str(board)).returncode == 0
    assert not changed(FileStore(board).load(), before)
    assert FileStore(board).load().revision == before.revision + 1


def test_no_backup_shares_its_bytes_with_the_board(board: Path) -> None:
    store = FileStore(board, clock=lambda: NOW + timedelta(hours=3))
    # A plain program opened the file before the commit that takes a backup, and writes into it after.
    with board.open("r+b") as held:
        good = board.read_bytes()
        store.commit(small_check_in(950), MARA)
        held.write(b"written into the file that is gone")
    newest = Path(backups.list_backups(str(board))[0].path)
    assert newest.read_bytes() == good
    assert (newest.stat().st_nlink, board.stat().st_nlink) == (1, 1)


def test_a_backup_of_the_future_neither_stops_others_nor_is_the_newest(board: Path, run: Run) -> None:
    place = Path(backups.folder(str(board)))
    future = place / "2099-01-01T00-00-00Z-r3.json"
    future.write_bytes(board.read_bytes())
    count = len(backups.list_backups(str(board)))
    later = NOW + timedelta(hours=3)
    FileStore(board, clock=lambda: later).commit(small_check_in(950), MARA)
    found = backups.list_backups(str(board), later)
    assert len(found) == count + 1
    assert (found[0].at, Path(found[-1].path)) == (later, future)
    assert any(f"the newest of {later:%Y-%m-%d %H:%M}" in finding.what for finding in examine(FileStore(board), later))
    assert run("backup", "--list", "--board", str(board)).stdout.splitlines()[-1].startswith(future.name)
    # However many a wrong clock takes, those of the right one are not pushed out.
    for day in range(1, 20):
        backups.take_backup(str(board), 20 + day, NOW + timedelta(days=20_000 + day))
    FileStore(board, clock=lambda: later + timedelta(hours=2)).commit(small_check_in(960), MARA)
    named = [backup.revision for backup in backups.list_backups(str(board), later) if backup.at > later]
    assert len(named) <= backups.KEEP_NEWEST + 1
    assert found[0] in backups.list_backups(str(board))


def test_a_backup_of_the_same_second_and_revision_replaces_none(board: Path) -> None:
    first = backups.take_backup(str(board), 9, NOW)
    assert backups.take_backup(str(board), 9, NOW) == first
    other = board.read_bytes().replace(b"Now 900", b"Now 901")
    board.write_bytes(other)
    second = backups.take_backup(str(board), 9, NOW)
    assert Path(second.path).read_bytes() == other != Path(first.path).read_bytes()
    assert [b.revision for b in backups.list_backups(str(board)) if b.revision == 9] == [9, 9]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_backups_are_for_the_same_people_as_the_board(board: Path, mode: int) -> None:
    shutil.rmtree(backups.folder(str(board)))
    board.chmod(mode)
    kept = backups.take_backup(str(board), 1, NOW)
    assert os.stat(kept.path).st_mode & 0o777 == mode
    others = os.stat(backups.folder(str(board))).st_mode & 0o077
    assert bool(others) == bool(mode & 0o077)


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
