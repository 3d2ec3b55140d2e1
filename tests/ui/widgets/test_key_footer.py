"""The footer: whole keys only, with the key that lists all of them, on every screen and in a narrow terminal."""

from __future__ import annotations

import pytest

from teamboard.domain.ids import RecordId
from teamboard.personal.settings import Settings
from teamboard.ui.snapshot import settled
from teamboard.ui.textual_private import footer_key_class
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.key_footer import KeyFooter
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.helpers.screens import SCREENS, open_screen
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize(
    ("record_id", "keys", "shown"), SCREENS, ids=lambda v: "".join(v) if isinstance(v, list) else v
)
async def test_no_key_is_cut_off_at_80_columns(app: MakeApp, record_id: RecordId, keys: list[str], shown: str) -> None:
    mine = app("mara")
    async with mine.run_test(size=(80, 24)) as pilot:
        await open_screen(pilot, record_id, keys, shown)
        footers = mine.screen.query(KeyFooter)
        if "keys" in {binding.action for _, binding, _, _ in mine.screen.active_bindings.values()}:
            await until_shown(pilot, "? Keys")
        await settled(pilot)
        for footer in footers:
            for key in footer.query(footer_key_class()):
                assert not key.display or f"{key.key_display} {key.description}".strip() in screen_text(pilot)[-1]


async def test_more_keys_come_with_more_room(app: MakeApp) -> None:
    async with app("mara").run_test(size=(80, 24)) as pilot:
        await open_screen(pilot, RecordId(""), ["D"], "Overdue")
        await until_shown(pilot, "? Keys")
        narrow = line_with(pilot, "? Keys")
        assert "esc Back" in narrow
        assert "x Done" in narrow
        assert "q Quit" not in narrow
        await pilot.resize_terminal(160, 24)
        await until_shown(pilot, "q Quit")
        assert "m Move, align" in line_with(pilot, "? Keys")
        await pilot.resize_terminal(60, 24)
        await until_gone(pilot, "q Quit")
        assert "esc Back" in line_with(pilot, "? Keys")


async def test_an_action_without_a_key_is_left_out(app: MakeApp) -> None:
    async with app("mara", settings=Settings(keys={"check-in": "m"})).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "? Keys")
        footer = line_with(pilot, "? Keys")
        assert "m Check in" in footer
        assert "unbound" not in footer
        assert "Move" not in footer


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_with_the_detail_open_the_footer_says_how_to_close_and_scroll_it(
    app: MakeApp, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size) as pilot:
        await until_shown(pilot, "⏎ Open")
        assert "Close" not in screen_text(pilot)[-1]
        view = pilot.app.screen.query_one(BoardView)
        assert view.select(RecordId("G12"))
        await pilot.press("enter")
        await until_shown(pilot, "esc Close   shift+↑↓ Scroll")
        assert "Open" not in screen_text(pilot)[-1]
        if size == (120, 40):
            # Enter opens the member who is selected beside the detail.
            assert view.select(RecordId("M2"))
            await until(pilot, lambda: "⏎ Open" in screen_text(pilot)[-1])
        await pilot.press("escape")
        await until(pilot, lambda: "Close" not in screen_text(pilot)[-1])
        await until(pilot, lambda: "⏎ Open" in screen_text(pilot)[-1])


@pytest.mark.slow
async def test_a_past_day_offers_no_keys_that_change_the_board(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "u Check in   v Revise")
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "? Keys" in screen_text(pilot)[-1] and "Revise" not in screen_text(pilot)[-1])
        await pilot.press("question_mark")
        await until_shown(pilot, "A day back or on")
        assert not any(word in line for line in screen_text(pilot) for word in ("Check in", "Edit", "New goal"))
        await pilot.press("escape", "escape")
        await until_shown(pilot, "u Check in   v Revise")
