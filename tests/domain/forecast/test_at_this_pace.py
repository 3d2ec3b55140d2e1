"""Where a goal ends at this pace, against plain arithmetic: 92 days of Q4, a check-in a week."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.forecast.at_this_pace import Ending, at_this_pace
from teamboard.domain.records import (
    Absence,
    Activity,
    DoneOrNot,
    Metric,
    Milestone,
    Milestones,
    Period,
    Team,
)
from tests.helpers.forecasting import DUE, MEASURE, STARTS, board_of, days_after, goal, team_goal, weekly

WEEK_4 = STARTS + timedelta(days=27)
LEFT = 64 / 7
"""The weeks from the end of the fourth to the due day: 92 - 28 = 64 days."""
Q3: dict[str, Any] = {"starts": date(2026, 7, 1), "due": date(2026, 9, 30)}


def ending(board: Board, today: date, which: AnyGoal | None = None) -> Ending:
    found = at_this_pace(board, which or goal(), today)
    assert found is not None
    return found


def spread(squares: float, weeks: float, left: float) -> float:
    """A quartile's distance, by the formula in plain numbers: squares / (weeks - 1) is the variance of a week."""
    return 0.6745 * sqrt(squares / (weeks - 1) * (left + left**2 / weeks))


def test_a_sum_goes_on_with_the_mean_of_its_weeks() -> None:
    # Gains of 100, 50, 150, 100: mean 100, squares 0 + 2500 + 2500 + 0.
    board = board_of((goal(), weekly(100, 150, 300, 400)))
    found = ending(board, WEEK_4)
    assert found.value == pytest.approx(400 + 100 * LEFT)
    assert found.high - found.value == pytest.approx(spread(5000, 4, LEFT))
    assert found.value - found.low == pytest.approx(spread(5000, 4, LEFT))


def test_only_the_last_eight_weeks_count() -> None:
    # 900 in the first two weeks, then 10 a week: what was once is not what is.
    board = board_of((goal(), weekly(500, 900, *(900 + 10 * n for n in range(1, 9)))))
    found = ending(board, STARTS + timedelta(days=69))
    assert found.value == pytest.approx(980 + 10 * 22 / 7)
    assert found.low == found.high == pytest.approx(found.value)


def test_a_check_in_speaks_of_its_day_while_it_is_within_the_cadence() -> None:
    board = board_of((goal(), weekly(100, 200, 300, 400)))
    for days in (0, 1, 7):
        assert ending(board, WEEK_4 + timedelta(days=days)).value == pytest.approx(400 + 100 * LEFT)
    # After it, of today: 400 in 36 days, and 56 days are left.
    assert ending(board, WEEK_4 + timedelta(days=8)).value == pytest.approx(400 + 400 / 36 * 56)


@pytest.mark.parametrize("days", [(7, 14), (7, 14, 14), (1, 3, 6, 10)], ids=str)
def test_there_is_none_before_three_check_ins_and_two_weeks(days: tuple[int, ...]) -> None:
    by_day = dict.fromkeys(days_after(STARTS, *days), 100.0)
    assert at_this_pace(board_of((goal(), by_day)), goal(), days_after(STARTS, max(days))[0]) is None


def test_there_is_none_for_what_is_past_closed_or_done_or_not() -> None:
    steady = weekly(*(10 * n for n in range(1, 14)))
    board = board_of((goal(), steady), (goal(2, DoneOrNot()), weekly(0, 0, 0, 1)))
    assert at_this_pace(board, goal(), DUE) is not None
    assert at_this_pace(board, goal(), DUE + timedelta(days=1)) is None
    assert at_this_pace(board, goal(2, DoneOrNot()), WEEK_4) is None
    closed = goal(outcome="achieved", closed=WEEK_4)
    assert at_this_pace(board_of((closed, steady)), closed, WEEK_4) is None


def test_on_the_last_day_it_ends_with_what_it_has() -> None:
    by_day = {**weekly(100, 200, 300), DUE - timedelta(days=1): 910.0}
    # The 91st day; 56 days before it is the 35th, 14 of 70 days after the 21st: 300 + 610 / 5 = 422.
    found = ending(board_of((goal(), by_day)), DUE - timedelta(days=1))
    assert found.value == pytest.approx(910 + (910 - 422) / 8 / 7)
    by_day[DUE] = 950.0
    assert ending(board_of((goal(), by_day)), DUE) == Ending(950, 950, 950)


def test_the_last_periods_rest_is_half_of_it() -> None:
    # Last quarter 20 a week until its 28th day of 92, then 1,280 in the 64 days left: 140 a week.
    last = goal(2, title="arr", **Q3, outcome="achieved", closed=date(2026, 9, 30))
    before = {**weekly(20, 40, 60, 80, first=Q3["starts"]), date(2026, 9, 30): 1360.0}
    board = board_of((goal(), weekly(100, 200, 300, 400)), (last, before))
    found = ending(board, WEEK_4)
    assert found.value == pytest.approx(400 + (100 + 140) / 2 * LEFT)
    # Four equal weeks vary by nothing; what remains is that the two rates are 40 apart.
    assert found.high - found.value == pytest.approx(0.6745 * 20 * LEFT)
    assert found.low == pytest.approx(400 + 120 * LEFT - 0.6745 * 20 * LEFT)


@pytest.mark.parametrize(
    "last",
    [
        goal(2, replace(MEASURE, unit="$"), **Q3),
        goal(2, replace(MEASURE, start=5), **Q3),
        goal(2, owner="ben", **Q3),
        goal(2, kind="skill", **Q3),
        goal(2, **Q3, outcome="dropped", closed=date(2026, 9, 1)),
        goal(2, starts=date(2026, 1, 1), due=date(2026, 6, 30)),
        goal(2, starts=date(2026, 7, 1), due=date(2026, 10, 1)),
    ],
    ids=["unit", "level", "owner", "kind", "dropped", "long ago", "not over"],
)
def test_another_goal_is_not_the_last_periods(last: Any) -> None:
    before = weekly(20, 40, 60, 1080, first=last.starts)
    board = board_of((goal(), weekly(100, 200, 300, 400)), (last, before))
    assert ending(board, WEEK_4).value == pytest.approx(400 + 100 * LEFT)


def test_of_several_goals_the_one_with_the_same_title_is_the_last_periods() -> None:
    flat, steep = weekly(1, 2, 3, 3, first=Q3["starts"]), weekly(1, 2, 3, 643, first=Q3["starts"])
    one, other = goal(2, title="New", **Q3), goal(3, title="Renewals", **Q3)
    board = board_of((goal(title="Renewals"), weekly(100, 200, 300, 400)), (one, steep), (other, flat))
    assert ending(board, WEEK_4, goal(title="Renewals")).value < 400 + 100 * LEFT
    board = board_of((goal(title="Both"), weekly(100, 200, 300, 400)), (one, steep), (other, flat))
    assert ending(board, WEEK_4, goal(title="Both")).value == pytest.approx(400 + 100 * LEFT)
    # Nor is it guessed which of two goals of this period follows the only one of the last.
    board = board_of((goal(title="Both"), weekly(100, 200, 300, 400)), (goal(4, title="Too"), {}), (other, flat))
    assert ending(board, WEEK_4, goal(title="Both")).value == pytest.approx(400 + 100 * LEFT)


def test_a_last_check_in_after_the_due_day_is_the_last_periods_value() -> None:
    last = goal(2, **Q3)
    before = {**weekly(20, 40, 60, 80, first=Q3["starts"]), date(2026, 10, 2): 1360.0}
    board = board_of((goal(), weekly(100, 200, 300, 400)), (last, before))
    assert ending(board, WEEK_4).value == pytest.approx(400 + (100 + 140) / 2 * LEFT)


def test_days_away_count_neither_behind_nor_ahead() -> None:
    # Two weeks away behind, one ahead: four weeks that count for 400, and 64 - 14 - 7 = 43 days left.
    away = (
        Absence(starts=STARTS + timedelta(days=14), ends=STARTS + timedelta(days=27)),
        Absence(starts=date(2026, 12, 21), ends=date(2026, 12, 27)),
    )
    by_day: Any = dict(zip(days_after(STARTS, 7, 14, 35, 42), (100, 200, 300, 400), strict=True))
    board = board_of((goal(), by_day), away=away)
    assert ending(board, STARTS + timedelta(days=41)).value == pytest.approx(400 + 100 * (92 - 42 - 7) / 7)
    counts = Team(
        id=board.team.id if board.team else goal().id,
        name="Northwind",
        timezone="UTC",
        period=Period(name="Q4 2026", starts=STARTS, ends=DUE),
        away_counts=True,
    )
    board = board_of((goal(), by_day), away=away, team=counts)
    assert ending(board, STARTS + timedelta(days=41)).value == pytest.approx(400 + 400 / 6 * 50 / 7)


def test_away_for_all_that_is_left_it_ends_with_what_it_has() -> None:
    away = (Absence(starts=WEEK_4 + timedelta(days=1), ends=DUE),)
    board = board_of((goal(), weekly(100, 150, 300, 400)), away=away)
    assert ending(board, WEEK_4) == Ending(400, 400, 400)
    always = board_of((goal(), weekly(100, 150, 300, 400)), away=(Absence(starts=STARTS, ends=DUE),))
    assert at_this_pace(always, goal(), WEEK_4) is None


def test_weeks_of_a_ramp_count_in_part() -> None:
    # Until 31 October a day counts half: 28 days are two weeks, in which 200 were won, and 3 x 1/2 + 61 days are left.
    board = board_of((goal(), weekly(50, 100, 150, 200)), starts=STARTS, ramp=(50,))
    found = ending(board, WEEK_4)
    assert found.value == pytest.approx(200 + 200 / 2 * (3 * 0.5 + 61) / 7)


def test_a_level_goes_on_as_it_changed_within_its_bounds() -> None:
    churn, rate = Metric(unit="%", start=8, target=5), Metric(unit="%", start=90, target=99)
    board = board_of((goal(1, churn), weekly(7.9, 7.8, 7.7, 7.6)), (goal(2, rate), weekly(93, 95, 96, 97)))
    assert ending(board, WEEK_4, goal(1, churn)).value == pytest.approx(7.6 - 0.1 * LEFT)
    assert ending(board, WEEK_4, goal(2, rate)).value == 100
    steep = board_of((goal(1, churn), weekly(7, 6, 5, 4)))
    assert ending(steep, WEEK_4, goal(1, churn)) == Ending(0, 0, 0)
    below = Metric(unit="NPS", start=-20, target=-30)
    down = board_of((goal(1, below), weekly(-21, -22, -23, -24)))
    assert ending(down, WEEK_4, goal(1, below)).value == pytest.approx(-24 - LEFT)


def test_a_level_has_no_last_period() -> None:
    rate = Metric(unit="%", start=20, target=30)
    board = board_of((goal(1, rate), weekly(21, 22, 23, 24)), (goal(2, rate, **Q3), weekly(20, 20, 20, 20)))
    assert ending(board, WEEK_4, goal(1, rate)).value == pytest.approx(24 + LEFT)


def test_milestones_are_counted_from_the_first_day_and_end_with_all() -> None:
    steps = Milestones(milestones=tuple(Milestone(name=n, weight=2.0) for n in "abcde"))

    def done(*names: str) -> Any:
        return {"done": names, "value": 2.0 * len(names)}

    told = (done("a"), done("a"), done("a"), done("a", "b"))
    by_day = dict(zip(days_after(STARTS, 7, 14, 21, 28), told, strict=True))
    found = ending(board_of((goal(1, steps), by_day)), WEEK_4, goal(1, steps))
    assert found.value == pytest.approx(min(4 + 1 * LEFT, 10))
    assert found.low == pytest.approx(4 + LEFT - spread(1 + 1 + 1 + 1, 4, LEFT))
    assert found.high == 10


def test_an_activity_goes_on_with_its_share_of_what_weeks_ask_for() -> None:
    # Monday 5 October to Sunday 29 November: eight weeks of ten; three weeks with 10, 5 and 20 (of which 10 count).
    calls = Activity(unit="calls", per_week=10)
    made = goal(1, calls, starts=date(2026, 10, 5), due=date(2026, 11, 29))
    by_day: Any = {date(2026, 10, 9): 10, date(2026, 10, 16): 5, date(2026, 10, 23): 20, date(2026, 10, 26): 3}
    shares, left = (1.0, 0.5, 1.0), 5
    mean = sum(shares) / 3
    found = ending(board_of((made, by_day)), date(2026, 10, 26), made)
    assert found.value == pytest.approx(25 + mean * 10 * left)
    deviation = sqrt(sum((share - mean) ** 2 for share in shares) / 2)
    apart = 0.6745 * deviation * sqrt(left * 100 + 50**2 / 3)
    assert found.low == pytest.approx(found.value - apart)
    assert found.high == pytest.approx(min(found.value + apart, 80))
    # A week in which more is done than usual counts what is done.
    by_day[date(2026, 10, 26)] = 10
    assert ending(board_of((made, by_day)), date(2026, 10, 26), made).value == pytest.approx(35 + mean * 40)


def test_a_team_goal_of_its_own_goes_on_too_and_nobody_is_away() -> None:
    own, last = team_goal(1, rolls_up="own"), team_goal(2, rolls_up="own", **Q3)
    before = {**weekly(20, 40, 60, 80, first=Q3["starts"]), date(2026, 9, 30): 1360.0}
    board = board_of((own, weekly(100, 200, 300, 400)), (last, before))
    assert ending(board, WEEK_4, own).value == pytest.approx(400 + (100 + 140) / 2 * LEFT)


VALUES = st.lists(st.integers(0, 500), min_size=3, max_size=12)


@given(VALUES, st.integers(0, 9))
def test_what_only_rises_ends_no_lower_and_between_its_quartiles(gains: list[int], later: int) -> None:
    values = [float(sum(gains[: n + 1])) for n in range(len(gains))]
    board = board_of((goal(), weekly(*values)))
    today = STARTS + timedelta(days=7 * len(gains) - 1 + later)
    if today <= DUE:
        found = ending(board, today)
        assert values[-1] <= found.low <= found.value <= found.high


@given(VALUES, st.sampled_from([0.5, 3.0, 1000.0]))
def test_in_another_unit_it_is_the_same(gains: list[int], factor: float) -> None:
    values = [float(sum(gains[: n + 1])) for n in range(len(gains))]
    today = STARTS + timedelta(days=7 * len(gains) - 1)
    plain = ending(board_of((goal(), weekly(*values))), today)
    scaled = ending(board_of((goal(), weekly(*(factor * v for v in values)))), today)
    for one, other in zip((plain.value, plain.low, plain.high), (scaled.value, scaled.low, scaled.high), strict=True):
        assert other == pytest.approx(factor * one, abs=1e-6)


@given(st.lists(st.integers(1, 84), min_size=3, max_size=20, unique=True), st.integers(1, 50))
def test_a_steady_gain_leads_to_a_straight_line_on_whatever_days_it_is_told(days: list[int], a_day: int) -> None:
    by_day: Any = {days_after(STARTS, n)[0]: float(a_day * n) for n in sorted(days)}
    today = max(by_day)
    found = at_this_pace(board_of((goal(), by_day)), goal(), today)
    if max(days) >= 14:
        assert found is not None
        assert found.value == pytest.approx(a_day * 92)
        assert found.high - found.low == pytest.approx(0, abs=1e-6)
