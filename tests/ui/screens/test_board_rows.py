"""The rows of the board are kept while nothing has changed that they depend on, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.board_filter import MEMBER_ORDERS, MemberOrder, filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import CheckIn, DoneOrNot, Feedback, Goal, GoalRevision, Measure, Metric, TeamGoal
from teamboard.store.file.store import FileStore
from teamboard.ui.navigation import member_rank
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.rows import Row
from tests.conftest import MARA, NOW, TODAY, small_maker
from tests.helpers.screen import line_with, until, until_shown
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
    rank = member_rank(screen.shown, screen.order)
    filtered = filter_board(screen.shown, words=screen.words, order=screen.order, rank=rank)
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


MEASURES: list[Measure] = [Metric("€", 0, 1000), Metric("€", 900, 100), DoneOrNot()]
GOALS = st.sampled_from([RecordId("G1"), RecordId("G2"), RecordId("G3"), RecordId("T1")])


@st.composite
def changes(draw: st.DrawFn) -> Changes:
    """A change of a record, in a small board in which it may or may not be there."""
    number, at = draw(st.integers(1, 4)), NOW - timedelta(days=draw(st.integers(0, 40)))
    goal, owner = draw(GOALS), draw(st.sampled_from(["ana", "ben", "mara"]))
    records = {
        "check-in": CheckIn(
            id=RecordId(f"C{number}"), goal=goal, value=draw(st.floats(-100, 2000)), note="", by=owner, at=at
        ),
        "feedback": Feedback(
            id=RecordId(f"F{number}"), kind="praise", giver="mara", to=owner, text="Well asked", at=at
        ),
        "goal": Goal(
            id=RecordId(f"G{number}"),
            owner=owner,
            title="ARR",
            kind="result",
            measure=draw(st.sampled_from(MEASURES)),
            starts=TODAY - timedelta(days=draw(st.integers(1, 60))),
            due=TODAY + timedelta(days=30),
            outcome=draw(st.sampled_from([None, None, "missed"])),
            closed=TODAY,
            aligned=draw(st.sampled_from([{RecordId("T1"): 1.0}, {RecordId("T1"): 0.5}, {}])),
        ),
        "team goal": TeamGoal(
            id=RecordId(f"T{number}"),
            owner=owner,
            title="ARR of all",
            measure=Metric("€", 0, 2000),
            starts=TODAY - timedelta(days=30),
            due=TODAY + timedelta(days=30),
            rolls_up=draw(st.sampled_from(["own", "mean", "sum"])),
            outcome=draw(st.sampled_from([None, "missed"])),
        ),
        "revision": GoalRevision(
            id=RecordId(f"V{number}"),
            goal=goal,
            reason="market",
            why="Less of it",
            by="mara",
            at=at,
            state=draw(st.sampled_from(["proposed", "agreed"])),
            before={"measure": {"kind": "metric", "unit": "€", "start": 0.0, "target": 500.0}},
            after={"measure": {"kind": "metric", "unit": "€", "start": 0.0, "target": 1000.0}},
            effective=TODAY + timedelta(days=draw(st.integers(-20, 5))),
        ),
    }
    kind = draw(st.sampled_from([*records, "name", "removal"]))
    if kind == "removal":
        return {RecordId(f"C{number}"): None}
    if kind == "name":
        member = next(m for m in small_maker().board.members if m.handle == owner)
        return {member.id: replace(member, name=draw(st.sampled_from(["Aaron", "Zoe"])))}
    return {records[kind].id: records[kind]}


@given(st.lists(st.tuples(changes(), st.sampled_from([0, 0, 0, 1])), min_size=2, max_size=12))
def test_rows_and_standings_that_are_kept_are_those_of_a_new_screen(steps: list[tuple[Changes, int]]) -> None:
    def screens() -> list[BoardScreen]:
        made = [BoardScreen() for _ in MEMBER_ORDERS]
        for screen, order in zip(made, MEMBER_ORDERS, strict=True):
            screen.set_reactive(BoardScreen.order, order)
        return made

    def standings(shown: BoardOnDay) -> list[object]:
        goals: list[AnyGoal] = [*shown.board.team_goals, *shown.board.goals]
        return [shown.standing(goal) for goal in goals]

    def rows(screens: list[BoardScreen], shown: BoardOnDay) -> list[list[Row]]:
        return [screen._rows(shown) for screen in screens]  # noqa: SLF001 - an app takes a hundred times as long

    kept = screens()
    shown = BoardOnDay(small_maker().board, TODAY)
    for change, days in steps:
        rows(kept, shown), standings(shown)
        board = shown.loaded.apply(change)
        shown, _ = shown.followed_by(board, shown.day + timedelta(days=days))
        cold = BoardOnDay(Board(board.tables, revision=board.revision, ids=board.ids), shown.day)
        assert standings(shown) == standings(cold)
        assert rows(kept, shown) == rows(screens(), cold)


async def test_the_row_beside_one_that_is_gone_is_selected(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        view = pilot.app.screen.query_one(BoardView)
        for _ in range(2):
            shown = ids(pilot.app.screen)  # type: ignore[arg-type]
            gone = next(i for i in shown if i.startswith("G"))
            assert view.select(RecordId(gone))
            sample_store.commit(CloseGoal(goal=RecordId(gone), outcome="dropped", why="Enough"), MARA)
            await until(pilot, lambda gone=gone: gone not in ids(pilot.app.screen))  # type: ignore[arg-type, misc]
            assert view.selected == shown[shown.index(gone) + 1]


@pytest.mark.slow
async def test_a_low_confidence_has_a_sign_that_the_keys_explain(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=812_000, confidence=4), MARA)
    sample_store.commit(CheckInGoal(goal=RecordId("G14"), value=2, confidence=5), MARA)
    async with app().run_test(size=(120, 60)) as pilot:
        await until_shown(pilot, "on track ▿")
        assert " on track ▿ " in line_with(pilot, "G12 ")
        assert "▿" not in line_with(pilot, "G14 ")
        await pilot.press("question_mark")
        await until_shown(pilot, "a confidence of 4 or less")
