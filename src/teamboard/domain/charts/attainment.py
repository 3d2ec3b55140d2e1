"""Attainment by member and week: how much of their result goals each member had reached at the end of each week."""

from __future__ import annotations

from datetime import date, timedelta
from math import fsum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts, member_attainment, member_ending, member_pace
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.revisions import owned_by, terms_on
from teamboard.domain.goals.status import beside_pace, expected_progress
from teamboard.domain.records import EarlierPeriod, Goal, Member, Period

WEEK_DAYS = 7
MOST_WEEKS = 16
"""The weeks that are shown of a longer period: the last ones so far."""
_DAY = timedelta(days=1)

Level = Literal["achieved", "on track", "at risk", "behind"]


class Week(Struct, frozen=True):
    """A week from Monday to Sunday, or what of it is in the period; `state` is `running` until its last day is over."""

    starts: date
    ends: date
    state: Literal["over", "running", "to come"]

    @property
    def days(self) -> int:
        """The number of its days in the period: 7, or fewer at the ends of the period."""
        return (self.ends - self.starts).days + 1


class Reading(Struct, frozen=True):
    """A member's attainment at the end of a week, as a ratio, and how that compares with the pace of then."""

    attainment: float
    level: Level


class MemberRow(Struct, frozen=True, kw_only=True):
    """A member with the attainment of today, its pace, and where it ends at this pace; None without a result goal.

    Nothing ends at this pace in a period that is over.

    `weeks` has a reading for each week; None for one to come, and for one in which nothing was checked in yet.
    """

    member: Member
    attainment: float | None
    pace: float | None
    at_this_pace: float | None
    weeks: tuple[Reading | None, ...]


class AttainmentChart(Struct, frozen=True, kw_only=True):
    """Some members of a team by attainment, the highest first, with the weeks of a period.

    `left_out` members are between the first `above` rows and the others; `earlier_weeks` are not shown.
    """

    rows: tuple[MemberRow, ...]
    weeks: tuple[Week, ...]
    above: int
    left_out: int
    earlier_weeks: int


def weeks_of(period: Period, today: date) -> tuple[Week, ...]:
    """The weeks of a period, the first and the last one cut to it."""
    weeks: list[Week] = []
    starts = period.starts
    while starts <= period.ends:
        ends = min(starts + timedelta(days=WEEK_DAYS - 1 - starts.weekday()), period.ends)
        state: Literal["over", "running", "to come"] = "to come" if starts > today else "over"
        weeks.append(Week(starts, ends, "running" if starts <= today < ends else state))
        if ends == date.max:
            break
        starts = ends + _DAY
    return tuple(weeks)


def attainment_chart(forecasts: Forecasts, period: Period, most_members: int) -> AttainmentChart:
    """The members on the team by attainment; if they are more than `most_members`, as many of both ends.

    Members without a result goal come last, and are the first to be left out.
    """
    shown = forecasts.shown
    attained = [(m, member_attainment(shown, m)) for m in shown.members]
    order = [m for m, ratio in sorted(attained, key=lambda pair: -(pair[1] or 0.0)) if ratio is not None]
    without = [m for m, ratio in attained if ratio is None]
    all_weeks = weeks_of(period, shown.day)
    begun = sum(week.state != "to come" for week in all_weeks)
    hidden = min(max(begun - MOST_WEEKS, 0), len(all_weeks))
    weeks = all_weeks[hidden : hidden + MOST_WEEKS]
    members, above = [*order, *without], len(attained)
    if len(attained) > most_members:
        above = -(-most_members // 2)
        ranked = order if len(order) > most_members else members[:most_members]
        below = most_members - above
        members = [*ranked[:above], *ranked[len(ranked) - below :]]
    return AttainmentChart(
        rows=tuple(_row(forecasts, member, period, weeks) for member in members),
        weeks=weeks,
        above=min(above, len(members)),
        left_out=len(attained) - len(members),
        earlier_weeks=hidden,
    )


def _row(forecasts: Forecasts, member: Member, period: Period, weeks: tuple[Week, ...]) -> MemberRow:
    shown = forecasts.shown
    attained, expected = member_attainment(shown, member), member_pace(shown, member)
    readings = [_reading(shown, member, period, week) for week in weeks]
    return MemberRow(
        member=member,
        attainment=attained,
        pace=expected,
        # Of a period that is over the result is known.
        at_this_pace=None if isinstance(period, EarlierPeriod) else member_ending(forecasts, member),
        weeks=tuple(readings),
    )


def _reading(shown: BoardOnDay, member: Member, period: Period, week: Week) -> Reading | None:
    """The attainment at the end of a week by the goals and terms of then; today's in the week of today, or the last."""
    board, today = shown.board, shown.day
    if week.state == "to come":
        return None
    day = min(week.ends, today)
    goals = _result_goals_on(board, member, period, day)
    known = [max((d for d in _check_in_days(board, goal) if d <= day), default=None) for goal in goals]
    if not any(known):
        return None
    if today <= day or (today > period.ends == week.ends):
        attained, expected = member_attainment(shown, member), member_pace(shown, member)
    else:
        weight = fsum(goal.weight for goal in goals)
        attained = fsum(goal.weight * progress(board, goal, day) for goal in goals) / weight
        expected = (
            fsum(g.weight * expected_progress(board, g, day, last) for g, last in zip(goals, known, strict=True))
            / weight
        )
    return None if attained is None or expected is None else Reading(attained, level_of(board, attained, expected))


def level_of(board: Board, attained: float, expected: float) -> Level:
    """How an attainment compares with its pace, by the settings of the team, as the status of a goal does."""
    return "achieved" if attained >= 1.0 else beside_pace(board, attained, expected)


def _result_goals_on(board: Board, member: Member, period: Period, day: date) -> list[Goal]:
    """The result goals that count for a member's attainment on a day, with the terms of that day.

    As `member_attainment` counts them: those that have begun and are open, and those that were closed in the period by
    then and not dropped. A goal counts for the owner whom it had on the day.
    """
    goals: list[Goal] = []
    for owned in owned_by(board, member.handle):
        goal, first, last = owned.goal, owned.first or date.min, owned.last or date.max
        if goal.kind != "result" or goal.starts > day or not first <= day <= last:
            continue
        if goal.closed is None or goal.closed > day or (goal.outcome != "dropped" and goal.closed >= period.starts):
            # With the handle of today, which an earlier owner's revision may not have.
            goals.append(replace(terms_on(board, goal, day), owner=member.handle))
    return goals


def _check_in_days(board: Board, goal: Goal) -> list[date]:
    return [board.checkin_day(c) for c in board.checkins_of(goal.id)]
