"""What the README promises of the file, held against many writers, crashes, and disks that fail."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from teamboard.store.factory import open_store
from teamboard.store.file import atomic_file
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, Run, small_maker
from tests.helpers.checker import READER, WATCHER, WRITER, check, killed, new_board, process, small_check_in
from tests.helpers.postgres import Server
from tests.helpers.terminal import Terminal

pytestmark = pytest.mark.slow

FAULTY = """
import errno, os, sys
call, nth, what = sys.argv[1], int(sys.argv[2]), sys.argv[3]
del sys.argv[1:4]
real, count = getattr(os, call), 0
def faulty(*arguments, **options):
    global count
    ours = call in ("fsync", "fchmod", "write") or any(str(a).endswith(".board.json.tmp") for a in arguments[:1])
    if not ours:
        return real(*arguments, **options)
    count += 1
    if count != nth:
        return real(*arguments, **options)
    if what == "crash":
        os._exit(9)
    raise OSError(getattr(errno, what), os.strerror(getattr(errno, what)))
setattr(os, call, faulty)
from teamboard.__main__ import run
run()
"""
ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EROFS")
CALLS = (("open", 1), ("fchmod", 1), ("fsync", 1), ("replace", 1), ("fsync", 2))


@pytest.fixture(params=["file", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a small board is."""
    if request.param == "file":
        return str(new_board(tmp_path))
    server: Server = request.getfixturevalue("server")
    url = server.url(server.database())
    open_store(url).create(small_maker().file(), MARA)
    return url


@pytest.fixture
def ends() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that do not outlive the test."""
    found: list[subprocess.Popen[str]] = []
    yield found
    for one in found:
        one.kill()
        one.wait()


@pytest.mark.parametrize(("writers", "commits"), [(2, 40), (8, 12), (32, 3)])
def test_every_acknowledged_commit_is_there_once_and_in_one_order(
    place: str, ends: list[subprocess.Popen[str]], writers: int, commits: int
) -> None:
    reader = process(READER, place)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"
    seen: list[str] = []
    reading = threading.Thread(target=lambda: seen.extend(reader.stdout or ()))
    reading.start()
    watchers = [process(WATCHER, place, str(open_store(place).load().revision + writers * commits)) for _ in "ab"]
    running = [process(WRITER, place, f"w{i}", str(commits)) for i in range(writers)]
    ends.extend((reader, *watchers, *running))
    acknowledged = [line for one in running for line in one.communicate(timeout=60)[0].split()]
    reader.kill()
    reading.join()
    reader.wait()
    assert len(acknowledged) == writers * commits
    # A watcher ends once it has seen the last commit: none is behind for good, and each saw only what was.
    for watcher in watchers:
        first, *shown = watcher.communicate(timeout=60)[0].splitlines(keepends=True)
        assert (first, watcher.returncode) == ("reading\n", 0)
        check(place, [], shown)
    whole = [line for line in seen if line.endswith("\n")]
    assert whole
    check(place, acknowledged, whole)


def test_the_command_line_and_the_app_write_one_history(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    path = new_board(tmp_path)
    terminal = Terminal(tmp_path, "--as", "mara", columns=100, lines=30)
    terminals.append(terminal)
    terminal.wait_for("● live")
    names = [f"line-{i}" for i in range(8)]
    lines = [
        subprocess.Popen(
            [sys.executable, "-m", "teamboard", "checkin", "G1", "+1", "-m", name, "--as", "mara"],
            cwd=tmp_path, stdout=subprocess.DEVNULL,
        )
        for name in names
    ]  # fmt: skip
    terminal.type("jjj")
    terminal.type("u")
    terminal.wait_for("the new value")
    terminal.type("+1\t\tapp-1\x13")

    def saved() -> bool:
        # A line of the others may have come between the form and its saving: then it asks, and one saves again.
        if any("Save again" in line for line in terminal.screen.display):
            terminal.type("\x13")
        return b"app-1" in path.read_bytes()

    terminal.wait_until(saved)
    assert [line.wait(60) for line in lines] == [0] * len(lines)
    check(path, [*names, "app-1"])
    assert run("doctor").returncode in (0, 1)


def test_a_writer_that_is_killed_at_any_moment_loses_nothing_it_had_said(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    acknowledged = killed(path, 25, 7)
    FileStore(path).commit(small_check_in("after"), MARA)
    check(path, [*acknowledged, "after"])
    assert sorted(os.listdir(tmp_path)) == ["team.board.json", "team.board.json.backups", "team.board.json.lock"]


def commit_with(tmp_path: Path, *fault: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FAULTY, *fault, "checkin", "G1", "+1", "-m", "the-text", "--as", "mara"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("error", [*ERRORS, "crash"])
@pytest.mark.parametrize(("call", "nth"), CALLS)
def test_a_fault_at_each_step_leaves_the_old_board_or_the_new(tmp_path: Path, call: str, nth: int, error: str) -> None:
    path = new_board(tmp_path)
    before = path.read_bytes()
    found = commit_with(tmp_path, call, str(nth), error)
    renamed = (call, nth) == ("fsync", 2)
    if error == "crash":
        assert found.returncode == 9
    else:
        assert (found.returncode, found.stdout, found.stderr.count("\n")) == (3, "", 1)
        assert os.strerror(getattr(errno, error)).lower() in found.stderr
        assert ("check the board" in found.stderr) == renamed
        assert not Path(atomic_file.temporary(str(path))).exists()
    assert (path.read_bytes() == before) != renamed
    check(path, ["the-text"] if renamed else [])
    # Nobody is blocked, and what a crash has left is removed by the next commit.
    FileStore(path).commit(small_check_in("after"), MARA)
    check(path, ["after"])
    assert sorted(os.listdir(tmp_path)) == ["team.board.json", "team.board.json.lock"]


def test_a_file_that_may_not_grow_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    path = new_board(tmp_path)
    before = path.read_bytes()
    limit = len(before) // 2
    found = subprocess.run(
        [sys.executable, "-B", "-m", "teamboard", "checkin", "G1", "+1", "--as", "mara"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert (found.returncode, found.stderr.count("\n")) == (3, 1)
    assert path.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["team.board.json", "team.board.json.lock"]


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    store = FileStore(path)
    store.commit(small_check_in("one-1"), MARA)
    check(path, ["one-1"])
    for acknowledged, seen in ((["one-2"], []), (["one-1"], ["3 abc 0"]), (["one-1", "one-1"], ["8 x 9"])):
        with pytest.raises((AssertionError, KeyError)):
            check(path, acknowledged, seen)
    path.write_bytes(path.read_bytes().replace(b"one-1", b"one-9", 1))
    with pytest.raises(AssertionError):
        check(path, [])
