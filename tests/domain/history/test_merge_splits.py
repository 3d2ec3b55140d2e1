"""Goals that were split by a hand-over on one side of a merge, or on both: nothing counts twice, nothing is lost."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from datetime import date
from math import fsum
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.undo import Undo, commit_to_undo
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.activity import plan_of
from teamboard.domain.goals.progress import progress, value_of
from teamboard.domain.history.merge_conflicts import MergeConflict
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric
from teamboard.store.file.merge import merge
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, BEN, MARA, NOW
from tests.store.file.test_merge import COPY, HERE, LATER, Pair

G1, G3, G4 = RecordId("G1"), RecordId("G3"), RecordId("G4")
TARGET = 1_000


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Both sides with 230 of 1,000 on G1, which T1 sums up."""
    return parted(Pair(tmp_path))


def parted(pair: Pair) -> Pair:
    check_in(pair, HERE, 230)
    shutil.copy(pair.path, pair.copy)
    return pair


def check_in(pair: Pair, side: str, value: float, goal: RecordId = G1, by: Actor = ANA) -> Board:
    return pair.do(side, CheckInGoal(goal=goal, value=value), by)


def hand_over(pair: Pair, side: str, to: str = "ben", goal: RecordId = G1) -> Board:
    return pair.do(side, HandOverGoal(goal=goal, to=to))


def undo(pair: Pair, side: str, by: Actor) -> Board:
    revision, _ = commit_to_undo(side_of(pair, side), by)
    return pair.do(side, Undo(undoes=revision), by)


def side_of(pair: Pair, side: str) -> Board:
    return FileStore(pair.path if side == HERE else pair.copy, clock=lambda: pair.clock).load()


def targets(board: Board) -> dict[str, float]:
    """What G1 and the rests after it ask for."""
    parts = (g for g in board.goals if g.id == G1 or g.continues)
    return {g.id: g.measure.target for g in parts if isinstance(g.measure, Metric)}


@pytest.mark.parametrize(("split", "other"), [(HERE, COPY), (COPY, HERE)])
def test_a_check_in_moves_the_split_of_either_side(pair: Pair, split: str, other: str) -> None:
    hand_over(pair, split)
    check_in(pair, other, 600)
    assert targets(pair.merged()) == {"G1": 600, "G3": 400}


@pytest.mark.parametrize(("split", "other", "told"), [(HERE, COPY, "the copy"), (COPY, HERE, "the board here")])
def test_a_check_in_that_is_taken_back_leaves_nothing_to_split(pair: Pair, split: str, other: str, told: str) -> None:
    hand_over(pair, split)
    undo(pair, other, ANA)
    with pytest.raises(Refused, match=f"split at €230 when it was handed over as G3, and {told} has €0: undo the hand"):
        pair.merged()


def test_the_rest_of_a_rest_has_what_is_left(pair: Pair) -> None:
    hand_over(pair, HERE)
    check_in(pair, HERE, 100, G3, BEN)
    hand_over(pair, HERE, "mara", G3)
    check_in(pair, COPY, 600)
    assert targets(pair.merged()) == {"G1": 600, "G3": 100, "G4": 300}


def test_a_rest_that_is_closed_has_what_was_left(pair: Pair) -> None:
    hand_over(pair, HERE)
    check_in(pair, HERE, 770, G3, BEN)
    pair.do(HERE, CloseGoal(goal=G3, outcome="achieved", why="done"))
    check_in(pair, COPY, 600)
    assert targets(pair.merged()) == {"G1": 600, "G3": 400}


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize(("copy_holds", "rest", "owner"), [(False, "G3", "ben"), (True, "G4", "mara")])
def test_who_has_the_rest_is_asked_where_both_sides_handed_it_over(
    pair: Pair, copy_holds: bool, rest: str, owner: str, leaves: bool
) -> None:
    hand_over(pair, HERE)
    if leaves:
        pair.do(COPY, LeaveTeam(member="ana", day=NOW.date(), goals_to="mara"))
    else:
        hand_over(pair, COPY, "mara")
    (conflict,) = pair.found().conflicts
    assert (conflict.record_id, conflict.here["rest"], conflict.copy["rest"]) == (G1, "G3", "G4")
    board = pair.merged(split=copy_holds)
    assert targets(board) == {"G1": 230, rest: 770}
    assert board.goal(RecordId(rest)).owner == owner  # type: ignore[union-attr]
    assert {v.goal for v in board.revisions if v.reason in ("handed-over", "closed")} == {"G1", rest}
    with pytest.raises(Refused, match="can't be undone: G1 was split when it was handed over, and a part of it"):
        undo(pair, HERE, MARA)


def test_a_rest_on_which_somebody_worked_is_not_dropped(pair: Pair) -> None:
    hand_over(pair, HERE)
    hand_over(pair, COPY, "mara")
    check_in(pair, COPY, 50, G3, MARA)
    with pytest.raises(Refused, match="C2 was written about G4, its rest: keep that with --hold copy, or"):
        pair.merged(split=False)
    assert targets(pair.merged(split=True)) == {"G1": 230, "G4": 770}


@pytest.mark.parametrize("copy_holds", [False, True])
def test_a_goal_that_was_dropped_on_one_side_has_no_rest_if_that_holds(pair: Pair, copy_holds: bool) -> None:
    pair.do(HERE, CloseGoal(goal=G1, outcome="dropped", why="no market"))
    hand_over(pair, COPY)
    board = pair.merged(split=copy_holds)
    assert targets(board) == ({"G1": 230, "G3": 770} if copy_holds else {"G1": TARGET})
    assert board.goal(G1).outcome == ("achieved" if copy_holds else "dropped")  # type: ignore[union-attr]


def test_a_hand_over_that_is_undone_on_one_side_and_built_on_in_the_other(pair: Pair) -> None:
    hand_over(pair, HERE)
    shutil.copy(pair.path, pair.copy)
    undo(pair, HERE, MARA)
    check_in(pair, COPY, 50, G3, BEN)
    with pytest.raises(Refused, match=r"hand-over of G1 was undone here, and G3 was changed in the copy: undo that in"):
        pair.merged()


@pytest.mark.parametrize("by", [ANA, MARA])
def test_what_a_split_was_made_of_is_not_undone(pair: Pair, by: Actor) -> None:
    check_in(pair, COPY, 600)
    hand_over(pair, HERE)
    board = pair.merged()
    with pytest.raises(Refused, match="can't be undone: G1 was split when it was handed over, and a part of it"):
        undo(pair, HERE, by)
    assert targets(board) == targets(side_of(pair, HERE)) == {"G1": 600, "G3": 400}


@pytest.mark.parametrize(("split", "other"), [(HERE, COPY), (COPY, HERE)])
def test_the_count_of_a_week_moves_a_split_by_weeks(tmp_path: Path, split: str, other: str) -> None:
    pair = Pair(tmp_path)
    calls = AddGoal(
        owner="ana",
        title="Calls",
        measure=Activity(unit="€", per_week=10),
        starts=date(2026, 11, 2),
        aligned={RecordId("T1"): 1.0},
    )
    pair.do(HERE, calls)
    pair.do(HERE, CheckInGoal(goal=G3, value=10, on=date(2026, 11, 10)), ANA)
    shutil.copy(pair.path, pair.copy)
    before = side_of(pair, HERE)
    hand_over(pair, split, goal=G3)
    check_in(pair, other, 7, G3)
    board = pair.merged()
    kept, rest = board.goal(G3), board.goal(G4)
    assert (kept.due, rest.starts) == (date(2026, 11, 22), date(2026, 11, 23))  # type: ignore[union-attr]
    asked = [plan_of(b, g).target() for b, g in ((before, before.goal(G3)), (board, kept), (board, rest))]  # type: ignore
    assert asked[0] == asked[1] + asked[2]
    assert progress(board, kept) * asked[1] == 17  # type: ignore[arg-type]


_STEPS = st.sampled_from(["100", "350", "undo ana", "undo ben", "undo mara", "ben", "mara", "leave", "rest"])


@settings(max_examples=40)
@given(
    here=st.lists(_STEPS, max_size=4),
    copy=st.lists(_STEPS, max_size=4),
    later=st.lists(_STEPS, max_size=2),
    copy_holds=st.booleans(),
)
@pytest.mark.slow
def test_what_is_assigned_and_counted_stays_the_sum_of_its_parts(
    here: list[str], copy: list[str], later: list[str], copy_holds: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pair = parted(Pair(Path(folder)))
        _random_steps(pair, HERE, here)
        _random_steps(pair, COPY, copy)
        answers = {(c.record_id, c.field): copy_holds for c in _found(pair)}
        with contextlib.suppress(Refused):
            merge(FileStore(pair.path), str(pair.copy), answers, MARA, LATER)
        sums_hold(side_of(pair, HERE))
        _random_steps(pair, HERE, later)


def _found(pair: Pair) -> list[MergeConflict]:
    try:
        return pair.found().conflicts
    except Refused:
        return []


def _random_steps(pair: Pair, side: str, steps: list[str]) -> None:
    for step in steps:
        with contextlib.suppress(Refused):
            _random_step(pair, side, step)
        sums_hold(side_of(pair, side))


def sums_hold(board: Board) -> None:
    """G1 and the rests after it ask for what G1 asked for, and the team has what their last check-ins say."""
    assert fsum(targets(board).values()) == TARGET
    parts = [g for g in board.goals if g.aligned.get(RecordId("T1"))]
    team_goal = board.goal(RecordId("T1"))
    assert team_goal is not None
    assert isinstance(team_goal.measure, Metric)
    last = (value_of(g, board.last_checkin(g.id)) for g in parts)
    assert progress(board, team_goal) * team_goal.measure.target == pytest.approx(fsum(last))


def _random_step(pair: Pair, side: str, step: str) -> None:
    board = side_of(pair, side)
    rest = next((g for g in reversed([*board.goals]) if g.continues and g.outcome is None), None)
    goal = rest.id if rest else G1
    actors: dict[str, Actor] = {"ana": ANA, "ben": BEN, "mara": MARA}
    match step.split():
        case ["undo", who]:
            undo(pair, side, actors[who])
        case ["leave"]:
            pair.do(side, LeaveTeam(member="ana", day=NOW.date(), goals_to="mara"))
        case [("ben" | "mara") as to]:
            hand_over(pair, side, to, goal)
        case ["rest"]:
            check_in(pair, side, 40, goal, actors[rest.owner if rest else "ana"])
        case [value]:
            check_in(pair, side, float(value), G1, ANA)
