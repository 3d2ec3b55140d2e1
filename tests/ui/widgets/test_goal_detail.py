"""The detail of a goal: its figures, where they lead, and what was agreed."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import line_with, until_gone, until_shown
from tests.ui.conftest import MakeApp

ANA, MARA = Actor("ana", "login", "desk"), Actor("mara", "login", "desk")
G12, G13 = RecordId("G12"), RecordId("G13")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_says_where_a_goal_ends(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    sample_store.commit(CheckInGoal(goal=G12, value=812_000, call=1_100_000, best=1_250_000), ANA)
    async with app().run_test(size=size) as pilot:
        view = pilot.app.screen.query_one(BoardView)
        assert view.select(G12)
        await pilot.press("enter")
        await until_shown(pilot, "€812k of €1.2M, €388k to go")
        line_with(pilot, " call          €1.1M, best case €1.25M")
        assert " a week so far, €" in line_with(pilot, " run rate      €")
        line_with(pilot, " at this pace  €1.")
        if size == (120, 40):
            line_with(pilot, " days          1 Oct – 31 Dec")
        view.select(G13)
        await until_shown(pilot, "51 of 120 calls, 69 calls to go")
        line_with(pilot, " needs help    ⚑ Legal has not cleared")


@pytest.mark.slow
async def test_the_owner_and_their_manager_read_how_good_calls_were(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CheckInGoal(goal=G13, value=60, call=100), ANA)
    sample_store.commit(CloseGoal(goal=G13, outcome="missed", why="Too few leads"), MARA)
    for reader, reads in (("ana", True), ("mara", True), ("ben", False)):
        async with app(reader).run_test(size=(120, 40)) as pilot:
            assert pilot.app.screen.query_one(BoardView).select(G12)
            await pilot.press("enter")
            await until_shown(pilot, "€388k to go")
            if reads:
                # The mean of 33 % here, and of 3 % in the last quarter.
                await until_shown(pilot, "calls were 18 % of the target away")
            else:
                await until_gone(pilot, "calls were")


@pytest.mark.slow
async def test_a_team_goal_says_what_each_carrier_adds(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CheckInGoal(goal=G12, value=812_000, call=1_100_000), ANA)
    async with app().run_test(size=(120, 40)) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(RecordId("T3"))
        await pilot.press("enter")
        await until_shown(pilot, "5 of 6 have called")
        line_with(pilot, " assigned      €4.33M of €4.2M, €130k more than the target")
        heading, mine = line_with(pilot, " carried by "), line_with(pilot, " G12 Ana Ruiz ")
        for name, figure in {"value": "€812k", "target": "€1.2M", "gap": "€388k", "call": "€1.1M"}.items():
            # Right-aligned below the heading.
            assert heading.index(f" {name}") + len(f" {name}") == mine.index(f" {figure}") + len(f" {figure}")
