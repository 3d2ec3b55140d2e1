"""What is worth a word with a member, on the screens for the two who talk, and on no other."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from teamboard.actions.base import Actor
from teamboard.actions.team import ChangeTeam
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import line_with, screen_text, until_gone, until_shown
from tests.ui.conftest import MakeApp

SIZES = [(80, 24), (120, 40)]
TITLE = "Worth a word"
SAYS = "has needed help for 9 days"


def text(pilot: Pilot[None]) -> str:
    """All that is on the screen, without line breaks."""
    return " ".join(" ".join(screen_text(pilot)).split())


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "shown"), [("enter", "Skills"), ("o", "Agenda"), ("p", "missing"), ("r", "clock")])
async def test_they_stand_under_a_small_title(app: MakeApp, key: str, shown: str, size: tuple[int, int]) -> None:
    async with app("mara").run_test(size=size) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press(key)
        await until_shown(pilot, shown)
        await pilot.pause()
        if key == "r":
            await pilot.press(*["pagedown"] * 3)
        await until_shown(pilot, TITLE)
        title, first = line_with(pilot, TITLE), line_with(pilot, "· G13 Discovery calls")
        assert title.index(TITLE) == first.index("·")
        assert SAYS in text(pilot)


@pytest.mark.slow
@pytest.mark.parametrize(("member", "sees"), [("ana", True), ("mara", True), ("ben", False), (None, False)])
async def test_only_the_member_and_the_managers_above_see_them(app: MakeApp, member: str | None, *, sees: bool) -> None:
    async with app(member).run_test(size=(120, 40)) as pilot:
        for key, shown in (("enter", "Skills"), ("o", "Agenda")):
            pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
            await pilot.press(key)
            await until_shown(pilot, shown)
            await pilot.pause()
            assert (TITLE in text(pilot)) is sees
            await pilot.press("escape")
            await until_gone(pilot, shown)


@pytest.mark.slow
async def test_the_standup_and_the_board_have_none(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "? Keys")
        assert SAYS not in text(pilot)
        await pilot.press("S")
        await until_shown(pilot, "1 of 9")
        for _ in range(9):
            assert TITLE not in text(pilot)
            assert SAYS not in text(pilot)
            await pilot.press("space")
            await pilot.pause()


@pytest.mark.slow
async def test_one_that_the_team_switches_off_goes_from_the_open_screen(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter")
        await until_shown(pilot, SAYS)
        sample_store.commit(ChangeTeam(without_hints=("blocker",)), Actor("mara"))
        await until_gone(pilot, SAYS)
        assert TITLE not in text(pilot)
