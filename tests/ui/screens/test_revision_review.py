"""A goal that somebody else has set, on its owner's screen."""

from __future__ import annotations

import pytest

from teamboard.actions.goals import AddGoal, ProposeGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import GoalRevision, Metric
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.revisions.revision_review import RevisionReviewScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_owner_reads_the_terms_and_acknowledges(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        await until_shown(pilot, "ARR Iberia")
        measure = Metric(unit="calls", start=0, target=90)
        sample_store.commit(AddGoal(owner="ana", title="Calls [b]at nine[/]", measure=measure), MARA)
        await until_shown(pilot, "⟳ 1")
        await until_shown(pilot, "Calls [b]at nine[/]")
        pilot.app.screen.query_one(BoardView).select(RecordId("G41"))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, RevisionReviewScreen))
        await until_shown(pilot, "set by Mara Lind")
        for piece in (
            "G41 Calls [b]at nine[/]",
            "has not acknowledged it yet",
            "start       0 calls",
            "90 calls",
            "a Acknowledge",
        ):
            assert any(piece in line for line in screen_text(pilot)), piece
        assert not any("m Realign" in line for line in screen_text(pilot))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until_gone(pilot, "⟳ 1")
        await pilot.press("enter")
        await until_shown(pilot, "from 0 calls to 90 calls")
        assert not any("to acknowledge" in line for line in screen_text(pilot))
    found = sample_store.load().get(RecordId("V7"))
    assert isinstance(found, GoalRevision)
    assert found.acknowledged == ("ana",)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_manager_agrees_to_a_goal_that_somebody_proposes(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await until_shown(pilot, "ARR Iberia")
        measure = Metric(unit="€", start=0, target=120_000)
        propose = ProposeGoal(title="Win back Hotel Sol", measure=measure, why="They left over [b]one[/] invoice.")
        sample_store.commit(propose, ANA)
        await until(pilot, lambda: any("proposed" in line for line in screen_text(pilot) if "G41" in line))
        view = pilot.app.screen.query_one(BoardView)
        view.select(RecordId("G41"))
        await pilot.press("u")
        await until_shown(pilot, "G41 is proposed and")
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, RevisionReviewScreen))
        for piece in ("Ana Ruiz proposes a goal", "target      €120,000", "over [b]one[/] invoice", "a Agree"):
            await until_shown(pilot, piece)
        assert not any("Propose otherwise" in line for line in screen_text(pilot))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: "proposed" not in line_with(pilot, "G41"))
    assert sample_store.load().counts(RecordId("G41"))


@pytest.mark.slow
async def test_a_proposal_that_is_declined_leaves_the_board(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(ProposeGoal(title="Win back Hotel Sol"), ANA)
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "Win back Hotel Sol")
        pilot.app.screen.query_one(BoardView).select(RecordId("G41"))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, RevisionReviewScreen))
        await pilot.press("d", *"Not", "space", *"now", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: not any("G41" in line and "Win back" in line for line in screen_text(pilot)))
    assert not sample_store.load().is_proposed(RecordId("G41"))
