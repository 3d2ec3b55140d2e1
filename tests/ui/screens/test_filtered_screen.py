"""The filter opens across the screen, below the detail, and moves nothing aside."""

from __future__ import annotations

import pytest

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
