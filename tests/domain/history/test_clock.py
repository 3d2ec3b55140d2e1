"""Machines whose clocks are wrong: what a commit's time is, and what looking back makes of it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tinydb import TinyDB

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.history.clock import clock_warning, commit_time, times_in_order
from teamboard.domain.history.log import history_of
from teamboard.domain.history.time_travel import board_on, revision_on
from teamboard.domain.ids import RecordId
from teamboard.store.codec import assemble
from teamboard.store.file.merge import merge
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, MARA, NOW, TODAY, Maker, Run

LONG_AGO, FAR_AWAY = datetime(2001, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)


@pytest.fixture
def path(maker: Maker, tmp_path: Path) -> str:
    """A board with a commit on each of the past ten days."""
    path = str(tmp_path / "team.board.json")
    begun = [(number, replace(entry, at=NOW - timedelta(days=11))) for number, entry in maker.history]
    FileStore(path).create(assemble(maker.board, begun), ANA)
    for days in range(10, -1, -1):
        commit(path, NOW - timedelta(days=days), 10 - days)
    return path


def commit(path: str, at: datetime, value: float = 11.0) -> FileStore:
    store = FileStore(path, clock=lambda: at)
    store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
    return store


def test_a_commit_is_never_before_the_newest_one(path: str) -> None:
    board = FileStore(path).load()
    for seconds, expected in ((-3600, 0), (60, 60)):
        assert commit_time(board, NOW + timedelta(seconds=seconds)) == NOW + timedelta(seconds=expected)
    behind = commit(path, NOW - timedelta(hours=3)).load()
    newest = history_of(behind).newest()
    assert newest is not None
    assert (newest.at, newest.clock) == (NOW, NOW - timedelta(hours=3))


@pytest.mark.parametrize("wrong", [LONG_AGO, FAR_AWAY], ids=["2001", "9999"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_wrong_clock_breaks_no_looking_back(path: str, wrong: datetime, times: int) -> None:
    expected = {days: revision_on(FileStore(path).load(), TODAY - timedelta(days=days)) for days in range(1, 12)}
    for _ in range(times):
        commit(path, wrong)
    for minute in range(4):
        commit(path, NOW + timedelta(minutes=minute))
    board = FileStore(path).load()
    assert {days: revision_on(board, TODAY - timedelta(days=days)) for days in range(1, 12)} == expected
    then = board_on(board, TODAY - timedelta(days=3))
    assert then is not None
    last = then.last_checkin(RecordId("G1"))
    assert last is not None
    assert last.value == 7.0


@given(st.lists(st.integers(0, 30), max_size=40))
def test_the_times_in_order_are_a_longest_run(days: list[int]) -> None:
    times = [(number, NOW + timedelta(days=day)) for number, day in enumerate(days)]
    found = times_in_order(times)
    assert found == sorted(found) == [pair for pair in times if pair in found]
    longest = [0] * len(days)
    for place, day in enumerate(days):
        longest[place] = 1 + max((longest[i] for i in range(place) if days[i] <= day), default=0)
    assert len(found) == max(longest, default=0)
    assert all(one[1] <= other[1] for one, other in pairwise(found))


def test_who_commits_is_told_that_one_of_the_clocks_is_wrong(path: str) -> None:
    board = FileStore(path).load()
    assert clock_warning(board, NOW - timedelta(hours=3)) == ""
    assert clock_warning(board, NOW + timedelta(days=400)) == ""
    assert "one of the two clocks is wrong" in clock_warning(board, NOW - timedelta(days=2))


def test_one_commit_of_the_year_9999_ends_no_command(path: str, run: Run) -> None:
    commit(path, FAR_AWAY)
    for arguments in (
        ["show"], ["log"], ["due"], ["inbox", "--team"], ["pulse"], ["period", "report"],
        ["show", "--as-of", "today-3"], ["board", "doctor"], ["checkin", "G1", "+1", "--as", "ana"],
    ):  # fmt: skip
        answer = run(*arguments, "--board", path)
        assert "Internal error" not in answer.stderr, arguments
        assert answer.returncode in (0, 1), (arguments, answer.stderr)


@pytest.mark.parametrize("pieces", [1, 3, 200])
def test_the_newest_commit_is_the_last_one_however_the_text_is_cut(maker: Maker, tmp_path: Path, pieces: int) -> None:
    path = tmp_path / "team.board.json"
    store = FileStore(path, clock=lambda: NOW)
    store.create(maker.file(), ANA)
    for value in range(pieces):
        board = store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA).board
        newest = history_of(board).newest()
        assert newest == history_of(board).get(board.revision)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=1), encoding="utf-8")
    assert history_of(FileStore(path).load()).newest() == newest
    assert history_of(board).up_to(1).newest() == history_of(board).get(1)


def test_an_hour_behind_what_other_programs_changed_and_a_merge_are_after_the_newest_commit(path: str) -> None:
    """Entries that the board writes itself keep to the order, too, and the machine's own time stands beside them."""
    copy = f"{path}.copy"
    shutil.copy(path, copy)
    commit(copy, NOW, 55)
    with TinyDB(path) as plain:
        plain.table("goals").update({"title": "ARR of Iberia"}, doc_ids=[1])
    behind = NOW - timedelta(hours=1)
    merge(FileStore(path, clock=lambda: behind), copy, {}, MARA, behind)
    history = history_of(FileStore(path).load())
    entries = [entry for _, entry in history.newest_first()][:3]
    assert [(entry.at, entry.clock) for entry in entries] == [(NOW, behind), (NOW, None), (NOW, None)]
