"""The call of a goal as progress, where it misses the target: what is marked on a bar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric
from tests.conftest import ANA, BEN, TODAY, Maker
from tests.helpers.forecasting import STARTS, board_of, forecasts_on, goal, team_goal

WEEK_4 = STARTS + timedelta(days=27)
FALLING = Metric(unit="%", start=8, target=4)


@pytest.mark.parametrize(
    ("measure", "value", "call", "expected"),
    [
        (Metric(unit="€", start=0, target=1000), 100.0, 800.0, 0.8),
        (Metric(unit="€", start=500, target=1000), 600.0, 750.0, 0.5),
        (Metric(unit="€", start=0, target=1000), 100.0, 1000.0, None),
        (Metric(unit="€", start=0, target=1000), 100.0, 1200.0, None),
        # What is reached is not missed, whatever was called before.
        (Metric(unit="€", start=0, target=1000), 1000.0, 800.0, None),
        (FALLING, 7.0, 5.0, 0.75),
        (FALLING, 7.0, 4.0, None),
        (FALLING, 7.0, 3.0, None),
        (Metric(unit="€", start=0, target=1000), 100.0, None, None),
        # Ten a week for thirteen weeks and some days.
        (Activity(unit="calls", per_week=10), 8.0, 1.0, pytest.approx(0.0076, abs=0.0005)),
    ],
)
def test_a_call_is_a_ratio_of_the_way_from_start_to_target(
    measure: Metric | Activity, value: float, call: float | None, expected: float | None
) -> None:
    board = board_of((goal(1, measure), {WEEK_4: {"value": value, "call": call}}))
    assert BoardOnDay(board, WEEK_4).missed_call(goal(1, measure)) == expected


def test_a_closed_goal_is_called_no_more() -> None:
    closed = goal(outcome="missed", closed=WEEK_4)
    board = board_of((closed, {STARTS: {"value": 100.0, "call": 800.0}}))
    assert BoardOnDay(board, WEEK_4).missed_call(closed) is None


@pytest.mark.parametrize(
    ("second", "expected"),
    [({"value": 100.0}, None), ({"value": 100.0, "call": 700.0}, 0.6), ({"value": 100.0, "call": 1500.0}, None)],
)
def test_a_sum_has_a_call_once_all_carriers_have_called(second: dict[str, Any], expected: float | None) -> None:
    board = board_of(
        (team_goal(measure=Metric(unit="€", start=0, target=2000)), {}),
        (goal(1, aligned={"T1": 1.0}), {STARTS: {"value": 100.0, "call": 500.0}}),
        (goal(2, owner="ben", aligned={"T1": 1.0}), {STARTS: second}),
    )
    shown = forecasts_on(board, WEEK_4).shown
    found = shown.board.goal(RecordId("T1"))
    assert found is not None
    assert shown.missed_call(found) == expected


def test_what_is_kept_of_calls_follows_each_change(maker: Maker) -> None:
    goals = [*maker.board.open_goals, *maker.board.open_team_goals]
    maker.do(CheckInGoal(goal=RecordId("G1"), value=100, call=300), ANA)
    shown = BoardOnDay(maker.board, TODAY)
    before = [shown.missed_call(g) for g in goals]
    maker.do(CheckInGoal(goal=RecordId("G2"), value=100, call=100), BEN)
    followed, _ = shown.followed_by(maker.board, TODAY)
    fresh = BoardOnDay(maker.board, TODAY)
    assert [followed.missed_call(g) for g in goals] == [fresh.missed_call(g) for g in goals] != before
