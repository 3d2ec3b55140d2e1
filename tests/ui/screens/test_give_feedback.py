"""Giving feedback on the screen."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Select, TextArea

from teamboard.actions.base import Actor
from teamboard.actions.team import AddMember
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Feedback
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.feedback.give_feedback import GiveFeedbackScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import line_with, until, until_shown
from tests.ui.conftest import MakeApp


def given(store: FileStore) -> Feedback:
    found = list(store.load().tables["feedback"].values())[-1]
    assert isinstance(found, Feedback)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_situation_behaviour_impact(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("G13"))
        await pilot.press("f")
        await until_shown(pilot, "Feedback to Ana Ruiz")
        line_with(pilot, "The whole team reads it")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Write something first")
        await pilot.press(*"Monday", "enter", *"You [i]asked[/i] twice", "tab", *"They signed")
        assert isinstance(pilot.app.screen, GiveFeedbackScreen)
        pilot.app.screen.query_one("#kind", Select).value = "coaching"
        pilot.app.screen.query_one("#words", TextArea).text = "More of that."
        pilot.app.screen.query_one("#source", Input).value = "Acme"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: "3 open" in line_with(pilot, "Ana Ruiz  AE"))
    found = given(sample_store)
    assert (found.kind, found.about, found.giver, found.to) == ("coaching", "G13", "mara", "ana")
    assert found.source == "Acme"
    assert found.text == "Situation: Monday\nBehaviour: You [i]asked[/i] twice\nImpact: They signed\n\nMore of that."


@pytest.mark.slow
async def test_a_colleague_is_selected_first(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        for record_id in map(RecordId, ("G12", "M2")):
            pilot.app.screen.query_one(BoardView).select(record_id)
            await pilot.press("f")
            await until_shown(pilot, "Select a colleague")
        pilot.app.screen.query_one(BoardView).select(RecordId("M1"))
        await pilot.press("f", *"Friday", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen) and given(sample_store).to == "mara")
    assert given(sample_store).about is None


@pytest.mark.slow
async def test_a_form_and_the_palette_say_which_of_two_of_one_name(app: MakeApp, sample_store: FileStore) -> None:
    board = sample_store.commit(AddMember(handle="ana2", name="Ana Ruiz", manager="mara"), Actor("mara")).board
    two = board.member("ana2")
    assert two is not None
    async with app("mara").run_test(size=(120, 50), notifications=True) as pilot:
        await pilot.press("ctrl+p", *"Member: Ana")
        await until_shown(pilot, "Member: Ana Ruiz (ana2)")
        await until_shown(pilot, "Member: Ana Ruiz (ana)")
        await pilot.press("escape")
        pilot.app.screen.query_one(BoardView).select(two.id)
        await pilot.press("f")
        await until_shown(pilot, "Feedback to Ana Ruiz (ana2)")
