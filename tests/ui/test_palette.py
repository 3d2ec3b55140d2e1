"""The command palette: what it offers belongs to verbs of the table, by whose words it is found."""

from __future__ import annotations

import pytest

from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import all_verbs
from teamboard.ui.palette import Command, HasCommands, search_words
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import until_shown
from tests.helpers.screens import open_screen
from tests.ui.conftest import MakeApp


@pytest.mark.parametrize(
    ("record_id", "keys", "shown"),
    [
        ("", [], "live"),
        ("M2", ["enter"], "Skills"),
        ("M2", ["o"], "Agenda"),
        ("M2", ["p"], "missing"),
        ("M2", ["r"], "clock"),
        ("", ["F"], "to you"),
    ],
    ids=lambda v: "".join(v) if isinstance(v, list) else v,
)
async def test_the_commands_of_a_screen_have_verbs_of_the_table(
    app: MakeApp, record_id: RecordId, keys: list[str], shown: str
) -> None:
    mine = app("mara")
    async with mine.run_test(size=(120, 40)) as pilot:
        await open_screen(pilot, record_id, keys, shown)
        found: list[Command] = [*mine.commands()]
        if isinstance(mine.screen, HasCommands):
            found += mine.screen.commands()
    assert {command.verb for command in found if command.verb} <= set(all_verbs())


def test_a_command_is_found_by_other_words_for_its_verb() -> None:
    assert search_words("revise a goal", "drop") == ["drop"]
    assert search_words("revise a goal", " Target") == ["target"]
    assert search_words("revise a goal", "sell") == []
    assert search_words("", "drop") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "about", "opened"),
    [
        ("leave", "The selected member leaves", "Ana Ruiz leaves the team"),
        ("rename", "Another handle or name", "Rename Ana Ruiz"),
        ("new member", "Somebody joins the team", "New member"),
        ("joiner", "Somebody joins the team", "New member"),
    ],
)
async def test_the_action_whose_own_name_is_typed_comes_first(
    app: MakeApp, typed: str, about: str, opened: str
) -> None:
    """Before one that is found by the same word for its verb, as `Away` is by leave."""
    async with app("mara").run_test(size=(120, 40)) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("ctrl+p", *typed)
        await until_shown(pilot, about)
        await pilot.press("enter")
        await until_shown(pilot, opened)
