"""The board on a wall: nobody stands before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.screens.standup.kiosk import KioskScreen
from tests.conftest import ANA, NOW, Run
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.helpers.terminal import Terminal

DAY = NOW
EVENING = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


Walled = Callable[..., tuple[BoardApp, Clock]]


@pytest.fixture
def walled(sample_store: FileStore, monkeypatch: pytest.MonkeyPatch) -> Walled:
    """An app with nothing but the wall on it, at a moment, which looks at its clock more often than a wall does."""
    monkeypatch.setattr("teamboard.ui.screens.standup.standup.TICK_SECONDS", 0.05)

    def make(now: datetime = DAY) -> tuple[BoardApp, Clock]:
        clock = Clock()
        mine = FileStore(sample_store.path, clock=lambda: now)
        wall = KioskScreen(rotate=20.0, clock=clock)
        app = BoardApp(mine, mine.load(), Actor(None), clock=lambda: now, first="standup", standup=wall)
        app.animation_level = "none"
        return app, clock

    return make


async def turn(pilot: Pilot[None], clock: Clock, shown: str) -> None:
    """Let the time of one turn pass, and wait for what it brings."""
    clock.seconds += 20.0
    await until_shown(pilot, shown)


@pytest.mark.slow
async def test_the_board_and_each_member_come_in_turn(walled: Walled, sample_store: FileStore) -> None:
    app, clock = walled()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, KioskScreen))
        await until_shown(pilot, "New ARR")
        await until_gone(pilot, "u Check in")
        assert not any("▌" in line or "▏" in line for line in screen_text(pilot))
        await turn(pilot, clock, "Jonas Weber  AE")
        await turn(pilot, clock, "M A R A   L I N D")
        await turn(pilot, clock, "A N A   R U I Z")
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=900_000, note="One more"), ANA)
        await until_shown(pilot, "75 %")
        for name in ("P A U", "I N É S", "B E N", "F R E J A", "C H I", "D A N A", "J O N A S"):
            await turn(pilot, clock, name)
        await turn(pilot, clock, "New ARR")


@pytest.mark.slow
async def test_nothing_can_be_written_and_files_and_sizes_come_and_go(walled: Walled, sample_store: FileStore) -> None:
    app, clock = walled()
    path = Path(sample_store.path)
    before = path.read_bytes()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "New ARR")
        await pilot.press("plus", "w", "enter", "u", "v", "f", "ctrl+z")
        assert path.read_bytes() == before
        path.rename(path.with_suffix(".away"))
        await until_shown(pilot, "This is the last good board.")
        await pilot.resize_terminal(60, 12)
        clock.seconds += 20.0
        await pilot.resize_terminal(200, 60)
        path.with_suffix(".away").rename(path)
        await until_gone(pilot, "This is the last good board.")
        await until_shown(pilot, "● live")
        line_with(pilot, "Northwind EMEA Sales")


@pytest.mark.slow
async def test_it_is_dimmed_at_night(walled: Walled) -> None:
    for now, dimmed in ((DAY, False), (EVENING, True)):
        app, _ = walled(now)
        async with app.run_test(size=(120, 40)) as pilot:
            await until_shown(pilot, "New ARR")
            await until(pilot, lambda: isinstance(pilot.app.screen, KioskScreen))
            await pilot.pause()
            wall = pilot.app.screen.query_one("#wall")
            assert (wall.styles.opacity < 1.0) == dimmed


def test_it_runs_from_the_command_line(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "standup", "--kiosk", "--rotate", "1s", "--as", "mara", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("looking on")
    terminal.wait_for("M A R A   L I N D")
    terminal.wait_for("A N A   R U I Z")
    terminal.type("q")
    assert terminal.finish() == 0
