"""Team goals that serve team goals: what is below adds up, at any number of levels, and a circle is refused."""

from __future__ import annotations

from datetime import date, timedelta
from math import fsum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.alignment import AlignTeamGoal
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.alignment import alignment
from teamboard.domain.board_on_day import BoardOnDay, revision_impact
from teamboard.domain.goals.course import daily_course
from teamboard.domain.goals.progress import contributions, goal_parts, progress
from teamboard.domain.goals.standing import readings
from teamboard.domain.history.archive import archivable_ids
from teamboard.domain.history.log import InMemoryHistory
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, TeamGoal
from teamboard.domain.references import broken_references, invalid_references
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker, small_maker
from tests.helpers.refusing import refused

EURO = Metric(unit="€", start=0, target=4000)
T1, T2, T3 = RecordId("T1"), RecordId("T2"), RecordId("T3")


def team(maker: Maker, goal_id: RecordId) -> TeamGoal:
    found = maker.board.goal(goal_id)
    assert isinstance(found, TeamGoal)
    return found


def test_a_sum_adds_up_through_the_levels(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="All", measure=EURO, rolls_up="sum"))
    maker.do(AlignTeamGoal(goal=T1, serves=T2))
    maker.do(AddTeamGoal(title="Partners", measure=EURO, rolls_up="own", serves=T2))
    maker.check_in(RecordId("G1"), 300, 8)
    maker.check_in(RecordId("G2"), 500, 2, by=BEN)
    maker.do(CheckInGoal(goal=T3, value=200.0), MARA, NOW - timedelta(days=1))
    top = team(maker, T2)
    assert BoardOnDay(maker.board, TODAY).standing(top).value == 1000
    assert contributions(maker.board, top) == pytest.approx({"ana": 0.3, "ben": 0.5, "mara": 0.2})
    assert goal_parts(maker.board, top) == pytest.approx({T1: 0.2, T3: 0.05})
    assert {p.day: p.value for p in daily_course(maker.board, top, TODAY)}[TODAY - timedelta(days=2)] == 800
    branches = alignment(BoardOnDay(maker.board, TODAY))
    assert [(b.team_goal and b.team_goal.id, b.depth) for b in branches] == [(T2, 0), (T1, 1), (T3, 1), (None, 0)]
    assert [(b.team_goal.id, round(b.share, 9)) for b in branches[0].below] == [(T1, 0.8), (T3, 0.2)]


def test_a_mean_counts_a_team_goal_below_like_a_goal(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="All well"))
    maker.do(AlignTeamGoal(goal=T1, serves=T2))
    maker.do(AddGoal(owner="ana", title="Course", weight=3.0, aligned={T2: 1.0}))
    maker.check_in(RecordId("G1"), 1000)
    maker.do(CheckInGoal(goal=RecordId("G3"), value=1.0), ANA)
    assert progress(maker.board, team(maker, T2)) == (3.0 * 1.0 + 1.0 * 0.5) / 4.0
    maker.do(ReviseGoal(goal=T1, reason="market", why="Enough", drop=True))
    assert progress(maker.board, team(maker, T2)) == 1.0


def test_a_change_below_is_seen_above(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="All", measure=EURO, rolls_up="sum"))
    maker.do(AlignTeamGoal(goal=T1, serves=T2))
    before = BoardOnDay(maker.board, TODAY)
    before.standing(team(maker, T2))
    maker.check_in(RecordId("G1"), 400)
    after, _ = before.followed_by(maker.board, TODAY)
    assert after.standing(team(maker, T2)).value == 400
    goal = maker.goal(RecordId("G1"))
    impact = revision_impact(after, goal, msgspec.structs.replace(goal, outcome=None, aligned={}))
    assert [t.id for t, _, _ in impact.team] == [T1, T2]
    maker.do(AlignTeamGoal(goal=T1, serves=None))
    after, _ = after.followed_by(maker.board, TODAY)
    assert after.standing(team(maker, T2)).value == 0


def test_a_circle_is_refused_and_is_a_broken_reference(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="All", measure=EURO, rolls_up="sum"))
    maker.do(AddTeamGoal(title="Others", measure=EURO, rolls_up="sum", serves=T2))
    maker.do(AlignTeamGoal(goal=T1, serves=T3))
    assert "T2 can't serve T1: T1 serves T2 already." in refused(maker, AlignTeamGoal(goal=T2, serves=T1))
    assert "T2 can't serve T2: it can't serve itself." in refused(maker, AlignTeamGoal(goal=T2, serves=T2))
    maker.do(AddTeamGoal(title="Small", measure=EURO, rolls_up="sum", serves=T3))
    assert "T3 adds up €: its unit" in refused(maker, EditGoal(goal=RecordId("T4"), unit="$"))
    circle = {T2: msgspec.structs.replace(team(maker, T2), serves=T1)}
    after = maker.board.apply(dict(circle))
    assert [found.record_id for found in broken_references(maker.board, after, dict(circle))] == [T2]
    assert [found.record_id for found in invalid_references(after)] == [T1, T2, T3]
    gone = maker.board.apply({T2: None})
    assert [found.record_id for found in broken_references(maker.board, gone, {T2: None})] == [T3]


def test_serving_is_kept_where_both_are_renewed(maker: Maker) -> None:
    for serves in (None, T2, T2):
        maker.do(AddTeamGoal(title="All", measure=EURO, rolls_up="sum", serves=serves))
    maker.do(AlignTeamGoal(goal=T1, serves=T2))
    maker.do(BeginPeriod(starts=TODAY, choices={T1: "renew", T2: "renew", T3: "carry", RecordId("T4"): "close"}))
    assert [(t.id, t.serves) for t in maker.board.team_goals] == [
        (T1, T2), (T2, None), (T3, "T6"), ("T4", T2), ("T5", "T6"), ("T6", None),
    ]  # fmt: skip
    maker.do(BeginPeriod(starts=TODAY + timedelta(days=1), choices={RecordId("T5"): "renew", RecordId("T6"): "drop"}),
             at=NOW + timedelta(days=2))  # fmt: skip
    # Neither what goes on nor what is new serves what is over.
    assert [(t.id, t.serves) for t in maker.board.open_team_goals] == [(T3, None), ("T7", None)]


def test_what_a_team_goal_depends_on_is_not_archived_before_it(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="All", measure=EURO, rolls_up="sum", due=date(2027, 3, 31)))
    maker.do(AlignTeamGoal(goal=T1, serves=T2))
    maker.check_in(RecordId("G1"), 400)
    choices = {RecordId(i): "close" for i in ("T1", "G1", "G2")}
    board = maker.do(BeginPeriod(starts=TODAY, choices=choices))  # type: ignore[arg-type]
    board = board.with_history(InMemoryHistory(maker.history))
    assert board.team is not None
    ids = archivable_ids(board, board.team.earlier[-1], date(2027, 12, 31))
    assert not {"T1", "T2", "G1"} & {*ids}


# Each team goal with what it serves (an earlier one, or none), and each goal of two members with what it is aligned to.
TREES = st.lists(st.integers(-1, 5), min_size=1, max_size=6)
LEAVES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 900), st.integers(0, 40)), min_size=1, max_size=6)


@given(TREES, LEAVES)
def test_sums_through_any_tree_are_plain_arithmetic_over_the_leaves(
    parents: list[int], leaves: list[tuple[int, int, int]]
) -> None:
    maker = small_maker()
    for place, parent in enumerate(parents):
        serves = RecordId(f"T{min(parent, place) + 1}") if parent >= 0 else None
        maker.do(AddTeamGoal(title="Part", measure=EURO, rolls_up="sum", serves=serves))
    above = {t.id: t.serves for t in maker.board.team_goals}
    values: list[tuple[RecordId, str, float, date]] = []
    for where, value, days_ago in leaves:
        aligned, owner = RecordId(f"T{min(where, len(parents)) + 1}"), "ana" if value % 2 else "ben"
        goal = maker.board.next_id("goals")
        maker.do(
            AddGoal(owner=owner, title="Leaf", measure=Metric(unit="€", start=5, target=995), aligned={aligned: 1.0})
        )
        maker.check_in(goal, float(value), days_ago, by=ANA if owner == "ana" else BEN)
        values.append((aligned, owner, max(value - 5.0, 0.0), TODAY - timedelta(days=days_ago)))

    def is_below(goal_id: RecordId | None, top: RecordId) -> bool:
        return goal_id is not None and (goal_id == top or is_below(above[goal_id], top))

    shown = BoardOnDay(maker.board, TODAY)
    for top in maker.board.team_goals:
        below = [leaf for leaf in values if is_below(leaf[0], top.id)]
        span = top.measure.target  # type: ignore[union-attr]
        for day in (None, TODAY - timedelta(days=14)):
            expected = fsum(gain for _, _, gain, on in below if day is None or on <= day)
            assert progress(maker.board, top, day) * span == pytest.approx(expected)
        assert shown.standing(top).value == pytest.approx(fsum(gain for _, _, gain, _ in below))
        assert readings(maker.board, top, TODAY)[-1] == pytest.approx(progress(maker.board, top))
        whole = fsum(gain for _, _, gain, _ in below)
        shares = contributions(maker.board, top)
        for handle in ("ana", "ben"):
            mine = fsum(gain for _, owner, gain, _ in below if owner == handle)
            assert shares.get(handle, 0.0) == pytest.approx(mine / whole if whole else 0.0)


def test_any_number_of_levels() -> None:
    maker = small_maker()
    for number in range(1, 400):
        maker.do(AddTeamGoal(title="Up", measure=EURO, rolls_up="sum"))
        maker.board = maker.board.apply(
            {
                RecordId(f"T{number}"): msgspec.structs.replace(
                    team(maker, RecordId(f"T{number}")), serves=f"T{number + 1}"
                )
            }
        )
    maker.check_in(RecordId("G1"), 400)
    top = team(maker, RecordId("T400"))
    assert BoardOnDay(maker.board, TODAY).standing(top).value == pytest.approx(400)
    assert contributions(maker.board, top) == {"ana": 1.0, "ben": 0.0}
    assert progress(maker.board, top, TODAY) == pytest.approx(0.1)
    assert "T1 serves T400 already" in refused(maker, AlignTeamGoal(goal=RecordId("T400"), serves=T1))


def test_goals_alone_are_added_up_as_ever(maker: Maker) -> None:
    """One level deep, to the last bit."""
    maker.check_in(RecordId("G1"), 333.3)
    maker.check_in(RecordId("G2"), 77.7, by=BEN)
    expected = fsum([1.0 * 1000.0 / 2000.0 * (333.3 / 1000.0), 1.0 * 1000.0 / 2000.0 * (77.7 / 1000.0)])
    assert progress(maker.board, team(maker, T1)) == expected
