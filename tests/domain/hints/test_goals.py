"""Hints about goals: each condition at its bounds, with days away, a first day and another owner before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.domain.records import (
    Absence,
    Activity,
    DoneOrNot,
    Fact,
    Goal,
    GoalRevision,
    Measure,
    Metric,
    Milestone,
    Milestones,
)
from tests.helpers.forecasting import STARTS, board_of, goal, team_goal, weekly
from tests.helpers.hinting import DAY, QUIET, a_team, ago, hint, noon, said, with_records

TEAM = a_team(*QUIET)
CALLS = Activity(unit="calls", per_week=10)
RATE = Metric(unit="%", start=20, target=40)
DONE_EACH_WEEK = weekly(10, 10, 10, 10, 10, 10, 10)
AWAY = (Absence(starts=ago(6), ends=ago(4)),)
HELP = {"value": 500.0, "blocker": "Legal is slow"}
STEP = {"value": 200.0, "next_step": "Call them"}


def board(*goals: tuple[Any, Mapping[date, Any]], **ana: Any) -> Board:
    return board_of(*goals, team=TEAM, **ana)


def named(found: Goal, title: str) -> Goal:
    return goal(int(found.id[1:]), found.measure, title=title)


def handed_over(number: int, days: int, before: str = "ben") -> GoalRevision:
    """The revision by which G1 came from somebody else."""
    return revision(number, days, reason="handed-over", before={"owner": before}, after={"owner": "ana"})


def revision(number: int, days: int, **fields: Any) -> GoalRevision:
    given: dict[str, Any] = {
        "goal": RecordId("G1"), "reason": "market", "why": "Why", "by": "mara", "at": noon(ago(days)),
        "state": "agreed", "before": {"due": "2026-12-31"}, "after": {"due": "2026-12-31"}, "effective": ago(days),
    }  # fmt: skip
    return GoalRevision(id=RecordId(f"V{number}"), **(given | fields))


# -- help wanted


@pytest.mark.parametrize(
    ("by_day", "away", "says"),
    [
        ({ago(8): HELP}, (), "G1 ARR has needed help for 8 days"),
        ({ago(7): HELP}, (), ""),
        ({ago(10): HELP}, AWAY, ""),
        ({ago(11): HELP}, AWAY, "G1 ARR has needed help for 8 days"),
        ({ago(20): HELP, ago(9): HELP, ago(1): HELP}, (), "G1 ARR has needed help for 20 days"),
        ({ago(20): HELP, ago(12): 500.0, ago(6): HELP}, (), ""),
        ({ago(20): HELP, ago(1): 500.0}, (), ""),
        ({ago(20): HELP | {"value": 1000.0}}, (), ""),
    ],
)
def test_help_that_is_wanted_for_more_than_a_week(by_day: Any, away: tuple[Absence, ...], says: str) -> None:
    assert hint(board((goal(), by_day), away=away), "blocker") == says


def test_help_counts_from_the_day_on_which_the_goal_became_theirs() -> None:
    held = board((goal(), {ago(30): HELP, ago(3): HELP}))
    assert hint(held, "blocker") == "G1 ARR has needed help for 30 days"
    assert hint(with_records(held, handed_over(1, 5)), "blocker") == ""


def test_of_two_goals_the_more_pressing_one_is_named() -> None:
    found = board((goal(1), {ago(9): HELP}), (goal(2), {ago(12): HELP}))
    assert said(found)[0] == "G2 ARR has needed help for 12 days"


# -- activities on plan


def result(**fields: Any) -> Goal:
    given: dict[str, Any] = {"measure": Metric(unit="deals", start=0, target=10)} | fields
    return goal(1, **given)


def calls(number: int = 2, **fields: Any) -> Goal:
    return goal(number, CALLS, title="Calls", **fields)


DRIVES = RecordId("G1")


@pytest.mark.parametrize(
    ("value", "done", "says"),
    [
        (2, DONE_EACH_WEEK, "G2 Calls on plan, G1 ARR 20 % against a pace of 57 %: look at what it leads to"),
        (6, DONE_EACH_WEEK, ""),
        (2, weekly(5, 5, 5, 5, 5, 5, 5), ""),
        (2, {}, ""),
    ],
)
def test_what_is_driven_lags_while_the_activity_is_on_plan(value: float, done: Any, says: str) -> None:
    found = board((result(), {ago(1): float(value)}), (calls(drives=DRIVES), done))
    assert hint(found, "activities") == says


def test_an_activity_that_drives_nothing_or_one_of_two_that_is_behind_says_nothing() -> None:
    lags = (result(), {ago(1): 2.0})
    assert hint(board(lags, (calls(), DONE_EACH_WEEK)), "activities") == ""
    behind = (calls(3, drives=DRIVES), weekly(1, 1, 1, 1, 1, 1, 1))
    assert hint(board(lags, (calls(drives=DRIVES), DONE_EACH_WEEK), behind), "activities") == ""


def rate(value: float, measure: Measure = RATE, **fields: Any) -> tuple[Goal, dict[date, Any]]:
    return goal(1, measure, title="Win rate", **fields), {ago(1): value}


@pytest.mark.parametrize(
    ("value", "done", "says"),
    [
        (25, DONE_EACH_WEEK, "activities on plan, G1 Win rate 25 % against 40 %: look at discovery"),
        (34, DONE_EACH_WEEK, ""),
        (25, weekly(5, 5, 5, 5, 5, 5, 5), ""),
        (25, None, ""),
    ],
)
def test_a_win_rate_lags_while_activities_are_on_plan(value: float, done: Any, says: str) -> None:
    activities = [] if done is None else [(calls(), done)]
    assert hint(board(rate(value), *activities), "win-rate") == says


def test_a_win_rate_on_plan_may_be_below_the_teams() -> None:
    measure = Metric(unit="%", start=10, target=20)
    own, serves = rate(19, measure, aligned={RecordId("T1"): 1.0}), {RecordId("T1"): 1.0}
    bens = goal(3, measure, "ben", title="Win rate", aligned=serves), {ago(1): 40.0}
    mean: tuple[Any, dict[date, Any]] = team_goal(1, Metric(unit="%", start=10, target=30), rolls_up="mean"), {}
    found = board(mean, own, (calls(), DONE_EACH_WEEK), bens)
    says = "activities on plan, G1 Win rate 19 % against 29.5 % in the team: look at discovery"
    assert hint(found, "win-rate") == says
    near = goal(3, measure, "ben", title="Win rate", aligned=serves), {ago(1): 21.0}
    assert hint(board(mean, own, (calls(), DONE_EACH_WEEK), near), "win-rate") == ""


@pytest.mark.parametrize("fields", [{"kind": "skill"}, {"measure": Metric(unit="€", start=20, target=40)}])
def test_a_skill_in_per_cent_and_an_amount_are_no_win_rate(fields: dict[str, Any]) -> None:
    found = board((goal(1, **({"measure": RATE} | fields)), {ago(1): 21.0}), (calls(), DONE_EACH_WEEK))
    assert hint(found, "win-rate") == ""


@pytest.mark.parametrize(
    ("value", "name", "on", "says"),
    [
        (14, "Win rate", 3, "activities on plan, Win rate 14 % against 30 % in the team: look at discovery"),
        (27, "Win rate", 3, ""),
        (26.9, "Win rate", 3, "activities on plan, Win rate 26.9 % against 30 % in the team: look at discovery"),
        (14, "Talk share in calls", 3, ""),
        (14, "Win rate", 60, ""),
    ],
)
def test_a_win_rate_among_the_facts_is_held_against_the_teams_median(
    value: float, name: str, on: int, says: str
) -> None:
    facts = [
        Fact(id=RecordId(f"E{i}"), member=who, name=name, value=worth, on=ago(on), source="CRM", unit="%")
        for i, (who, worth) in enumerate((("ana", value), ("ben", 30.0), ("mara", 50.0)), start=1)
    ]
    assert hint(with_records(board((calls(), DONE_EACH_WEEK)), *facts), "win-rate") == says
    assert hint(with_records(board(), *facts), "win-rate") == ""


# -- calls


@pytest.mark.parametrize(
    ("call", "says"),
    [
        # 100 a week: after the eighth week 800 + 100 x the 36 days that are left.
        (1577, ""),
        (1578, "G1 ARR: call €1,580, at this pace €1,310"),
        (None, ""),
    ],
)
def test_a_call_a_fifth_above_where_the_pace_leads(call: float | None, says: str) -> None:
    by_day = weekly(100, 200, 300, 400, 500, 600, 700, 800)
    last = max(by_day)
    found = board((goal(measure=Metric(unit="€", start=0, target=2000)), by_day | {last: {"value": 800, "call": call}}))
    assert hint(found, "call", day=last) == says


def test_a_call_that_is_dated_before_the_goal_was_set_holds() -> None:
    by_day = weekly(100, 200, 300, 400, 500, 600, 700, 800)
    days = sorted(by_day)
    called = by_day | {days[-2]: {"value": 700, "call": 1900}}
    found = board((goal(measure=Metric(unit="€", start=0, target=2000), set_on=days[-1]), called))
    assert hint(found, "call", day=days[-1]) == "G1 ARR: call €1,900, at this pace €1,310"


def test_a_call_on_what_falls_and_one_before_the_forecast() -> None:
    by_day = weekly(20, 19, 18, 17, 16, 15, 14, 13)
    last, falls = max(by_day), goal(measure=Metric(unit="h", start=20, target=5))
    low, near = ({"value": 13.0, "call": call} for call in (6.0, 7.5))
    assert hint(board((falls, by_day | {last: low})), "call", day=last) == "G1 ARR: call 6 h, at this pace 8.5 h"
    assert hint(board((falls, by_day | {last: near})), "call", day=last) == ""
    assert hint(board((goal(), {ago(1): {"value": 10.0, "call": 900.0}})), "call") == ""


def test_a_call_of_the_owner_before_is_not_held_against_the_next() -> None:
    by_day = weekly(100, 200, 300, 400, 500, 600, 700)
    called = by_day | {min(by_day): {"value": 100, "call": 5000.0}}
    found = board((goal(), called))
    assert hint(found, "call") != ""
    assert hint(with_records(found, handed_over(1, 20)), "call") == ""


# -- confidence


def sure(value: float, confidence: int | None) -> dict[str, Any]:
    return {"value": value, "confidence": confidence}


@pytest.mark.parametrize(
    ("by_day", "says"),
    [
        ({ago(9): sure(50, 8), ago(2): sure(50, 5)}, "G1 ARR: confidence fell from 8 to 5 while the value stood"),
        ({ago(9): sure(50, 8), ago(2): sure(50, 6)}, ""),
        ({ago(9): sure(50, 8), ago(2): sure(60, 5)}, ""),
        ({ago(16): sure(50, 9), ago(9): sure(50, 7), ago(2): sure(50, 6)}, "9 to 6"),
        ({ago(16): sure(50, 8), ago(9): sure(50, None), ago(2): sure(50, 5)}, "8 to 5"),
        ({ago(16): sure(40, 9), ago(9): sure(50, 6), ago(2): sure(50, 5)}, ""),
        ({ago(9): sure(50, 5), ago(2): sure(50, 8)}, ""),
        ({ago(9): sure(50, None)}, ""),
        ({}, ""),
    ],
)
def test_confidence_fell_while_the_value_stood(by_day: Any, says: str) -> None:
    found = hint(board((goal(), by_day)), "confidence")
    assert (says in found) if says else found == ""


def test_confidence_of_an_activity_and_of_an_owner_before_says_nothing() -> None:
    by_day = {ago(9): sure(50, 8), ago(2): sure(50, 4)}
    assert hint(board((goal(measure=CALLS), by_day)), "confidence") == ""
    assert hint(with_records(board((goal(), by_day)), handed_over(1, 5)), "confidence") == ""


# -- next steps


@pytest.mark.parametrize(
    ("fields", "by_day", "ana", "says"),
    [
        ({}, {ago(21): STEP, ago(1): 200.0}, {}, "3 weeks without a next step on G1 ARR, behind"),
        ({}, {ago(20): STEP, ago(1): 200.0}, {}, ""),
        ({}, {ago(30): STEP, ago(28): 200.0}, {}, "4 weeks without a next step on G1 ARR, no update"),
        ({}, {ago(1): 500.0}, {}, "7 weeks without a next step on G1 ARR, at risk"),
        ({}, {ago(1): 570.0}, {}, ""),
        ({}, {ago(23): STEP, ago(1): 200.0}, {"away": AWAY}, ""),
        ({}, {ago(24): STEP, ago(1): 200.0}, {"away": AWAY}, "3 weeks without a next step on G1 ARR, behind"),
        ({}, {ago(1): 0.0}, {"starts": ago(20)}, ""),
        ({}, {ago(1): 0.0}, {"starts": ago(21)}, "3 weeks without a next step on G1 ARR, behind"),
        ({}, {ago(1): 0.0}, {"joined": ago(20)}, ""),
        ({"set_on": ago(20)}, {ago(1): 0.0}, {}, ""),
        ({"measure": DoneOrNot(), "due": ago(1)}, {}, {}, ""),
        ({"outcome": "missed", "closed": ago(1)}, {ago(2): 0.0}, {}, ""),
    ],
)
def test_three_weeks_without_a_next_step(fields: Any, by_day: Any, ana: Any, says: str) -> None:
    assert hint(board((goal(**fields), by_day), **ana), "next-step") == says


def test_the_new_owner_has_three_weeks_for_a_next_step() -> None:
    found = board((goal(), {ago(1): 100.0}))
    assert hint(found, "next-step") != ""
    assert hint(with_records(found, handed_over(1, 20)), "next-step") == ""
    assert hint(with_records(found, handed_over(1, 21)), "next-step") != ""


def test_milestones_have_next_steps_too() -> None:
    measure = Milestones(milestones=(Milestone(name="A"), Milestone(name="B")))
    assert "without a next step" in hint(board((goal(measure=measure), {ago(1): 0.0})), "next-step")


# -- revisions


@pytest.mark.parametrize(
    ("revisions", "says"),
    [
        ([{}, {}, {}], "G1 ARR was revised 3 times since 1 Oct: agree on what stays"),
        ([{}, {}], ""),
        ([{}, {}, {"reason": "correction"}], ""),
        ([{}, {}, {"state": "declined"}], ""),
        ([{}, {}, {"reason": "handed-over", "before": {"due": "2026-12-31"}}], ""),
        ([{}, {}, {"effective": STARTS - timedelta(days=1)}], ""),
        ([{}, {}, {"effective": STARTS}], "G1 ARR was revised 3 times since 1 Oct: agree on what stays"),
        ([{}, {}, {"before": {}}], ""),
    ],
)
def test_a_goal_that_was_revised_again_and_again(revisions: list[dict[str, Any]], says: str) -> None:
    records = [revision(i, 10 * i, **fields) for i, fields in enumerate(revisions, start=1)]
    assert hint(with_records(board((goal(), {ago(1): 600.0})), *records), "revisions") == says


# -- whose goals


def test_goals_of_others_and_those_that_have_not_begun_say_nothing() -> None:
    theirs = (goal(1, owner="ben"), {ago(20): HELP})
    later = (goal(2, starts=DAY + timedelta(days=1)), {ago(20): HELP})
    assert said(board(theirs, later)) == []


def test_titles_are_text() -> None:
    found = board((goal(title="{goal} \x1b[31m[b]red[/b]"), {ago(9): HELP}))
    assert hint(found, "blocker") == "G1 {goal} [b]red[/b] has needed help for 9 days"
