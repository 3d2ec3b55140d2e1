"""The help: keys and words of the screen below it."""

from __future__ import annotations

from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input

from teamboard.domain.ids import RecordId
from teamboard.ui.screens.choose import ChooseScreen
from teamboard.ui.screens.periods.period_rollover import PeriodRolloverScreen
from teamboard.ui.screens.revisions.revision_review import RevisionReviewScreen
from teamboard.ui.screens.settings.settings import SettingsScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.helpers.screens import open_screen
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_the_keys_are_those_of_the_screen_below(app: MakeApp) -> None:
    async with app("mara").run_test(size=(100, 50), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        await pilot.press("question_mark")
        await until_shown(pilot, "Here")
        for text in ("Check in", "Hold the standup", "Mark several goals", "help wanted; a revision"):
            line_with(pilot, text)
        await pilot.press("escape")
        await until_gone(pilot, "Here")
        await pilot.press("F")
        await until_shown(pilot, "⏎ Reply")
        await pilot.press("question_mark")
        await until_shown(pilot, "Here")
        assert "Reply" in line_with(pilot, "Scroll the thread") or line_with(pilot, "Reply")
        assert not any("Hold the standup" in line for line in screen_text(pilot))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("record_id", "keys", "shown", "word"),
    [
        ("", [], "New ARR", "is the pace"),
        ("M2", ["enter"], "Results", "a skill: the level"),
        ("", ["F", "tab", "tab"], "the team's", "resolved; declined"),
        ("", ["D"], "Overdue", "working days since it was due"),
        ("M2", ["o"], "Agenda", "and to be done; done"),
        ("", ["P"], "Who gives to whom", "a gap in who gives to whom"),
        ("", ["S"], "1 of 9", "this person's time"),
        ("M2", ["p"], "missing", "rests on no evidence"),
        ("M2", ["r"], "clock", "where the two ratings differ"),
        ("", ["H"], "esc Back", "the revision of the board"),
        ("", ["Q"], "What each attained", "not reached when the period ended"),
        ("", ["A"], "could help", "a full bar is 100 %"),
    ],
)
async def test_the_words_are_those_of_the_screen_below(
    app: MakeApp, record_id: RecordId, keys: list[str], shown: str, word: str
) -> None:
    async with app("mara").run_test(size=(120, 50), notifications=True) as pilot:
        await open_screen(pilot, record_id, keys, shown)
        await pilot.press("question_mark")
        await until_shown(pilot, "On this screen")
        line_with(pilot, word)


async def test_the_key_that_opened_a_screen_goes_back_as_esc_does(app: MakeApp) -> None:
    async with app("mara").run_test(size=(100, 50)) as pilot:
        await open_screen(pilot, RecordId(""), ["D"], "Overdue")
        await pilot.press("question_mark")
        await until_shown(pilot, "On this screen")
        assert "Esc D" in line_with(pilot, " Back")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("record_id", "keys", "opened", "shown"),
    [
        ("M2", ["enter", "l"], ChooseScreen, "Leave"),
        ("G23", ["v"], RevisionReviewScreen, "Propose otherwise"),
        ("", ["Q", "n"], PeriodRolloverScreen, "Save"),
        ("", ["comma"], SettingsScreen, "Save"),
    ],
)
async def test_what_lies_over_a_screen_tells_its_own_keys(
    app: MakeApp, record_id: RecordId, keys: list[str], opened: type[Screen[Any]], shown: str
) -> None:
    async with app("mara").run_test(size=(120, 50)) as pilot:
        pilot.app.screen.query_one(BoardView).select(record_id)
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(pilot.app.screen, opened))
        await pilot.press("question_mark")
        await until_shown(pilot, "Here")
        line_with(pilot, shown)
        assert not any("Hold the standup" in line for line in screen_text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, opened))


async def test_a_question_mark_is_typed_into_a_text(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 50)) as pilot:
        await pilot.press("g", "question_mark")
        await until(pilot, lambda: any(field.value == "?" for field in pilot.app.screen.query(Input)))
