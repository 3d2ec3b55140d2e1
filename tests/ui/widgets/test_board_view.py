"""The board's lines on the screen: value and target, and what is assigned to nobody."""

from __future__ import annotations

import pytest

from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.domain.ids import RecordId
from teamboard.personal.settings import Settings
from teamboard.store.file.store import FileStore
from tests.conftest import MARA
from tests.helpers.screen import line_with, until, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "expected"),
    [(80, "at risk €158k nobody"), (120, "at risk     €158k to nobody"), (200, "at risk     €158k to nobody")],
)
async def test_what_is_assigned_to_nobody_stands_on_the_line_at_every_width(
    app: MakeApp, sample_store: FileStore, width: int, expected: str
) -> None:
    async with app("mara").run_test(size=(width, 24)) as pilot:
        await until_shown(pilot, "€2.13M of €4.2M")
        sample_store.commit(CloseGoal(goal=RecordId("G35"), outcome="missed", why="It goes elsewhere"), MARA)
        await until(pilot, lambda: expected in line_with(pilot, "New ARR"))
        assert "€2.13M of €4.2M" in line_with(pilot, "New ARR")


@pytest.mark.slow
async def test_a_big_board_says_value_and_target_too(app: MakeApp) -> None:
    async with app("mara", settings=Settings(big=True)).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "€2.13M of €4.2M · pace 57 %")
