"""The formulas, by table."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals import progress as formulas
from teamboard.domain.goals.pace import pace
from teamboard.domain.goals.standing import readings
from teamboard.domain.ids import RecordId, number_of
from teamboard.domain.records import LARGEST, Goal, Measure, Metric, Milestone, Milestones, TeamGoal
from teamboard.render.board import board_lines
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker, small_maker

STEPS = Milestones(milestones=(Milestone(name="a"), Milestone(name="b"), Milestone(name="c", weight=2.0)))


def goal(starts: date, due: date, measure: Measure | None = None) -> Goal:
    measure = measure or Metric(unit="", start=0, target=100)
    return Goal(id=RecordId("G9"), owner="ana", title="t", measure=measure, kind="result", starts=starts, due=due)


@pytest.mark.parametrize(
    ("start", "target", "value", "expected"),
    [
        (0, 100, 0, 0.0),
        (0, 100, 50, 0.5),
        (0, 100, 100, 1.0),
        (0, 100, 130, 1.3),
        (0, 100, -20, -0.2),
        (7, 4, 5.5, 0.5),
        (7, 4, 8.5, -0.5),
        (74, 55, 55, 1.0),
        (-10, 10, 0, 0.5),
    ],
)
def test_metric_progress(start: float, target: float, value: float, expected: float) -> None:
    found = formulas.ratio_of(goal(TODAY, TODAY, Metric(unit="", start=start, target=target)), value)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(("done", "expected"), [((), 0.0), (("a",), 0.25), (("a", "c"), 0.75), (("a", "b", "c"), 1.0)])
def test_milestone_progress_is_weight_done_of_weight_of_all(
    maker: Maker, done: tuple[str, ...], expected: float
) -> None:
    maker.do(AddGoal(owner="ana", title="steps", measure=STEPS))
    if done:
        maker.do(CheckInGoal(goal=RecordId("G3"), done=done), ANA)
    assert formulas.progress(maker.board, maker.goal(RecordId("G3"))) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 9, 30), 0.0),
        (date(2026, 10, 1), 1 / 92),
        (date(2026, 11, 22), 53 / 92),
        (date(2026, 12, 31), 1.0),
        (date(2027, 1, 5), 1.0),
    ],
)
def test_pace_counts_both_end_days(today: date, expected: float) -> None:
    assert pace(Board({}), goal(date(2026, 10, 1), date(2026, 12, 31)), today) == pytest.approx(expected)


def test_pace_of_a_goal_of_one_day() -> None:
    assert pace(Board({}), goal(TODAY, TODAY), TODAY) == 1.0


def test_trend_is_the_change_of_seven_days(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 100, days_ago=20)
    maker.check_in(RecordId("G1"), 300, days_ago=7)
    maker.check_in(RecordId("G1"), 420, days_ago=6)
    maker.check_in(RecordId("G1"), 500)
    assert formulas.trend(maker.board, maker.goal(RecordId("G1")), TODAY) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        # Madrid is an hour ahead in winter and two in summer: the day turns before UTC's does.
        ("2026-11-22T22:59:59+00:00", date(2026, 11, 22)),
        ("2026-11-22T23:00:00+00:00", date(2026, 11, 23)),
        ("2026-10-24T21:59:59+00:00", date(2026, 10, 24)),
        ("2026-10-24T22:00:00+00:00", date(2026, 10, 25)),
        ("2026-10-25T22:59:59+00:00", date(2026, 10, 25)),  # the clocks went back that night
        ("2026-12-31T23:00:00+00:00", date(2027, 1, 1)),
    ],
)
def test_a_stamp_belongs_to_the_teams_day(maker: Maker, utc: str, day: date) -> None:
    stamp = NOW.fromisoformat(utc)
    assert maker.board.day_of(stamp) == day
    assert maker.board.end_of(day - timedelta(days=1)) <= stamp < maker.board.end_of(day)


def test_a_sum_counts_what_is_achieved_beyond_the_target(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 1500)
    maker.check_in(RecordId("G2"), 250, by=BEN)
    team_goal = maker.board.goal(RecordId("T1"))
    assert isinstance(team_goal, TeamGoal)
    assert formulas.progress(maker.board, team_goal) == pytest.approx(1750 / 2000)
    assert formulas.contributions(maker.board, team_goal) == pytest.approx({"ana": 1500 / 1750, "ben": 250 / 1750})


def test_a_mean_is_weighted_and_clipped(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Quality", rolls_up="mean"))
    for owner, weight in (("ana", 3.0), ("ben", 1.0)):
        measure = Metric(unit="", start=0, target=10)
        maker.do(AddGoal(owner=owner, title="q", measure=measure, weight=weight, aligned={RecordId("T2"): 1.0}))
    maker.check_in(RecordId("G3"), 20)
    maker.check_in(RecordId("G4"), 4, by=BEN)
    team_goal = maker.board.goal(RecordId("T2"))
    assert isinstance(team_goal, TeamGoal)
    assert formulas.progress(maker.board, team_goal) == pytest.approx((3 * 1.0 + 1 * 0.4) / 4)


def test_nobody_contributes_before_anything_is_achieved(maker: Maker) -> None:
    team_goal = maker.board.goal(RecordId("T1"))
    assert isinstance(team_goal, TeamGoal)
    assert formulas.contributions(maker.board, team_goal) == {}


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(-100, 2000)), max_size=12))
def test_readings_are_the_progress_at_each_week(found: list[tuple[int, float]]) -> None:
    maker = small_maker()
    for days_ago, value in sorted(found, reverse=True):
        maker.check_in(RecordId("G1"), value, days_ago)
    board = maker.board
    weeks = [TODAY - timedelta(days=7 * back) for back in range(5, -1, -1)]
    for record_id in map(RecordId, ("G1", "T1")):
        record = board.goal(record_id)
        assert record is not None
        expected = [formulas.progress(board, record, day) for day in [*weeks, None]]
        assert readings(board, record, TODAY) == pytest.approx(expected)


def test_the_largest_numbers_of_many_goals_stay_finite(maker: Maker) -> None:
    for _ in range(3):
        largest = Metric(unit="€", start=-LARGEST, target=LARGEST)
        maker.do(AddGoal(owner="ana", title="x", measure=largest, aligned={RecordId("T1"): 1.0}, weight=LARGEST), MARA)
        maker.check_in(max(maker.board.tables["goals"], key=number_of), LARGEST)
    shown = BoardOnDay(maker.board, TODAY)
    for record_id in (*maker.board.tables["team_goals"], *maker.board.tables["goals"]):
        one = maker.board.goal(record_id)
        assert one is not None
        assert all(math.isfinite(x) for x in (shown.standing(one).progress, *shown.standing(one).series))
    assert list(board_lines(shown, 80))
