"""What is selected: copied, marked, and acted on together."""

from __future__ import annotations

import re

import pytest

from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.check_ins.check_in import CheckInScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import MARA, TODAY
from tests.helpers.screen import line_with, screen_text, until, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_y_copies_what_is_selected_as_text_or_markdown(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select(RecordId("G13"))
        await pilot.press("y")
        await until_shown(pilot, "Copied: G13 Discovery calls")
        assert pilot.app.clipboard == (
            "G13 Discovery calls (Ana Ruiz): 51 calls · 42 % (pace 58 %) · at risk · help wanted: "
            "Legal has not cleared the trade-fair list"
        )
        await pilot.press("Y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("- **G13 Discovery calls** (Ana Ruiz): 51 calls"))
        view.select(RecordId("M2"))
        await pilot.press("y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("Ana Ruiz, AE Iberia, Madrid\n  G12 ARR Iberia"))
        await pilot.press("F", "tab", "tab", "y")
        await until(pilot, lambda: bool(re.match(r"F\d+ ", pilot.app.clipboard)))
        await pilot.press("escape", "Q", "Y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("# "))
        assert "This quarter" in pilot.app.clipboard
        await pilot.press("escape", "P", "Y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("```text\n"))


@pytest.mark.slow
async def test_marked_goals_are_checked_in_on_one_after_the_other(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select(RecordId("G12"))
        await pilot.press("space", "space")
        assert view.marked == ["G12", "G13"]
        assert line_with(pilot, "ARR Iberia").startswith("●")
        view.select(RecordId("G13"))
        await until(pilot, lambda: line_with(pilot, "Discovery calls").startswith("◉"))
        await pilot.press("u")
        await until_shown(pilot, "1 of 2 · G12 ARR Iberia")
        await pilot.press(*"900k", "enter")
        await until_shown(pilot, "2 of 2 · G13 Discovery calls")
        await pilot.press(*"+9", "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, CheckInScreen))
        await until(pilot, lambda: view.marked == [])
        board = sample_store.load()
        for goal, value in (("G12", 900_000), ("G13", 60)):
            last = board.last_checkin(RecordId(goal))
            assert last is not None
            assert last.value == value


@pytest.mark.slow
async def test_marked_goals_are_revised_together_or_not_at_all(app: MakeApp, sample_store: FileStore) -> None:
    before = sample_store.load()
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select(RecordId("G12"))
        await pilot.press("space", "space", "space", "v")
        await until_shown(pilot, "Revise 3 goals")
        await pilot.press(*"2027-01-31", "ctrl+s")
        await until_shown(pilot, "Choose a reason")
        await pilot.press("enter", "down", "enter", "tab", *"Two public holidays", "ctrl+s")
        await until_shown(pilot, "3 goals revised: 3 proposed")
        await until(pilot, lambda: view.marked == [])
    board = sample_store.load()
    assert board.revision == before.revision + 1
    made = [v for v in board.revisions if v.id not in before.tables["revisions"]]
    assert [(v.goal, v.why) for v in made] == [(g, "Two public holidays") for g in ("G12", "G13", "G14")]


async def test_esc_takes_the_marks_away(app: MakeApp) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select(RecordId("M2"))
        await pilot.press("space", "space")
        assert view.marked == ["G12"]
        await pilot.press("escape")
        assert view.marked == []


@pytest.mark.slow
async def test_the_palette_reopens_only_what_can_be_opened_again(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CloseGoal(goal=RecordId("G13"), outcome="missed", why="So"), MARA)
    # G23 was split: what was reached stays Ben's, who leaves.
    sample_store.commit(LeaveTeam(member="ben", day=TODAY, goals_to="ana"), MARA)
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        await pilot.press("ctrl+p", *"reopen g")
        await until_shown(pilot, "Reopen G13")
        assert not any(f"Reopen {goal}" in line for line in screen_text(pilot) for goal in ("G23", "G24", "G25"))
