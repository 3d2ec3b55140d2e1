"""The rows of the board are kept while nothing has changed that they depend on, and no longer."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.domain.board_filter import MEMBER_ORDERS, MemberOrder, filter_board
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import MARA
from tests.helpers.screen import until
from tests.ui.conftest import MakeApp

ACTIONS: tuple[Action, ...] = (
    CheckInGoal(goal=RecordId("G13"), value=120),
    CheckInGoal(goal=RecordId("G32"), value=1, blocker="Legal"),
    GiveFeedback(to="ben", text="Both back!"),
    AddGoal(owner="mara", title="One more", measure=Metric("", 0, 1)),
    AddTeamGoal(title="For all of us", measure=Metric("", 0, 1)),
    CheckInGoal(goal=RecordId("G41"), value=1),
    ChangeMember(handle="ben", name="Aaron Okafor"),
    AddMember(handle="zoe", name="Zoe Zulu"),
)


def ids(screen: BoardScreen) -> list[str]:
    """The ids of all records on the board, in order."""
    return [row.record_id for row in screen.query_one(BoardView).rows if row.record_id]


def expected_ids(screen: BoardScreen) -> list[str]:
    """The same, filtered and sorted afresh."""
    filtered = filter_board(screen.shown, words=screen.words, order=screen.order)
    members = [i for s in filtered.sections for i in (s.member.id, *(g.id for g in s.goals))]
    return [*(t.id for t in filtered.team_goals), *members]


@pytest.mark.parametrize("words", ["", "achieved"])
@pytest.mark.parametrize("order", MEMBER_ORDERS)
async def test_the_rows_are_those_of_the_newest_board(
    app: MakeApp, sample_store: FileStore, order: MemberOrder, words: str
) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, BoardScreen)
        screen.order, screen.words = order, words
        assert ids(screen) == expected_ids(screen)
        for action in ACTIONS:
            sample_store.commit(action, MARA)
            revision = sample_store.load().revision
            await until(pilot, lambda revision=revision: screen.shown.board.revision == revision)  # type: ignore[misc]
            await pilot.pause()
            assert ids(screen) == expected_ids(screen), action


async def test_a_check_in_leaves_the_rows_of_an_unfiltered_board(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        view = pilot.app.screen.query_one(BoardView)
        before = view.rows
        sample_store.commit(CheckInGoal(goal=RecordId("G13"), value=120), MARA)
        await until(pilot, lambda: view.glow(RecordId("G13")) > 0)
        assert view._rows_now() is before  # noqa: SLF001 - nothing else tells rows that were kept from equal ones
