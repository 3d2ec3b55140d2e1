"""What lies beside a board, or stands in its place, and is no file or folder of its own."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.base import BoardUnreadable
from teamboard.store.file import archives, atomic_file, backups
from teamboard.store.file.doctor import examine
from teamboard.store.file.side_folder import side_folder
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, NOW, Maker, Run


@pytest.fixture
def board(maker: Maker, tmp_path: Path) -> FileStore:
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(maker.file(), ANA)
    return store


def test_backups_are_neither_written_nor_deleted_through_a_link(board: FileStore, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    names = [f"2026-01-{day:02}T00-00-00Z-r{day}.json" for day in range(1, 17)]
    for name in names:
        (private / name).write_text("precious")
    os.symlink(private, backups.folder(board.path))
    with pytest.raises(NotADirectoryError):
        backups.take_backup(board.path, 1, NOW)
    assert backups.list_backups(board.path) == []
    assert sorted(os.listdir(private)) == names
    # A commit goes on without; `doctor` says so.
    os.utime(board.path, (0, 0))
    board.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    assert sorted(os.listdir(private)) == names
    assert any("is not a folder, or is a link" in finding.what for finding in examine(board, NOW))


def test_an_archive_is_not_written_through_a_link(board: FileStore, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    (private / "r1-r45.json").write_text("precious")
    os.symlink(private, archives.folder(board.path))
    with pytest.raises(NotADirectoryError), side_folder(archives.folder(board.path), new_like=board.path):
        pass
    assert (private / "r1-r45.json").read_text() == "precious"


def test_a_folder_that_is_swapped_while_it_is_open_stays_the_one_that_was_opened(
    board: FileStore, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    (private / "r1-r2.json").write_text("precious")
    folder = archives.folder(board.path)
    with side_folder(folder, new_like=board.path) as place:
        os.rename(folder, f"{folder}.old")
        os.symlink(private, folder)
        place.write("r1-r2.json", [b"{}"], board.path)
        place.write("r3-r4.json", [b"{}"], board.path)
        place.unlink("r3-r4.json")
    assert (private / "r1-r2.json").read_text() == "precious"
    assert os.listdir(f"{folder}.old") == ["r1-r2.json"]


def fifo(path: Path) -> None:
    os.mkfifo(path)


def zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


def unix_socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(atomic_file.MOST_BYTES + 1)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (fifo, "not a regular file"),
        (zero, "not a regular file"),
        (unix_socket, "not a regular file"),
        (Path.mkdir, "is a directory"),
        (too_large, "larger than 1 GiB"),
    ],
)
def test_what_is_no_file_is_told_and_not_waited_for(make: Callable[[Path], None], why: str, tmp_path: Path) -> None:
    path = tmp_path / "team.board.json"
    make(path)
    with pytest.raises(BoardUnreadable) as refusal:
        FileStore(path).load()
    assert why in str(refusal.value)


@pytest.mark.parametrize("make", [fifo, zero, unix_socket, Path.mkdir, too_large])
def test_no_command_for_the_file_takes_what_is_no_board_for_one(
    board: FileStore, run: Run, make: Callable[[Path], None]
) -> None:
    path = Path(board.path)
    backups.take_backup(board.path, 1, NOW)
    path.unlink()
    make(path)
    commands = [["doctor"], ["doctor", "--fix"], ["backup"], ["restore"], ["archive", "--before", "today"]]
    begun = perf_counter()
    for command in commands:
        told = run("board", *command, "--board", str(path))
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1), command
    assert perf_counter() - begun < 2


@pytest.mark.parametrize("make", [fifo, zero, unix_socket, Path.mkdir])
def test_no_board_is_made_in_the_place_of_what_is_no_file(
    run: Run, make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "team.board.json")
    told = run("init", "--team", "Us", "--name", "Mara")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1)
    assert "team.board.json can't be read: " in told.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["show"], ["checkin", "G1", "+1"], ["log"], ["inbox"], ["board", "merge", "p"]])
def test_a_pipe_in_the_place_of_a_board_holds_up_no_command(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    os.mkfifo(tmp_path / "p")
    answer = run.process(*arguments, "--board", "p")
    assert (answer.returncode, answer.stderr.count("\n")) == (3, 1)
    assert "not a regular file" in answer.stderr
