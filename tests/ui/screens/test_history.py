"""History on the screen: the list, the board of a past day, taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.widgets._toast import Toast

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.team import AddMember
from teamboard.domain.history.time_travel import revision_on
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.history.history import HistoryScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA, TODAY
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_the_history_is_listed_live_and_narrowed(app: MakeApp, sample_store: FileStore) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("H")
        await until_shown(pilot, "Chi Tanaka checked in on G29 Qualified leads")
        sample_store.commit(CheckInGoal(goal=RecordId("G13"), value=60, note="nine [red]more[/]"), ANA)
        await until_shown(pilot, "G13 Discovery calls: 60 calls · nine [red]more[/]")
        await pilot.press("slash", *"nordlys")
        await until_gone(pilot, "Chi Tanaka")
        line_with(pilot, "Fjell is back.")
        await pilot.press("escape")
        await until_shown(pilot, "Chi Tanaka")
        await pilot.press("pagedown", "j")
        assert isinstance(pilot.app.screen, HistoryScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))


@pytest.mark.slow
async def test_stepping_back_shows_the_board_of_that_day_read_only(app: MakeApp, sample_store: FileStore) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        for _ in range(30):
            await pilot.press("left_square_bracket")
        day = TODAY - timedelta(days=30)
        now = sample_store.load()
        await until_shown(pilot, f"◀ as of {day:%d %b %Y}, read-only · revision {revision_on(now, day)}")
        assert "17 %" in line_with(pilot, "New ARR")
        line_with(pilot, "day 23 of 92")
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=1_200_000), ANA)
        await until(pilot, lambda: pilot.app.board.revision == now.revision + 1)  # type: ignore[attr-defined]
        assert "17 %" in line_with(pilot, "New ARR")
        pilot.app.screen.query_one(BoardView).select(RecordId("G12"))
        await pilot.press("u")
        await until_shown(pilot, "This is a past day")
        await pilot.press("right_square_bracket")
        await until_shown(pilot, f"as of {day + timedelta(days=1):%d %b}")
        await pilot.press("escape")
        await until_shown(pilot, f"● live · revision {now.revision + 1}")
        assert "100 %" in line_with(pilot, "ARR Iberia")


async def test_the_day_before_the_first_has_no_board(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("g", *"today-600", "enter")
        await until_shown(pilot, "There was no board on")
        line_with(pilot, "● live")
        # The same again is not said again while it is on the screen; something else is.
        await pilot.press("g", *"today-600", "enter")
        await pilot.press("g", *"today-601", "enter")
        await until(pilot, lambda: len(pilot.app.screen.query(Toast)) >= 2)
        assert sum("There was no board on" in line for line in screen_text(pilot)) == 2


async def test_ctrl_z_takes_back_ones_own_last(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CheckInGoal(goal=RecordId("G13"), value=60), ANA)
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: "50 %" in line_with(pilot, "Discovery calls"))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "42 %" in line_with(pilot, "Discovery calls"))
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), change=1), MARA)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: any("Undone" in line for line in screen_text(pilot)))


async def test_ctrl_z_of_somebody_who_has_changed_nothing_says_so(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(AddMember(handle="zoe", name="Zoe Kern"), MARA)
    async with app(member="zoe").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+z")
        await until_shown(pilot, "You have no change to undo.")


async def test_ctrl_z_right_after_an_archive_says_that_it_stays(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(BeginPeriod(starts=TODAY), MARA)
    revision = sample_store.archive(ArchivePeriods(before=TODAY), MARA).board.revision
    async with app(member="mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+z")
        await until_shown(pilot, "Archiving can't be undone")
        assert sample_store.load().revision == revision
