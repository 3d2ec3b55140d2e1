"""The alignment, the shares, the board on a date."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Select

from teamboard.actions.alignment import AlignGoal, AlignTeamGoal
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddTeamGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Metric
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.alignment.alignment import AlignmentScreen
from teamboard.ui.screens.alignment.alignment_form import AlignmentForm
from teamboard.ui.screens.alignment.serving_form import ServingForm
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.team.member import MemberScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA
from tests.helpers.screen import line_with, screen_text, until, until_shown
from tests.ui.conftest import MakeApp

EURO = Metric(unit="€", start=0, target=8.4e6)


def goal(store: FileStore, goal_id: RecordId) -> Goal:
    found = store.load().goal(goal_id)
    assert isinstance(found, Goal)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_tree_is_live_and_turns_to_members(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        await pilot.press("A")
        await until_shown(pilot, "could help: Chi Tanaka")
        assert "38 %" in line_with(pilot, "G12")
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=1_000_000), ANA)
        await until(pilot, lambda: "43 %" in line_with(pilot, "G12"))
        await pilot.press("s")
        await until_shown(pilot, "serves")
        await pilot.press("j", "j", "j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        assert pilot.app.screen.query_one(BoardView).selected == "G11"


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_team_goal_is_moved_below_another(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    sample_store.commit(AddTeamGoal(title="All ARR", measure=EURO, rolls_up="sum"), MARA)
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await pilot.press("A")
        await until_shown(pilot, "could help")
        pilot.app.screen.query_one(BoardView).select(RecordId("T3"))
        await pilot.press("m")
        await until_shown(pilot, "now serves no team goal")
        form = pilot.app.screen
        assert isinstance(form, ServingForm)
        form.query_one(Select).value = "T5"
        sample_store.commit(AlignTeamGoal(goal=RecordId("T3"), serves=RecordId("T6")), MARA)
        await pilot.press("ctrl+s")
        await until_shown(pilot, "theirs  T6 Churn")
        form.query_one(Select).value = "T7"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "T3 serves T7 All ARR.")
        await until(pilot, lambda: isinstance(pilot.app.screen, AlignmentScreen))
        pilot.app.screen.query_one(BoardView).select(RecordId("T7"))
        await until_shown(pilot, "serves it")
        await pilot.press("m")
        await until_shown(pilot, "Move T7 All ARR")
        # What serves it is not offered: that would be a circle.
        assert "T3" not in [value for _, value in pilot.app.screen.query_one(Select)._options]  # noqa: SLF001


@pytest.mark.slow
async def test_a_goal_is_moved_and_shared(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("A")
        await until_shown(pilot, "could help")
        await pilot.press("m")
        await until_shown(pilot, "Only Mara Lind (mara)")
        pilot.app.screen.query_one(BoardView).select(RecordId("G32"))
        await pilot.press("m")
        await until_shown(pilot, "Dana Müller (dana)")
        pilot.app.screen.query_one(BoardView).select(RecordId("G12"))
        await pilot.press("m")
        await until_shown(pilot, "adds up to 100 %")
        await pilot.press("6", "0")
        await until_shown(pilot, "adds up to 60 %: 40 % to go")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "add up to 100 %, not 60 %")
        await pilot.press("down", "down", *"40", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, AlignmentScreen))
        pilot.app.clear_notifications()
        await until(pilot, lambda: sum("G12" in line for line in screen_text(pilot)) == 2)
        assert goal(sample_store, RecordId("G12")).aligned == {"T3": 0.6, "T5": 0.4}
        assert "60 % result     €720k   €487k    €233k" in line_with(pilot, "G12")
        await pilot.press("m")
        await until_shown(pilot, "adds up to 100 %")
        await pilot.press("down", "down", "down", "space")
        assert [i.value for i in pilot.app.screen.query(Input)] == ["", "", "", "100"]
        await pilot.press("enter")
        await until(pilot, lambda: goal(sample_store, RecordId("G12")).aligned == {"T6": 1.0})


@pytest.mark.slow
async def test_who_moves_a_goal_that_was_moved_meanwhile_sees_theirs(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("A")
        await until_shown(pilot, "could help")
        pilot.app.screen.query_one(BoardView).select(RecordId("G12"))
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, AlignmentForm))
        sample_store.commit(AlignGoal(goal=RecordId("G12"), aligned={RecordId("T5"): 1.0}), ANA)
        await pilot.press("down", "down", "down", "space", "ctrl+s")
        await until_shown(pilot, "theirs  T5 Discovery quality")
        assert goal(sample_store, RecordId("G12")).aligned == {"T5": 1.0}
        await pilot.press("ctrl+s")
        await until(pilot, lambda: goal(sample_store, RecordId("G12")).aligned == {"T6": 1.0})


@pytest.mark.slow
async def test_every_screen_goes_to_a_date(app: MakeApp) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("g", *"someday", "enter")
        await until_shown(pilot, "not a date")
        await pilot.press("ctrl+u", *"2026-10-23", "enter")
        await until_shown(pilot, "◀ as of 23 Oct 2026, read-only")
        assert "17 %" in line_with(pilot, "New ARR")
        await pilot.press("A")
        await until(pilot, lambda: "€723k" in line_with(pilot, "New ARR"))
        assert not any("Check in" in line or "Move" in line for line in screen_text(pilot))
        pilot.app.screen.query_one(BoardView).select(RecordId("G12"))
        for key in ("u", "v", "m"):
            await pilot.press(key)
            await until_shown(pilot, "This is a past day")
        await pilot.press("right_square_bracket")
        await until_shown(pilot, "◀ as of 24 Oct 2026")
        await pilot.press("escape")
        await until_shown(pilot, "● live")
        await until_shown(pilot, "u Check in")
        assert isinstance(pilot.app.screen, AlignmentScreen)
        await pilot.press("escape", "g", *"today-30", "enter")
        await until_shown(pilot, "◀ as of 23 Oct 2026")
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MemberScreen))
        assert "19 %" in line_with(pilot, "ARR Iberia")
        await pilot.press("ctrl+z")
        await until_shown(pilot, "This is a past day")
        await pilot.press("escape")
        await until_shown(pilot, "● live")
        assert isinstance(pilot.app.screen, MemberScreen)
        await pilot.press("escape", "g", *"today-30", "enter", "H")
        await until_shown(pilot, "◀ as of 23 Oct 2026")
        assert not any("Nov 2026" in line for line in screen_text(pilot)[1:])
        await pilot.press("escape", "g", *"today", "enter")
        await until_shown(pilot, "● live")
