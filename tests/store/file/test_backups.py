"""Backups of a board are taken, rotated and listed, and share nothing with the board."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from teamboard.domain.history.differences import changed
from teamboard.store.decoder import decode
from teamboard.store.file import backups
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, Maker, Run
from tests.store.file.test_doctor import new_board, small_check_in


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return new_board(tmp_path)


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


def test_a_new_board_has_a_backup_from_its_tenth_commit_on_and_not_one_with_each(run: Run) -> None:
    assert run("init", "--team", "Us", "--name", "Mara").returncode == 0
    revision = FileStore(run.folder / "team.board.json").load().revision
    for number in range(revision, 15):
        listed = run("backup", "--list").stdout
        assert listed.count("\n") == (number > backups.FIRST_REVISION)
        assert run("goal", "add", f"Goal {number}", "--target", "5", "--unit", "calls").returncode == 0
    assert "revision 10\n" in run("backup", "--list").stdout
    # Without a backup, the next commit takes one.
    shutil.rmtree(run.folder / "team.board.json.backups")
    assert run("checkin", "G1", "1").returncode == 0
    assert "revision 15\n" in run("backup", "--list").stdout


def test_a_file_in_the_way_of_the_backups_is_told_once_and_stops_no_commit(board: Path, run: Run) -> None:
    shutil.rmtree(backups.folder(str(board)))
    Path(backups.folder(str(board))).write_text("mine")
    # Only who commits is told.
    assert run("show", "--board", str(board)).stderr == ""
    told = run("checkin", "G1", "950", "--as", "mara", "--board", str(board))
    assert (told.returncode, told.stderr) == (
        0,
        f"teamboard: No backups are taken: {board.name}.backups is a link or not a folder. Move it away.\n",
    )
    again = run("checkin", "G1", "960", "--as", "mara", "--board", str(board))
    assert (again.returncode, again.stderr) == (0, "")
    assert FileStore(board).notices() == [told.stderr.strip().removeprefix("teamboard: ")]
    assert Path(backups.folder(str(board))).read_text() == "mine"
