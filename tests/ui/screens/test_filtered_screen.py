"""The filter opens across the screen, below the detail, and moves nothing aside."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from teamboard.domain.ids import RecordId
from teamboard.ui.snapshot import settled
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import until_shown
from tests.ui.conftest import MakeApp

WIDE = (160, 45)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(120, 40), WIDE], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_filter_goes_below_the_detail_and_moves_nothing_aside(app: MakeApp, size: tuple[int, int]) -> None:
    width = size[0]
    async with app("ana").run_test(size=size) as pilot:
        await until_shown(pilot, "? Keys")
        screen = pilot.app.screen
        await pilot.press("left_square_bracket")
        await until_shown(pilot, "a day back and on")
        view = screen.query_one("#board", BoardView)
        view.select(RecordId("G13"))
        await pilot.press("enter")
        await until_shown(pilot, "from 0 calls to 120 calls")
        await settled(pilot)
        detail = screen.query_one("#detail")
        assert detail.region.width == (62 if size == WIDE else width)
        assert view.region.width == (width - 62 if size == WIDE else width)
        before = view.region.width, detail.region.column_span
        await pilot.press("slash")
        await settled(pilot)
        assert (view.region.width, detail.region.column_span) == before
        line = screen.query_one("FilterLine")
        assert [screen.query_one(name).region.width for name in ("BoardHeader", "Banner")] == [width, width]
        # With a margin of two on each side.
        assert line.region.width == width - 4
        assert line.region.y >= detail.region.bottom


@pytest.mark.slow
async def test_keys_reach_the_detail_that_takes_the_place_of_a_filtered_board(app: MakeApp) -> None:
    async with app("ana").run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"calls", "enter", "j", "enter")
        await until_shown(pilot, "51 of 120 calls, 69")
        await settled(pilot)
        screen = pilot.app.screen
        assert screen.has_class("-low")
        await pilot.press("x")
        await settled(pilot)
        assert screen.query_one("FilterLine", Input).value == "calls"
        assert pilot.app.screen is not screen, "what can be done with the goal"


@pytest.mark.slow
async def test_a_kept_filter_is_opened_again_by_its_key_and_by_a_click(app: MakeApp) -> None:
    async with app("ana").run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"calls", "enter")
        line = pilot.app.screen.query_one("FilterLine", Input)
        assert not line.has_focus
        await pilot.press("slash")
        assert line.has_focus
        await pilot.press("enter")
        await pilot.click(line)
        await pilot.press("end", "s")
        assert (line.has_focus, line.value) == (True, "callss")
