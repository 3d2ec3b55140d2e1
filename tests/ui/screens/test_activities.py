"""A number per week on the screens: counted in the form, revised, and drawn above the result that it drives."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Goal, GoalRevision
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.widgets.activity_chart import ActivityChart
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.burn_up import BurnUpChart
from tests.conftest import ANA, NOW, SETTING_UP, Maker
from tests.helpers.screen import line_with, screen_text, until, until_shown
from tests.ui.conftest import MakeApp

G3 = RecordId("G3")
SIZES = [(80, 24), (120, 40), (160, 44)]


@pytest.fixture
def store(maker: Maker, tmp_path: Path) -> FileStore:
    """Ana's G3, ten calls a week, which drives her ARR, with six this week so far and ten in the one before."""
    calls = Activity(unit="calls", per_week=10)
    first = date(2026, 11, 2)
    maker.do(AddGoal(owner="ana", title="Ten calls", measure=calls, starts=first, drives=RecordId("G1")), SETTING_UP)
    for value, day in ((10, 13), (6, 18)):
        maker.do(CheckInGoal(goal=G3, value=value), ANA, datetime(2026, 11, day, 10, tzinfo=UTC))
    maker.check_in(RecordId("G1"), 600)
    found = FileStore(tmp_path / "calls.board.json", clock=lambda: NOW)
    found.create(maker.file(), Actor(None))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES[:2])
async def test_a_rep_adds_to_this_week(app: MakeApp, store: FileStore, size: tuple[int, int]) -> None:
    async with app(store=store).run_test(size=size, notifications=True) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(G3)
        assert "6 of 10" in line_with(pilot, "G3")
        await pilot.press("u")
        await until_shown(pilot, "6 of 10 calls this week · 4 d ago")
        assert "how many so far, or +4; empty keeps 6 calls" in line_with(pilot, "this week  ")
        await pilot.press(*"+3", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until_shown(pilot, "G3 Ten calls: 6 calls → 9 of 10")
        assert "9 of 10" in line_with(pilot, "G3")
        last = store.load().last_checkin(G3)
        assert last is not None
        assert (last.by, last.value) == ("ana", 9.0)


@pytest.mark.slow
async def test_a_count_below_0_stays_in_the_form(app: MakeApp, store: FileStore) -> None:
    async with app(store=store).run_test(size=(80, 24)) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(G3)
        await pilot.press("u", *"-7", "enter")
        await until_shown(pilot, "G3 counts what was done this week")
        assert len(store.load().checkins_of(G3)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES[:2])
async def test_a_new_number_per_week_is_proposed(app: MakeApp, store: FileStore, size: tuple[int, int]) -> None:
    async with app(store=store).run_test(size=size, notifications=True) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(G3)
        await pilot.press("v")
        await until_shown(pilot, "per week")
        await pilot.press(*"20")
        await until_shown(pilot, "20 calls")
        # Two weeks of ten, then six of twenty and the last of four days: 16 of 86 is 19 %, 16 of 152 is 11 %.
        assert "19 %" in line_with(pilot, " progress")
        assert "11 %" in line_with(pilot, " progress")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "reason")
    assert not [v for v in store.load().revisions if isinstance(v, GoalRevision)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_the_detail_shows_the_weeks_above_the_result(
    app: MakeApp, store: FileStore, size: tuple[int, int]
) -> None:
    async with app(store=store).run_test(size=size) as pilot:
        view = pilot.app.screen.query_one(BoardView)
        assert view.select(G3)
        await pilot.press("enter")
        await until_shown(pilot, "16 of 86 calls")
        assert "G1 ARR ana" in line_with(pilot, "drives ")
        if size == SIZES[0]:
            # No room for charts: the two curves are lines.
            await until_shown(pilot, "calls ▁▁██▅▅  6 of 10 calls this week")
            return
        weeks, course = pilot.app.screen.query_one(ActivityChart), pilot.app.screen.query_one(BurnUpChart)
        await until(pilot, lambda: weeks.region.height > 0 and course.region.height > 0)
        # The legend of the second chart is between them.
        assert weeks.region.bottom + 1 == course.region.y
        assert (weeks.region.x, weeks.region.width) == (course.region.x, course.region.width)
        view.select(RecordId("G1"))
        await until_shown(pilot, "G3 Ten calls")
        assert weeks.display
        view.select(RecordId("G2"))
        await until(pilot, lambda: not weeks.display)
        assert course.region.height > 0


@pytest.mark.slow
async def test_a_week_in_part_has_a_bar_of_its_own(app: MakeApp) -> None:
    async with app().run_test(size=(160, 50)) as pilot:
        # Pau's meetings begin on a Thursday.
        assert pilot.app.screen.query_one(BoardView).select(RecordId("G18"))
        await pilot.press("enter")
        await until_shown(pilot, "██ a week  ▒▒ part week  ┄┄ asked for  (meetings)")
        await until(pilot, lambda: sum("▒▒" in line for line in screen_text(pilot)) > 2)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES[:2])
async def test_the_one_on_one_shows_both_curves(app: MakeApp, store: FileStore, size: tuple[int, int]) -> None:
    async with app(store=store).run_test(size=size) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("o")
        await until_shown(pilot, "Week by week")
        await until_shown(pilot, "G3 Ten calls, drives G1 ARR ana")
        await until_shown(pilot, "6 of 10 calls this week")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES[:2])
async def test_what_it_drives_is_edited(app: MakeApp, store: FileStore, size: tuple[int, int]) -> None:
    async with app(store=store).run_test(size=size, notifications=True) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(G3)
        await pilot.press("e")
        await until_shown(pilot, "Target, start and due day are revised")
        field = pilot.app.screen.query_one("#drives", Input)
        assert field.value == "G1"
        field.value = "g2"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G2 is ben's")
        field.value = ""
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G3 Ten calls is changed")
        goal = store.load().goal(G3)
        assert isinstance(goal, Goal)
        assert goal.drives is None


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES[:2])
async def test_a_count_that_drives_a_result_is_set_in_the_form(
    app: MakeApp, store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara", store=store).run_test(size=size, notifications=True) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("n")
        await until_shown(pilot, "measured by")
        form = pilot.app.screen
        form.query_one("#measured", Select).value = "weekly"
        await until_shown(pilot, "per week")
        for field, value in (("new-title", "Two demos"), ("per-week", "2"), ("week-unit", "demos"), ("drives", "g2")):
            form.query_one(f"#{field}", Input).value = value
        await until(pilot, lambda: "drives" in line_with(pilot, "per week"))
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G2 is ben's")
        form.query_one("#drives", Input).value = "g1"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        goal = store.load().goal(RecordId("G4"))
        assert isinstance(goal, Goal)
        assert (goal.owner, goal.measure, goal.drives) == ("ana", Activity(unit="demos", per_week=2), "G1")
