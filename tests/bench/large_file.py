"""What a board of five years costs: commits after one's own and after somebody else's, checksums, memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.store import codec
from teamboard.store.file.store import FileStore
from tests.bench.boards import open_goal, write_board
from tests.bench.measure import PYTHON, Terminal, medians_ms, resident_mb
from tests.bench.years import make_years

YEARS, MEMBERS = 5, 50
COMMITS_ELSEWHERE = 200


@cache
def board_of_years(folder: Path) -> Path:
    """The file of a team of 50 that has worked with the board for five years; it is made once."""
    path = folder / "years.json"
    write_board(path, make_years(YEARS, MEMBERS, datetime.now(UTC)))
    return path


def memory_after_commits(path: Path, commits: int, text: str) -> tuple[float, float]:
    """The memory of an open board, in MB, when it has been painted, and after so many commits of another process."""
    store = FileStore(path)
    goal = open_goal(store.load())
    by = Actor(goal.owner, "bench", "bench")
    terminal = Terminal([PYTHON, "-m", "teamboard", "--board", str(path), "--as", "lead"])
    try:
        terminal.wait_for(text)
        terminal.settle(2.0)
        before = resident_mb(terminal.pid)
        for i in range(1, commits + 1):
            store.commit(CheckInGoal(goal=goal.id, value=2e6 + i * 1e4), by)
            terminal.wait_for(f"{200 + i} %")
        terminal.settle(2.0)
        return before, resident_mb(terminal.pid)
    finally:
        terminal.close()


def _no_sum(text: codec.TableText, before: int = 0) -> int:  # noqa: ARG001 - as the one that it replaces
    return 0


@contextmanager
def without_checksums() -> Iterator[None]:
    """Write and expect 0 as the checksum of every table: what a commit takes without computing them."""
    compute = codec.table_sum
    codec.table_sum = _no_sum
    try:
        yield
    finally:
        codec.table_sum = compute


def cold_commits(path: Path, times: int) -> tuple[float, float]:
    """The medians, in ms, of a commit of a store that has not read the file yet: with checksums and without them."""
    plain = path.with_suffix(".plain.json")
    shutil.copy(path, plain)
    goal = open_goal(FileStore(path).load())
    check_in, by = CheckInGoal(goal=goal.id, change=1, note="Signed"), Actor(goal.owner, "bench", "bench")

    def commit_without() -> None:
        with without_checksums():
            FileStore(plain).commit(check_in, by)

    with_sums, without = medians_ms([lambda: FileStore(path).commit(check_in, by), commit_without], times)
    plain.unlink()
    return with_sums, without
