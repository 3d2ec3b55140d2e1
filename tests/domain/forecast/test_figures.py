"""Attainment, gap, run rate, needed per week and calls, against plain arithmetic; a member's and a team goal's."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.check_ins import Calls
from teamboard.domain.forecast.figures import Forecasts, member_attainment, member_ending
from teamboard.domain.forecast.team import team_forecast
from teamboard.domain.records import Absence, Activity, DoneOrNot, Metric, Milestone, Milestones
from tests.helpers.forecasting import DUE, MEASURE, STARTS, board_of, forecasts_on, goal, team_goal, weekly

WEEK_4 = STARTS + timedelta(days=27)
LEFT = 64 / 7
CHURN = Metric(unit="%", start=8, target=5)
STEPS = Milestones(milestones=(Milestone(name="a"), Milestone(name="b", weight=3.0)))


def test_the_figures_of_a_sum() -> None:
    figures = forecasts_on(board_of((goal(), weekly(100, 200, 300, 400))), WEEK_4).of(goal())
    assert (figures.attainment, figures.gap, figures.run_rate) == (0.4, 600, 100)
    assert figures.needed_per_week == pytest.approx(600 / LEFT)
    assert figures.at_this_pace is not None
    assert figures.calls == Calls(None, None, 0, 1)


def test_the_figures_of_a_value_that_falls_go_down() -> None:
    figures = forecasts_on(board_of((goal(1, CHURN), weekly(7.5, 7))), STARTS + timedelta(days=13)).of(goal(1, CHURN))
    assert figures.attainment == pytest.approx(1 / 3)
    assert (figures.gap, figures.run_rate) == (-2, -0.5)
    assert figures.needed_per_week == pytest.approx(-2 / (78 / 7))
    assert figures.at_this_pace is None


def test_beyond_the_target_there_is_less_than_no_gap_and_nothing_needed() -> None:
    figures = forecasts_on(board_of((goal(), weekly(400, 1200))), STARTS + timedelta(days=13)).of(goal())
    assert (figures.attainment, figures.gap, figures.needed_per_week) == (1.2, -200, 0.0)


def test_of_what_is_done_or_not_there_is_no_number() -> None:
    figures = forecasts_on(board_of((goal(1, DoneOrNot()), {STARTS: 0.0})), WEEK_4).of(goal(1, DoneOrNot()))
    assert (figures.gap, figures.run_rate, figures.needed_per_week, figures.at_this_pace) == (None,) * 4


def test_milestones_and_activities_have_figures_in_their_units() -> None:
    calls = Activity(unit="calls", per_week=10)
    made = goal(2, calls, starts=date(2026, 10, 5), due=date(2026, 11, 1))
    board = board_of((goal(1, STEPS), {WEEK_4: {"done": ("a",), "value": 1.0}}), (made, {date(2026, 10, 11): 8.0}))
    steps = forecasts_on(board, WEEK_4).of(goal(1, STEPS))
    assert (steps.attainment, steps.gap, steps.run_rate) == (0.25, 3, 0.25)
    activity = forecasts_on(board, date(2026, 10, 11)).of(made)
    # 8 of four weeks of 10, and three weeks are left.
    assert (activity.attainment, activity.gap, activity.run_rate) == (0.2, 32, 8)
    assert activity.needed_per_week == pytest.approx(32 / 3)


def test_the_last_days_and_after() -> None:
    board = board_of((goal(), {DUE - timedelta(days=1): 900.0}))

    def needed(day: date) -> float | None:
        return forecasts_on(board, day).needed_per_week(goal())

    # Less than a week is left: what is needed is what is missing, not seven times as much.
    assert needed(DUE - timedelta(days=1)) == 100
    assert needed(DUE) == 100
    assert needed(DUE + timedelta(days=1)) is None
    past = forecasts_on(board, DUE + timedelta(days=30)).of(goal())
    assert (past.gap, past.at_this_pace) == (100, None)
    assert past.run_rate == pytest.approx(900 / (92 / 7))
    done = board_of((goal(), {DUE: 900.0}))
    assert forecasts_on(done, DUE).needed_per_week(goal()) is None


def test_before_the_first_check_in_there_is_no_run_rate() -> None:
    figures = forecasts_on(board_of((goal(), {})), WEEK_4).of(goal())
    assert (figures.attainment, figures.gap, figures.run_rate) == (0, 1000, None)
    assert figures.needed_per_week == pytest.approx(1000 / LEFT)
    early = forecasts_on(board_of((goal(), {})), STARTS - timedelta(days=7)).of(goal())
    assert (early.run_rate, early.at_this_pace) == (None, None)


def test_without_a_week_that_counts_there_is_no_rate() -> None:
    board = board_of((goal(), weekly(100, 200, 300, 400)), away=(Absence(starts=STARTS, ends=DUE),))
    figures = forecasts_on(board, WEEK_4).of(goal())
    assert (figures.gap, figures.run_rate, figures.needed_per_week, figures.at_this_pace) == (600, None, None, None)


def test_over_the_turn_of_a_year_weeks_are_weeks() -> None:
    winter: dict[str, Any] = {"starts": date(2026, 12, 7), "due": date(2027, 1, 31)}
    made = goal(1, **winter)
    board = board_of((made, weekly(100, 200, 300, 400, first=winter["starts"])))
    figures = forecasts_on(board, date(2027, 1, 3)).of(made)
    assert (figures.run_rate, figures.needed_per_week) == (100, 150)
    assert figures.at_this_pace is not None
    assert figures.at_this_pace.value == pytest.approx(800)


# -- a member


def test_a_members_attainment_is_the_weighted_mean_of_result_goals_and_not_clipped() -> None:
    board = board_of(
        (goal(1, weight=3.0), {STARTS: 1500.0}),
        (goal(2, CHURN), {STARTS: 9.0}),
        (goal(3, kind="skill"), {STARTS: 0.0}),
        (goal(4, outcome="missed", closed=WEEK_4), {STARTS: 500.0}),
        (goal(5, outcome="dropped", closed=WEEK_4), {STARTS: 0.0}),
        (goal(6, outcome="achieved", closed=date(2026, 9, 30), starts=date(2026, 7, 1)), {date(2026, 7, 1): 1000.0}),
        (goal(7, starts=date(2026, 12, 1)), {}),
        (goal(8, owner="ben"), {}),
    )
    shown = BoardOnDay(board, WEEK_4)
    ana, mara = board.member("ana"), board.member("mara")
    assert ana is not None
    assert mara is not None
    assert member_attainment(shown, ana) == pytest.approx((3 * 1.5 + 1 * (-1 / 3) + 1 * 0.5) / 5)
    assert member_attainment(shown, mara) is None


# -- a team goal


def serving(number: int, share: float = 1.0, **fields: Any) -> Any:
    shares = {"T1": share} if share == 1 else {"T1": share, "T2": 1 - share}
    return goal(number, aligned=shares, **fields)


def test_a_sum_adds_up_endings_and_what_has_none_as_it_stands() -> None:
    own, half, new = serving(1), serving(2, 0.5, owner="ben"), serving(3, owner="ben")
    board = board_of(
        (team_goal(measure=Metric(unit="€", start=0, target=3000)), {}),
        (team_goal(2), {}),
        (own, weekly(100, 150, 300, 400)),
        (half, weekly(10, 20, 30, 40)),
        (new, {STARTS: 70.0}),
    )
    forecasts = forecasts_on(board, WEEK_4)
    found = team_forecast(forecasts, team_goal(measure=Metric(unit="€", start=0, target=3000)))
    assert found.target == 3000
    assert found.value == pytest.approx(400 + 20 + 70)
    assert found.figures.gap == pytest.approx(3000 - 490)
    ending = found.figures.at_this_pace
    assert ending is not None
    assert ending.value == pytest.approx(400 + 100 * LEFT + (40 + 10 * LEFT) / 2 + 70)
    # One goal varies, the others do not.
    assert ending.high - ending.value == pytest.approx(0.6745 * sqrt(5000 / 3 * (LEFT + LEFT**2 / 4)))
    assert (found.assigned, found.unassigned) == (1000 + 500 + 1000, 500)
    first, second, third = found.carriers
    assert (second.goal.id, second.share, second.target, second.value, second.gap) == ("G2", 0.5, 500, 20, 480)
    assert second.at_this_pace is not None
    assert second.at_this_pace.value == pytest.approx((40 + 10 * LEFT) / 2)
    assert (first.gap, third.at_this_pace) == (600, None)


def test_two_goals_that_vary_alike_vary_less_together() -> None:
    board = board_of(
        (team_goal(), {}), *((serving(n, owner=who), weekly(100, 150, 300, 400)) for n, who in ((1, "ana"), (2, "ben")))
    )
    forecasts = forecasts_on(board, WEEK_4)
    both, one = forecasts.ending(team_goal()), forecasts.ending(serving(1))
    assert both is not None
    assert one is not None
    assert both.value == pytest.approx(2 * one.value)
    assert both.high - both.value == pytest.approx(sqrt(2) * (one.high - one.value))


def test_a_closed_carrier_is_assigned_what_it_reached() -> None:
    board = board_of(
        (team_goal(), {}),
        (serving(1, outcome="missed", closed=WEEK_4), {STARTS: 300.0}),
        (serving(2, outcome="dropped", closed=WEEK_4), {STARTS: 0.0}),
        (serving(3, owner="ben"), {STARTS: {"value": 100.0, "call": 500.0}}),
    )
    found = team_forecast(forecasts_on(board, WEEK_4), team_goal())
    assert (found.assigned, found.unassigned) == (1300, -300)
    assert [c.goal.id for c in found.carriers] == ["G1", "G3"]
    # What is closed has come, and needs no call.
    assert found.figures.calls == Calls(800, 800, 1, 1)


def test_a_sum_adds_up_calls_and_says_how_many_have_called() -> None:
    board = board_of(
        (team_goal(), {}),
        (team_goal(2), {}),
        (serving(1), {STARTS: {"value": 100.0, "call": 500.0, "best": 700.0}}),
        (serving(2, 0.5, owner="ben"), {STARTS: {"value": 100.0, "call": 400.0}}),
        (serving(3, owner="ben"), {STARTS: 350.0}),
    )
    # What some have called is not what the team expects.
    assert forecasts_on(board, WEEK_4).calls(team_goal()) == Calls(None, None, 2, 3, so_far=700)
    # Who has no best case counts with their call.
    all_called = board_of(
        (team_goal(), {}),
        (team_goal(2), {}),
        (serving(1), {STARTS: {"value": 100.0, "call": 500.0, "best": 700.0}}),
        (serving(2, 0.5, owner="ben"), {STARTS: {"value": 100.0, "call": 400.0}}),
    )
    assert forecasts_on(all_called, WEEK_4).calls(team_goal()) == Calls(700, 900, 2, 2)
    nobody = board_of((team_goal(), {}), (serving(1), {STARTS: 350.0}))
    assert forecasts_on(nobody, WEEK_4).calls(team_goal()) == Calls(None, None, 0, 1)


def test_a_sum_that_falls_adds_up_what_it_falls_by() -> None:
    churn = team_goal(measure=Metric(unit="lost", start=100, target=60))
    mine = goal(1, Metric(unit="lost", start=50, target=20), aligned={"T1": 1.0})
    told = {"value": 41.0, "call": 25.0, "best": 22.0}
    board = board_of((churn, {}), (mine, {**weekly(47, 44), STARTS + timedelta(days=20): told}))
    found = team_forecast(forecasts_on(board, STARTS + timedelta(days=20)), churn)
    assert (found.value, found.figures.gap, found.figures.calls) == (91, -31, Calls(75, 72, 1, 1))
    assert (found.assigned, found.unassigned) == (30, 10)
    carrier = found.carriers[0]
    assert (carrier.target, carrier.value, carrier.call, carrier.best) == (30, 9, 25, 28)
    assert found.figures.at_this_pace is not None
    assert found.figures.at_this_pace.value == pytest.approx(100 - (50 - (41 - 3 * 71 / 7)))


def test_a_mean_takes_the_mean_of_what_is_reached_at_the_end() -> None:
    mean = team_goal(measure=Metric(unit="points", start=0, target=10), rolls_up="mean")
    board = board_of(
        (mean, {}),
        (goal(1, weight=3.0, aligned={"T1": 1.0}), weekly(100, 200, 300, 400)),
        (goal(2, DoneOrNot(), aligned={"T1": 1.0}), {STARTS: 0.0}),
    )
    forecasts = forecasts_on(board, WEEK_4)
    found = team_forecast(forecasts, mean)
    # G1 would end above its target, and counts up to it.
    assert found.figures.at_this_pace is not None
    assert found.figures.at_this_pace.value == pytest.approx(10 * 3 / 4)
    assert found.value == pytest.approx(3.0)
    assert found.figures.gap == pytest.approx(7.0)
    assert (found.assigned, found.unassigned, found.figures.calls.call) == (None, None, None)
    assert [(c.goal.id, c.target, c.value) for c in found.carriers] == [("G1", 1000, 400), ("G2", 1, 0)]


def test_what_serves_adds_up_through_levels() -> None:
    below = team_goal(2, serves="T1", measure=Metric(unit="€", start=0, target=1500), owner="ben")
    top = team_goal(measure=Metric(unit="€", start=0, target=5000))
    mine = goal(1, aligned={"T2": 1.0})
    own = team_goal(3, serves="T1", rolls_up="own")
    board = board_of(
        (top, {}),
        (below, {}),
        (own, {STARTS: {"value": 50.0, "call": 900.0}}),
        (mine, {**weekly(100, 200, 300), WEEK_4: {"value": 400.0, "call": 800.0}}),
    )
    found = team_forecast(forecasts_on(board, WEEK_4), top)
    assert found.figures.at_this_pace is not None
    assert found.figures.at_this_pace.value == pytest.approx(400 + 100 * LEFT + 50)
    assert found.figures.calls == Calls(1700, 1700, 2, 2)
    assert (found.assigned, found.unassigned) == (2500, 2500)
    assert [c.goal.id for c in found.carriers] == ["T2", "T3"]


@given(st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=5), min_size=1, max_size=5))
def test_the_sum_of_what_carriers_add_is_what_the_team_has(gains: list[list[int]]) -> None:
    carriers = [
        (serving(n), weekly(*(float(sum(row[: i + 1])) for i in range(len(row))))) for n, row in enumerate(gains, 1)
    ]
    board = board_of((team_goal(), {}), *carriers)
    forecasts: Forecasts = forecasts_on(board, WEEK_4 + timedelta(days=7))
    found = team_forecast(forecasts, team_goal())
    assert found.value == pytest.approx(sum(row and float(sum(row)) for row in gains))
    ends = [c.at_this_pace.value if c.at_this_pace else c.value for c in found.carriers]
    if found.figures.at_this_pace is None:
        assert all(c.at_this_pace is None for c in found.carriers)
    else:
        assert found.figures.at_this_pace.value == pytest.approx(sum(ends))
    assert found.assigned == len(gains) * MEASURE.target


def test_a_closed_team_goal_that_open_goals_serve_still_counts_with_theirs() -> None:
    top = team_goal(measure=Metric(unit="€", start=0, target=3000))
    below = team_goal(2, serves="T1", outcome="dropped", closed=WEEK_4)
    mine = goal(1, aligned={"T2": 1.0})
    by_day = {**weekly(100, 200, 300), WEEK_4: {"value": 400.0, "call": 800.0}}
    found = team_forecast(forecasts_on(board_of((top, {}), (below, {}), (mine, by_day)), WEEK_4), top)
    assert found.figures.at_this_pace is not None
    assert found.figures.at_this_pace.value == pytest.approx(400 + 100 * LEFT)
    assert found.figures.calls == Calls(800, 800, 1, 1)
    assert (found.assigned, found.unassigned) == (1000, 2000)


def test_team_goals_that_another_program_wrote_in_a_circle_end() -> None:
    one, other = team_goal(1, serves="T2", rolls_up="own"), team_goal(2, serves="T1")
    board = board_of((one, {STARTS: 10.0}), (other, {}), (goal(1, aligned={"T2": 1.0}), weekly(100, 200, 300, 400)))
    forecasts = forecasts_on(board, WEEK_4)
    assert forecasts.ending(other) is not None
    assert forecasts.calls(other).asked == 2
    assert team_forecast(forecasts, other).assigned == 2000


def test_a_number_per_week_says_when_it_is_out_of_reach() -> None:
    made = goal(2, Activity(unit="calls", per_week=10), starts=date(2026, 10, 5), due=date(2026, 11, 1))
    wednesday, monday = date(2026, 10, 14), date(2026, 10, 19)
    board = board_of((made, {date(2026, 10, 11): 8.0, wednesday: 6.0}))
    # 4 more in the week of that Wednesday and two weeks of 10; 40 - 14 are to go.
    forecasts = forecasts_on(board, wednesday)
    assert (forecasts.gap(made), forecasts.at_most(made), forecasts.needed_per_week(made)) == (26, (24, 38), None)
    assert forecasts_on(board, monday).at_most(made) == (20, 34)
    reachable = board_of((made, {date(2026, 10, 11): 10.0, wednesday: 6.0}))
    assert forecasts_on(reachable, wednesday).at_most(made) is None
    assert forecasts_on(reachable, wednesday).needed_per_week(made) == pytest.approx(24 / (18 / 7))


def test_where_a_member_ends_is_the_mean_of_where_their_goals_end() -> None:
    ends, waits = goal(1, weight=3.0), goal(2)
    shown = BoardOnDay(board_of((ends, weekly(100, 200, 300, 400)), (waits, {WEEK_4: 500.0})), WEEK_4)
    forecasts = Forecasts(shown)
    ana, mara = (shown.board.member(handle) for handle in ("ana", "mara"))
    assert ana is not None
    assert mara is not None
    ending = forecasts.ending(ends)
    assert ending is not None
    # The second one has no ending yet: it counts as it stands.
    assert member_ending(forecasts, ana) == pytest.approx((3 * ending.value / 1000 + 1 * 0.5) / 4)
    assert member_ending(forecasts, mara) is None
