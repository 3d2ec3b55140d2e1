"""Jumping to whatever has a name."""

from __future__ import annotations

import pytest

from teamboard.actions.feedback import GiveFeedback
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.team.member import MemberScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import BEN
from tests.helpers.screen import line_with, until, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize("before", [[], ["F"], ["slash", *"zzz", "enter"]], ids=["board", "inbox", "filtered"])
async def test_a_goal_is_found_by_a_part_of_its_title(app: MakeApp, before: list[str]) -> None:
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press(*before)
        await pilot.press("ctrl+k", *"nordlys")
        await until_shown(pilot, "G24 Win back Nordlys")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: pilot.app.screen.query_one(BoardView).selected == "G24")
        # What was checked in stands below the figures and the terms.
        await until_shown(pilot, "owner ")
        await pilot.press(*["shift+down"] * 5)
        await until_shown(pilot, "Both back!")


@pytest.mark.slow
async def test_a_member_feedback_and_a_review_are(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        sample_store.commit(GiveFeedback(to="chi", text="[b]Zebra[/b] words"), BEN)
        await until_shown(pilot, "Ben Okafor")
        await pilot.press("ctrl+k", *"Jonas W")
        await until_shown(pilot, "AE mid-market, Berlin")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MemberScreen))
        await until(pilot, lambda: "F35" in pilot.app.board.tables["feedback"])  # type: ignore[attr-defined]
        await pilot.press("ctrl+k", *"zebra")
        await until_shown(pilot, "[b]Zebra[/b] words")
        await pilot.press("enter")
        await until_shown(pilot, "praise from Ben Okafor to Chi Tanaka")
        line_with(pilot, "the team's")
        await pilot.press("ctrl+k", *"R1 Rev")
        await until_shown(pilot, "R1 Review of Ana Ruiz")
        await pilot.press("enter")
        await until_shown(pilot, "Only the two of you can read it.")
