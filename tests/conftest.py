"""What the tests share: a fixed moment, small boards made through real actions, and the command line."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Metric, Period
from teamboard.importers.team import read_team
from teamboard.resources import resource_folder
from teamboard.store.codec import BoardFile, assemble
from teamboard.store.file.store import FileStore
from tests.helpers.command_line import CommandLine
from tests.helpers.idle import wait_for_idle, watched_threads
from tests.helpers.postgres import Server, running
from tests.helpers.terminal import Terminal

# Without bytecode every process of the tests would compile teamboard anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A signal that is ignored here, as under nohup or in the background of a script, would be ignored by every process.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

settings.register_profile("tests", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("tests")

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
MARA = Actor("mara", "mara", "desk")
SETTING_UP = Actor("mara", "mara", "desk", set_up=True)
ANA = Actor("ana", "ana", "desk")
BEN = Actor("ben", "ben", "desk")
SLOW_FIXTURES = {"server", "terminals", "snap_compare"}
STRANGER = Actor(None, "stranger", "desk")


class Maker:
    """A board that grows by actions, each at its own moment."""

    def __init__(self) -> None:
        self.board = Board({})
        self.history: list[tuple[int, HistoryEntry]] = []

    def do(self, action: Action, by: Actor = MARA, at: datetime = NOW) -> Board:
        self.board, entry, _ = perform(self.board, action, by, at)
        self.history.append((self.board.revision, entry))
        return self.board

    def check_in(self, goal: RecordId, value: float, days_ago: int = 0, by: Actor = ANA) -> Board:
        return self.do(CheckInGoal(goal=goal, value=value), by, NOW - timedelta(days=days_ago))

    def goal(self, goal_id: RecordId) -> Goal:
        found = self.board.goal(goal_id)
        assert isinstance(found, Goal)
        return found

    def file(self) -> BoardFile:
        return assemble(self.board, self.history)


def small_maker() -> Maker:
    """Mara and her reps Ana and Ben; T1 sums up ARR; G1 is Ana's ARR, G2 Ben's."""
    maker = Maker()
    period = Period(name="Q4 2026", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    maker.do(SetUpTeam(name="Northwind", timezone="Europe/Madrid", period=period))
    maker.do(AddMember(handle="mara", name="Mara Lind", logins=("mara",)))
    maker.do(AddMember(handle="ana", name="Ana Ruiz", manager="mara", title="AE Iberia", logins=("ana",)))
    maker.do(AddMember(handle="ben", name="Ben Okafor", manager="mara", title="AE Nordics"))
    maker.do(AddTeamGoal(title="New ARR", measure=Metric(unit="€", start=0, target=2000), rolls_up="sum"), SETTING_UP)
    for owner in ("ana", "ben"):
        measure = Metric(unit="€", start=0, target=1000)
        goal = AddGoal(owner=owner, title=f"ARR {owner}", measure=measure, aligned={RecordId("T1"): 1.0})
        maker.do(goal, SETTING_UP)
    return maker


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts a server or a terminal, or draws a picture, is slow."""
    for item in items:
        if isinstance(item, pytest.Function) and SLOW_FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What was made while collecting stays: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL for the tests of one process."""
    with tempfile.TemporaryDirectory(prefix="teamboard-pg-") as folder:
        yield from running(Path(folder))


@pytest.fixture
def maker() -> Maker:
    return small_maker()


@pytest.fixture
def store(maker: Maker, tmp_path: Path) -> FileStore:
    """The small board in a file."""
    found = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    found.create(maker.file(), MARA)
    return found


def sample_file() -> BoardFile:
    """The sample team as it looks at NOW."""
    return read_team(resource_folder("sample_team"), NOW, Actor(None, "demo", "desk"))


@pytest.fixture(scope="session")
def sample() -> BoardFile:
    """See `sample_file`."""
    return sample_file()


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    for name in ("TEAMBOARD_BOARD", "TEAMBOARD_MEMBER", "NO_COLOR", "COLUMNS", "TZ"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="session")
def _idle() -> Iterator[None]:
    """A Pilot waits no longer than it must, and no shorter on a busy machine."""
    with (
        watched_threads(),
        patch("textual.pilot.wait_for_idle", wait_for_idle),
        patch("textual.app.wait_for_idle", wait_for_idle),
    ):
        yield


Run = CommandLine


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`teamboard` in an empty folder."""
    return CommandLine(tmp_path)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals that are put an end to when the test is over."""
    found: list[Terminal] = []
    yield found
    for terminal in found:
        if terminal.pid:
            os.kill(terminal.pid, 9)
            os.waitpid(terminal.pid, 0)
