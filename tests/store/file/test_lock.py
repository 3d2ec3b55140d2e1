"""The lock beside the board, and what is shared with it: exclusive, free at once, and never a way into another file."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.base import BoardBusy, BoardUnwritable
from teamboard.store.file import archives, atomic_file, backups
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, MARA, NOW, Run
from tests.helpers.checker import check, new_board, small_check_in
from tests.store.file.test_archives import AFTER, years
from tests.store.file.test_shared_folders import ELSEWHERE, ONE, TEAM, as_login, as_root, shared

__all__ = ["shared", "years"]

ROUNDS = 40
# What each does while it holds the lock: FileExistsError if another is there, too; a number is lost if one was.
INSIDE = """
import os, sys
path, rounds = sys.argv[1], int(sys.argv[2])
def inside():
    os.close(os.open(path + ".inside", os.O_CREAT | os.O_EXCL))
    with open(path + ".count", "r+") as file:
        number = int(file.read())
        file.seek(0)
        file.write(str(number + 1))
        file.flush()
        os.fsync(file.fileno())
    os.unlink(path + ".inside")
"""
COMMITS = (
    INSIDE
    + """
from teamboard.actions.base import Actor
from teamboard.store.file.store import FileStore
class Inside:
    verb = "check in"
    def __call__(self, *_):
        inside()
        return {}
for _ in range(rounds):
    FileStore(path).commit(Inside(), Actor("mara", "mara", "desk"))
"""
)
LIBRARY = (
    INSIDE
    + """
from filelock import FileLock
for _ in range(rounds):
    with FileLock(path + ".lock", poll_interval=0.003):
        inside()
"""
)
HOLDER = """
import sys
from teamboard.actions.base import Actor
from teamboard.store.file.store import FileStore
with FileStore(sys.argv[1]).locked(Actor("mara", "mara", "desk")):
    print("held", flush=True)
    sys.stdin.read()
"""
LIBRARY_HOLDER = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1] + ".lock"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(code: str, path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until it is killed or its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.slow
def test_our_processes_and_the_filelock_library_exclude_each_other(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    Path(f"{path}.count").write_text("0")
    programs = [COMMITS, COMMITS, COMMITS, LIBRARY]
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path), str(ROUNDS)]) for code in programs]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0, 0]
    assert Path(f"{path}.count").read_text() == str(ROUNDS * len(programs))


@pytest.mark.parametrize("code", [HOLDER, LIBRARY_HOLDER], ids=["teamboard", "filelock"])
def test_a_holder_that_is_killed_frees_the_lock_at_once(tmp_path: Path, code: str) -> None:
    path = new_board(tmp_path)
    impatient = FileStore(path, patience=0)
    holder = holding(code, path)
    with pytest.raises(BoardBusy, match="is held by mara"):
        impatient.commit(small_check_in("too early"), MARA)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    impatient.commit(small_check_in("after"), MARA)
    check(path, ["after"])


def test_the_library_waits_for_us(tmp_path: Path) -> None:
    filelock = pytest.importorskip("filelock")
    path = new_board(tmp_path)
    with FileStore(path).locked(MARA), pytest.raises(filelock.Timeout):
        filelock.FileLock(f"{path}.lock").acquire(blocking=False)
    filelock.FileLock(f"{path}.lock").acquire(blocking=False).lock.release()


def test_a_lock_that_is_replaced_while_somebody_waits_is_the_lock(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    holder = holding(HOLDER, path)
    waiter = threading.Thread(target=FileStore(path, patience=60).commit, args=(small_check_in("waited"), MARA))
    waiter.start()
    new = tmp_path / "new"
    new.touch()
    new.replace(f"{path}.lock")
    waiter.join(60)
    assert not waiter.is_alive()
    holder.communicate()
    check(path, ["waited"])


def link(lock: Path, private: Path) -> None:
    lock.symlink_to(private)


def second_name(lock: Path, private: Path) -> None:
    os.link(private, lock)


def dangling(lock: Path, private: Path) -> None:
    lock.symlink_to(private.with_name("nowhere"))


def fifo(lock: Path, _: Path) -> None:
    os.mkfifo(lock)


def folder(lock: Path, _: Path) -> None:
    lock.mkdir()


@pytest.mark.parametrize("put", [link, second_name, dangling, fifo, folder])
def test_what_is_put_in_the_place_of_the_lock_is_refused_and_stays(
    tmp_path: Path, run: Run, put: Callable[[Path, Path], None]
) -> None:
    path = new_board(tmp_path)
    path.chmod(0o666)
    private = tmp_path / "private"
    private.write_text("for nobody else")
    private.chmod(0o600)
    lock = Path(f"{path}.lock")
    lock.unlink()
    put(lock, private)
    before, kind = path.read_bytes(), stat.S_IFMT(lock.lstat().st_mode)
    told = run("checkin", "G1", "+1", "--as", "mara", "--board", str(path))
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1)
    assert f"{lock} is " in told.stderr
    assert "Remove it, then try again." in told.stderr
    assert path.read_bytes() == before
    assert (private.read_text(), stat.S_IMODE(private.stat().st_mode)) == ("for nobody else", 0o600)
    assert not (tmp_path / "nowhere").exists()
    assert stat.S_IFMT(lock.lstat().st_mode) == kind
    assert any("nobody can commit" in finding.what for finding in examine(FileStore(path), NOW))
    lock.rmdir() if put is folder else lock.unlink()
    assert run("checkin", "G1", "+1", "--as", "mara", "--board", str(path)).returncode == 0


@as_root
def test_a_device_in_the_place_of_the_lock_is_not_opened(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    os.unlink(f"{path}.lock")
    # No driver has this number: opening it would be another error.
    os.mknod(f"{path}.lock", stat.S_IFCHR | 0o600, os.makedev(240, 77))
    with pytest.raises(BoardUnwritable, match="not a regular file"):
        FileStore(path).commit(small_check_in("x"), MARA)


# -- what is written beside the board


def private_file(beside: Path) -> Path:
    private = beside / "private"
    private.write_text("for nobody else")
    private.chmod(0o600)
    return private


def is_untouched(private: Path) -> bool:
    return (private.read_text(), stat.S_IMODE(private.stat().st_mode)) == ("for nobody else", 0o600)


def test_a_backup_never_goes_through_a_link(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    path.chmod(0o666)
    private = private_file(tmp_path)
    kept = Path(backups.take_backup(str(path), 1, NOW).path)
    good = kept.read_bytes()
    kept.unlink()
    kept.symlink_to(private)
    with pytest.raises(FileExistsError):
        backups.take_backup(str(path), 1, NOW)
    assert is_untouched(private)
    kept.unlink()
    Path(atomic_file.temporary(str(kept))).symlink_to(private)
    backups.take_backup(str(path), 1, NOW)
    assert is_untouched(private)
    assert kept.read_bytes() == good
    assert stat.S_IMODE(kept.stat().st_mode) == 0o666


def test_an_archive_never_goes_through_a_link(years: FileStore) -> None:
    os.chmod(years.path, 0o666)
    place = Path(archives.folder(years.path))
    copy = Path(years.path).read_bytes()
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    (archive,) = place.iterdir()
    Path(years.path).write_bytes(copy)
    archive.unlink()
    private = private_file(place.parent)
    archive.symlink_to(private)
    Path(atomic_file.temporary(str(archive))).symlink_to(private)
    FileStore(years.path, clock=lambda: AFTER).archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    assert is_untouched(private)
    assert not archive.is_symlink()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o666


def test_an_archive_that_is_a_link_is_not_read(years: FileStore, run: Run) -> None:
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    (archive,) = Path(archives.folder(years.path)).iterdir()
    elsewhere = Path(years.path).parent / "elsewhere.json"
    shutil.move(archive, elsewhere)
    archive.symlink_to(elsewhere)
    told = run("show", "--as-of", "2025-02-01")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1)
    assert f"put it back at {archive}" in told.stderr


def test_a_folder_of_backups_is_made_for_the_same_people(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    path.chmod(0o640)
    backups.take_backup(str(path), 1, NOW)
    assert stat.S_IMODE(os.stat(backups.folder(str(path))).st_mode) == 0o750


@as_root
def test_a_copy_that_can_not_have_the_group_of_the_board_is_for_no_more_people(shared: Path) -> None:
    os.chown(shared, ONE, ELSEWHERE)
    path = new_board(shared)
    for mode, copied in ((0o664, 0o644), (0o660, 0o600), (0o646, 0o666)):
        os.chown(path, ONE, TEAM)
        path.chmod(mode)
        revision = mode
        told = as_login(ONE, ELSEWHERE, lambda n=revision: backups.take_backup(str(path), n, NOW))  # type: ignore[misc]
        assert told == ""
        kept = next(found for found in backups.list_backups(str(path)) if found.revision == revision)
        found = os.stat(kept.path)
        assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (ONE, copied)


def test_a_commit_is_noted_in_the_lock_and_an_older_longer_note_is_gone(store: FileStore) -> None:
    lock = Path(f"{store.path}.lock")
    lock.write_text("x" * 1000)
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    assert lock.read_text() == f"ana (login ana on desk, process {os.getpid()})"
