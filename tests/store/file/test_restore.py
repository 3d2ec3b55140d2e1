"""A backup is restored by a commit: the board only goes forward, and its history says so."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.history.differences import changed
from teamboard.domain.history.log import history_of
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import RESTORE_VERB
from teamboard.store.base import BoardUnreadable
from teamboard.store.file import backups
from teamboard.store.file.doctor import examine
from teamboard.store.file.restore import restore
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, MARA, NOW, Maker, Run
from tests.store.file.test_archives import AFTER, years

__all__ = ["years"]
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def board(maker: Maker, tmp_path: Path) -> Path:
    """A board of which a backup was taken before its last three commits."""
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(maker.file(), MARA)
    store.commit(CheckInGoal(goal=RecordId("G1"), value=100, note="backed up"), ANA)
    backups.take_backup(store.real_path, store.load().revision, NOW)
    for value in (200, 300):
        store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
    store.commit(GiveFeedback(to="ben", text="After the backup"), MARA)
    return Path(store.path)


def newest(path: Path) -> backups.Backup:
    return backups.list_backups(str(path))[0]


def sound(path: Path) -> list[str]:
    about_clocks = ("time", "date")
    return [f.what for f in examine(FileStore(path), LATER) if not f.ok and not any(w in f.what for w in about_clocks)]


def put_back(path: Path, backup: backups.Backup | None = None) -> Board:
    store = FileStore(path, clock=lambda: LATER)
    return restore(store, backup or newest(path), MARA, LATER).board


def test_it_is_a_commit_above_both_and_no_number_is_used_twice(board: Path) -> None:
    before, backup = FileStore(board).load(), newest(board)
    after = put_back(board)
    assert after.revision == before.revision + 1
    assert after.ids == before.ids
    assert not changed(after, FileStore(backup.path).load())
    entry = history_of(after).get(after.revision)
    assert entry is not None
    assert (entry.verb, entry.by) == (RESTORE_VERB, "mara")
    # The history goes on: looking back shows what was there before.
    assert not changed(as_of(FileStore(board).load(), before.revision), before)
    assert sound(board) == []
    again = FileStore(board, clock=lambda: LATER).commit(CheckInGoal(goal=RecordId("G1"), value=400), ANA)
    assert again.created == ("C4",)


def test_it_is_told_and_can_be_undone(board: Path, run: Run) -> None:
    before = FileStore(board).load()
    assert run("restore", "--as", "mara").returncode == 0
    assert "Mara Lind restored a backup of the board: 3 records changed" in run("log").stdout.splitlines()[0]
    assert run("undo", "--as", "ana").returncode == 1
    assert run("undo", "--as", "mara").returncode == 0
    assert not changed(FileStore(board).load(), before)
    assert sound(board) == []


def test_a_board_that_is_gone_comes_back_above_all_that_is_known_of_it(board: Path) -> None:
    first = newest(board)
    known = FileStore(board).load().revision
    backups.take_backup(str(board), known, NOW + timedelta(hours=1))
    board.unlink()
    after = put_back(board, first)
    assert after.revision == known + 1
    assert not changed(after, FileStore(first.path).load())
    entry = history_of(after).newest()
    assert entry is not None
    assert (entry.verb, entry.by) == (RESTORE_VERB, "mara")
    assert sound(board) == []


@pytest.mark.parametrize("part", [0.0, 0.02, 0.3, 0.9])
def test_a_board_that_can_not_be_read_is_kept_and_the_revision_goes_on(board: Path, part: float) -> None:
    whole, backup = board.read_bytes(), newest(board)
    left = int(len(whole) * part)
    board.write_bytes(whole[:left])
    done = restore(FileStore(board), backup, MARA, LATER)
    assert Path(done.kept).read_bytes() == whole[:left]
    assert done.board.revision > (json.loads(whole)["meta"]["1"]["revision"] if part >= 0.3 else backup.revision)
    assert not changed(done.board, FileStore(backup.path).load())
    assert sound(board) == []


def test_a_revision_of_which_only_a_damaged_file_is_left_is_not_used_again(board: Path) -> None:
    whole, backup = board.read_bytes(), newest(board)
    known = FileStore(board).load().revision
    board.with_name(f"{board.name}.damaged-2026-11-22T10-00-00Z").write_bytes(whole[:-40])
    board.unlink()
    assert put_back(board, backup).revision == known + 1
    assert sound(board) == []


def test_a_name_that_nobody_could_check_is_not_written(board: Path, run: Run) -> None:
    board.unlink()
    assert run("restore", "--as", "nobody").returncode == 0
    assert history_of(FileStore(board).load()).newest().by is None  # type: ignore[union-attr]


def test_a_backup_that_the_board_is_like_is_not_restored(board: Path, run: Run) -> None:
    put_back(board)
    before = board.read_bytes()
    with pytest.raises(Refused, match="already"):
        put_back(board, backups.list_backups(str(board))[-1])
    assert board.read_bytes() == before
    assert run("backup").returncode == 0
    told = run("restore")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)


def test_what_was_restored_is_not_told_as_lost(board: Path, run: Run) -> None:
    assert run("checkin", "G1", "350", "--as", "ana").returncode == 0
    name = Path(backups.list_backups(str(board))[-1].path).name
    assert run("restore", name, "--as", "mara").returncode == 0
    assert run("show", "--as", "ana").stderr == ""


def test_the_backup_of_a_file_that_was_put_back_brings_its_history_too(board: Path) -> None:
    older, now = Path(newest(board).path).read_bytes(), FileStore(board).load()
    later = backups.take_backup(str(board), now.revision, NOW + timedelta(hours=1))
    board.write_bytes(older)
    after = put_back(board, later)
    assert after.revision == now.revision + 1
    assert [e.verb for _, e in history_of(after)][:-1] == [e.verb for _, e in history_of(now)]
    assert sound(board) == []


def test_the_backup_of_another_line_is_restored_above_it(board: Path) -> None:
    older, now = Path(newest(board).path).read_bytes(), FileStore(board).load()
    later = backups.take_backup(str(board), now.revision, NOW + timedelta(hours=1))
    board.write_bytes(older)
    FileStore(board, clock=lambda: LATER).commit(CheckInGoal(goal=RecordId("G2"), value=5), MARA)
    after = put_back(board, later)
    assert after.revision == now.revision + 1
    assert not changed(after, now)
    assert sound(board) == []


def test_a_backup_from_before_an_archive_brings_the_records_back(years: FileStore) -> None:
    path = Path(years.path)
    before = years.load()
    years.archive(ArchivePeriods(before=years_end(before)), MARA)
    store = FileStore(path, clock=lambda: AFTER)
    after = restore(store, newest(path), MARA, AFTER).board
    assert not changed(after, before)
    assert [f.what for f in examine(store, AFTER) if not f.ok] == []
    with pytest.raises(Refused, match="nothing was archived"):
        store.archive(ArchivePeriods(before=years_end(before)), MARA)


def years_end(board: Board):  # type: ignore[no-untyped-def]
    assert board.team is not None
    return board.team.earlier[1].ends + timedelta(days=1)


def test_a_damaged_backup_or_a_newer_file_changes_nothing(board: Path) -> None:
    backup = newest(board)
    whole = board.read_bytes()
    newer = whole.replace(b'"format":4', b'"format":5')
    board.write_bytes(newer)
    with pytest.raises(BoardUnreadable, match="newer teamboard"):
        put_back(board, backup)
    assert board.read_bytes() == newer
    board.write_bytes(whole)
    Path(backup.path).write_bytes(b"{")
    with pytest.raises(BoardUnreadable, match="can't be read"):
        put_back(board, backup)
    assert board.read_bytes() == whole
