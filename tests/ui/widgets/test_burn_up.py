"""The charts of a goal: their legend and axes, and that they draw only what is known."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.store.file.store import FileStore
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.burn_up import BurnUpChart
from tests.helpers.screen import screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp

ANA = Actor("ana", "login", "desk")
BLOCKS = set("▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
"""The signs of a line of values."""


@pytest.mark.slow
async def test_a_legend_names_what_is_drawn(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=812_000, call=1_100_000, best=1_250_000), ANA)
    async with app().run_test(size=(80, 24)) as pilot:
        view = pilot.app.screen.query_one(BoardView)
        view.select(RecordId("G12"))
        await pilot.press("enter")
        await until_shown(pilot, "▀▀ value  ┄┄ pace  ┄┄ target  ░░ at this pace  ◆ call  ◇ best")
        # Once in the legend, once in the chart; the call is short of the target, and on the bar too.
        await until(pilot, lambda: [sum(sign in line for line in screen_text(pilot)) for sign in "◆◇"] == [3, 2])
        # The room between the quartiles.
        assert sum("░░░" in line for line in screen_text(pilot)) >= 2
        view.select(RecordId("G13"))
        await until_shown(pilot, "░░ at this pace  (calls)")
        assert not any("◆" in line for line in screen_text(pilot))


@pytest.mark.slow
async def test_nothing_is_drawn_before_the_first_check_in(app: MakeApp, sample_store: FileStore) -> None:
    goal = AddGoal(owner="ana", title="Pipeline", measure=Metric(unit="€", start=0, target=100))
    made = sample_store.commit(goal, Actor("mara", "login", "desk")).created[0]
    async with app().run_test(size=(80, 24)) as pilot:
        view = pilot.app.screen.query_one(BoardView)
        assert view.select(RecordId(made))
        await pilot.press("enter")
        await until_shown(pilot, "┄┄ pace  ┄┄ target")
        await until_gone(pilot, "▀▀ value")
        for value in (20, 40):
            sample_store.commit(CheckInGoal(goal=RecordId(made), value=value), ANA)
        await until_shown(pilot, "▀▀ value")
        await until_shown(pilot, "€40 of €100")
        await until(pilot, lambda: any(sign in BLOCKS for line in screen_text(pilot)[15:] for sign in line))
        chart = pilot.app.screen.query_one(BurnUpChart).region
        drawn = [
            x for y in range(chart.y, chart.bottom) for x, sign in enumerate(screen_text(pilot)[y]) if sign in BLOCKS
        ]
        assert drawn
        assert min(drawn) > chart.x + chart.width // 2


@pytest.mark.slow
async def test_what_is_far_beyond_the_target_has_a_scale(app: MakeApp, sample_store: FileStore) -> None:
    goal = AddGoal(owner="ana", title="Pipeline", measure=Metric(unit="€", start=0, target=100))
    made = sample_store.commit(goal, Actor("mara", "login", "desk")).created[0]
    sample_store.commit(CheckInGoal(goal=RecordId(made), value=520), ANA)
    async with app().run_test(size=(80, 24)) as pilot:
        view = pilot.app.screen.query_one(BoardView)
        assert view.select(RecordId(made))
        await pilot.press("enter")
        await until(pilot, lambda: any(line.lstrip().startswith("€400") for line in screen_text(pilot)))
        assert any(line.lstrip().startswith("€100") for line in screen_text(pilot))
