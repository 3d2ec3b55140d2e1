"""The period rollover: what becomes of each unfinished goal, and of all of them at once."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from teamboard.domain.periods import unfinished
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.periods.period_rollover import PeriodRolloverScreen
from teamboard.ui.screens.periods.report import ReportScreen
from tests.helpers.screen import line_with, until, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_the_turn_of_a_period_is_chosen_on_one_screen(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "35 unfinished")
        screen = pilot.app.screen
        assert isinstance(screen, PeriodRolloverScreen)
        await pilot.press("3", "down", "1", "2", "4", "left")
        line_with(pilot, "renew: close it, begin afresh")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "begins in 40 days")
        await pilot.press("escape")
        await until_shown(pilot, "Press Esc again")
        screen.query_one("#starts", Input).value = "today"
        screen.query_one("#ends", Input).value = "today+60"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        await until_shown(pilot, "Q1 2027: the result so far")
        await pilot.press("less_than_sign")
        await until_shown(pilot, "This quarter: the result ")
        assert "30" in line_with(pilot, "missed")
        await pilot.press("left", "left")
        await until_shown(pilot, "Last quarter: the result ")
        await pilot.press("right", "escape")
        await until_shown(pilot, "Q1 2027 · day 1 of 61")
    board = sample_store.load()
    outcomes = {t.id: t.outcome for t in board.team_goals}
    assert list(outcomes) == ["T1", "T2", "T3", "T4", "T5", "T6", "T7"]
    assert list(outcomes.values()) == ["missed", "achieved", "missed", None, "dropped", None, None]


async def test_a_rep_does_not_begin_a_period(app: MakeApp) -> None:
    async with app("ana").run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "Only Mara Lind (mara)")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_first_row_chooses_for_every_goal(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    ids = [goal.id for goal in unfinished(sample_store.load())]
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "35 unfinished")

        def first_word() -> str:
            return line_with(pilot, "All of them").partition("All of them")[2].strip(" │▌").strip()

        assert first_word() == "carry on"
        await pilot.press("4")
        await until(pilot, lambda: first_word() == "drop")
        # It stays where it is: a second choice is for all of them again.
        await pilot.press("1")
        await until(pilot, lambda: first_word() == "renew")
        await pilot.press("down", "3")
        await until(pilot, lambda: first_word() == "mixed")
        line_with(pilot, "missed")
        # Whoever turns what is mixed begins with the first choice.
        await pilot.press("up", "up", "right")
        await until(pilot, lambda: first_word() == "renew")
        await pilot.press("left")
        await until(pilot, lambda: first_word() == "drop")
        screen = pilot.app.screen
        assert isinstance(screen, PeriodRolloverScreen)
        screen.query_one("#starts", Input).value = "today"
        screen.query_one("#ends", Input).value = "today+60"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
    board = sample_store.load()
    goals = [board.goal(goal_id) for goal_id in ids]
    assert {goal.outcome for goal in goals if goal} == {"dropped"}
    assert len(goals) == 35
