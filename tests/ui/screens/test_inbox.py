"""The feedback screen: boxes, words, the thread, and what one may do with it."""

from __future__ import annotations

import pytest
from textual.widgets import TextArea

from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Feedback
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.feedback.inbox import InboxScreen
from teamboard.ui.screens.text_prompt import TextPromptScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import BEN
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp


def feedback(store: FileStore, feedback_id: RecordId) -> Feedback:
    found = store.load().get(feedback_id)
    assert isinstance(found, Feedback)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_inbox_is_live_turns_and_narrows(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        await pilot.press("F")
        await until_shown(pilot, "to you 2")
        await until_shown(pilot, "coaching from Mara Lind to Ana Ruiz")
        sample_store.commit(GiveFeedback(to="ana", text="New [b]words[/]"), BEN)
        await until_shown(pilot, "to you 3")
        await until_shown(pilot, "New [b]words[/]")
        await pilot.press("slash", *"mara depth")
        await until_gone(pilot, "New [b]")
        line_with(pilot, "Depth is good.")
        await pilot.press("enter", "escape")
        await until_shown(pilot, "New [b]")
        await pilot.press("tab")
        await until(pilot, lambda: "F33" in line_with(pilot, "Ana → Mara"))
        await pilot.press("tab", "end", "up")
        await until_shown(pilot, "Counted to seven at Grupo Norte.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))


@pytest.mark.slow
async def test_a_thread_is_answered_and_moved_on(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("F")
        await until_shown(pilot, "a Acknowledge")
        pilot.app.screen.query_one(BoardView).select(RecordId("F31"))
        await pilot.press("a")
        await until(pilot, lambda: feedback(sample_store, RecordId("F31")).state == "acknowledged")
        await until(pilot, lambda: not any("a Acknowledge" in line for line in screen_text(pilot)))
        await pilot.press("enter", *"I will try")
        await until(pilot, lambda: isinstance(pilot.app.screen, TextPromptScreen))
        assert pilot.app.screen.query_one(TextArea).text == "I will try"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Ana Ruiz: I will try")
        await pilot.press("x")
        await until(pilot, lambda: feedback(sample_store, RecordId("F31")).state == "resolved")
        pilot.app.screen.query_one(BoardView).select(RecordId("F31"))
        await until_shown(pilot, "x Reopen")
        await pilot.press("x")
        await until(pilot, lambda: feedback(sample_store, RecordId("F31")).state == "open")


@pytest.mark.slow
async def test_a_request_is_declined_with_a_word(app: MakeApp, sample_store: FileStore) -> None:
    async with app("dana").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("F")
        await until_shown(pilot, "d Decline")
        await pilot.press("d", "ctrl+s")
        await until_shown(pilot, "A word on why is missing")
        await pilot.press(*"Not this week", "ctrl+s")
        await until(pilot, lambda: feedback(sample_store, RecordId("F32")).state == "declined")
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))


async def test_an_unknown_person_looks_at_the_teams(app: MakeApp) -> None:
    async with app(None).run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("F")
        await until_shown(pilot, "Pau → Chi")
        assert not any(" Reply" in line for line in screen_text(pilot))
        await pilot.press("enter", "x", "d")
        assert isinstance(pilot.app.screen, InboxScreen)
