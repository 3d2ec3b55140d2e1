"""The list of what is due: live, turned, and settled with one key."""

from __future__ import annotations

import pytest

from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.due import DUE_KINDS
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.keymap import DEFAULTS
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.check_ins.check_in import CheckInScreen
from teamboard.ui.screens.due.due import FINISH_KEY, SETTLED_BY, DueScreen
from teamboard.ui.screens.feedback.give_feedback import GiveFeedbackScreen
from teamboard.ui.screens.one_on_ones.one_on_one import OneOnOneScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import MARA
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_most_overdue_comes_first_and_it_is_live(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await pilot.press("D")
        await until_shown(pilot, "yours 5 overdue")
        assert "4 d late" in line_with(pilot, "one-on-one of Ben and Mara")
        sample_store.commit(GiveFeedback(to="ben", text="Both back!"), MARA)
        await until_shown(pilot, "yours 4 overdue")
        await until_shown(pilot, "the team's 5 overdue")
        await pilot.press("tab")
        await until_shown(pilot, "Ana checks in on G13")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "screen"),
    [
        ("one-on-one mara ben ", OneOnOneScreen),
        ("manager's feedback mara ben ", GiveFeedbackScreen),
        ("check-in mara  G11", CheckInScreen),
    ],
)
async def test_enter_settles_what_is_selected(app: MakeApp, row: RecordId, screen: type) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("D")
        await until_shown(pilot, "Overdue")
        assert pilot.app.screen.query_one(BoardView).select(row)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, screen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, DueScreen))


async def test_an_agreed_action_is_done_with_one_key(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("D")
        await until_shown(pilot, "Price story against Kestrel")
        await pilot.press("x")
        await until_shown(pilot, "Select an agreed action")
        assert pilot.app.screen.query_one(BoardView).select(RecordId("action mara ben O6.1"))
        await pilot.press("x")
        await until_gone(pilot, "Price story against Kestrel")
        await until_shown(pilot, "O6.1 is done")


async def test_a_stranger_and_the_past_only_look(app: MakeApp) -> None:
    async with app(None).run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("D")
        await until_shown(pilot, "Dana checks in on G34")
        await pilot.press("enter")
        await until_shown(pilot, "may check in here")
        await pilot.press("left_square_bracket")
        await until_shown(pilot, "read-only")
        await pilot.press("x")
        await until(pilot, lambda: any("an agreed action" in line for line in screen_text(pilot)))


def test_each_kind_of_item_has_the_key_of_the_action_that_settles_it() -> None:
    keys = {kind: DEFAULTS[SETTLED_BY[kind]] if kind in SETTLED_BY else FINISH_KEY for kind in DUE_KINDS}
    assert keys == {
        "check-in": "u",
        "feedback": "f",
        "manager's feedback": "f",
        "one-on-one": "o",
        "review": "r",
        "action": "x",
    }
