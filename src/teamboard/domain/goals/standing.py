"""The standing of a goal on a day: all that is shown of it, with its progress by week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from math import fsum, inf
from operator import mul

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals import activity
from teamboard.domain.goals.check_in_days import first_check_in_day, is_done_or_not, quiet_from
from teamboard.domain.goals.closing import is_handed_over, last_said
from teamboard.domain.goals.progress import (
    Part,
    clipped,
    counted_goals,
    factors,
    is_after,
    last_day,
    ratio_of,
    value_of,
    value_range,
)
from teamboard.domain.goals.revisions import agreed_on, effective, makes_goal, terms_on
from teamboard.domain.goals.status import Status, expected_progress, status_at
from teamboard.domain.goals.tree import below_first
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric, TeamGoal

SERIES_POINTS = 6
"""The number of weeks in a sparkline."""


class Standing(Struct, frozen=True, kw_only=True):
    """The standing of a goal on a day, as every screen and the command line show it.

    `progress` and `pace` are ratios, `trend` the change of progress in 7 days, `series` the clipped progress at the end
    of the last SERIES_POINTS weeks, `value` in the unit of the measure, `age_days` the days since the last check-in
    (None without one), `blocker` the help wanted ("" for none), `week` this week of an activity, None outside its days,
    `update_due` the day on which the first check-in of a new goal is due, `due_on` the due day of one that is done or
    not, and neither achieved nor behind, `quiet_days` the days for which a stale one has had no check-in. None where
    the status is another.
    """

    progress: float
    pace: float
    status: Status
    trend: float
    series: tuple[float, ...]
    value: float
    age_days: int | None
    blocker: str
    week: activity.WeekCount | None = None
    update_due: date | None = None
    due_on: date | None = None
    quiet_days: int | None = None


def readings(
    board: Board, goal: AnyGoal, today: date, of: Callable[[AnyGoal], tuple[float, ...]] | None = None
) -> tuple[float, ...]:
    """Progress at the end of each of the last SERIES_POINTS weeks, oldest first, then by the newest check-in.

    The same values as `progress` for those days, computed in one pass. For a team goal that rolls up, `of` returns the
    readings of an aligned goal or a team goal below, and keeps them.
    """
    if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
        of = of or _kept_readings(board, today)
        for below in below_first(board, goal)[:-1]:
            # From the lowest up, so that no call needs more than one further one.
            of(below)
        table = _factors_by_week(board, goal, today)
        # A goal is asked once, not for each week.
        asked = {part.goal.id: part.goal for counted in {id(row): row for row in table}.values() for part in counted}
        return tuple(_sums_by_week(table, {goal_id: of(aligned) for goal_id, aligned in asked.items()}))
    if isinstance(goal.measure, Activity):
        return tuple(activity.progress_on_days(board, goal, (*_week_days(today), None)))
    checkins = board.checkins_of(goal.id)
    held = _terms_by_week(board, goal, today)
    last = len(checkins) - 1
    reading = ratio_of(goal, value_of(goal, checkins[last] if checkins else None))
    values = [reading]
    # From the newest week back, so that each check-in is looked at once.
    for i, day, end in _week_ends(board.zone, today):
        known = last
        # As in `is_after`, which is too slow for some thousand goals.
        while last >= 0 and (c.at >= end if (c := checkins[last]).on is None else is_after(c, day, end)):
            last -= 1
        if held or last != known:
            then = held[i] if held else goal
            reading = ratio_of(then, value_of(then, checkins[last] if last >= 0 else None))
        values.append(reading)
    values.reverse()
    return tuple(values)


def _kept_readings(board: Board, today: date) -> Callable[[AnyGoal], tuple[float, ...]]:
    """A function that returns the readings of a goal, computed once."""
    kept: dict[RecordId, tuple[float, ...]] = {}

    def readings_of(goal: AnyGoal) -> tuple[float, ...]:
        if goal.id not in kept:
            kept[goal.id] = readings(board, goal, today, readings_of)
        return kept[goal.id]

    return readings_of


def _sums_by_week(table: list[list[Part]], known: Mapping[str, tuple[float, ...]]) -> Iterator[float]:
    """Yield the sum of the `factors` of each week at the progress of the week; `known` are the readings of the goals.

    Thousands of goals are added up with few calls: mostly the factors of all weeks are the same list, and no reading
    has to be clipped.
    """
    before: list[Part] | None = None
    for week, counted in enumerate(table):
        if counted is not before:
            before, rows = counted, [known[part.goal.id] for part in counted]
            shares, caps = [part.factor for part in counted], [part.cap for part in counted]
            lowest_cap = min(caps, default=inf)
            # All parts of a team goal have the same floor.
            floor, offset = counted[0].floor if counted else 0.0, fsum(part.offset for part in counted)
        values = [row[week] for row in rows]
        if values and (min(values) < floor or max(values) > lowest_cap):
            values = [min(max(value, floor), cap) for value, cap in zip(values, caps, strict=True)]
        yield offset + fsum(map(mul, shares, values))


def _terms_by_week(board: Board, goal: AnyGoal, today: date) -> list[AnyGoal]:
    """The terms in effect at the end of each of the last weeks; empty for a goal that was never revised."""
    if not agreed_on(board, goal.id):
        return []
    return [terms_on(board, goal, day) for day in _week_days(today)]


def _factors_by_week(board: Board, goal: TeamGoal, today: date) -> list[list[Part]]:
    """The `factors` at the end of each of the last weeks, and now."""
    now = factors(board, goal)
    measuring = {goal.id, *(g.id for g in counted_goals(board, goal))}
    # The revision that made a goal left no earlier terms.
    agreed = (v for v in board.revisions if v.state == "agreed" and not makes_goal(v))
    revised = [effective(board, v) for v in agreed if v.goal in measuring]
    last = max(revised, default=date.min)
    return [*(now if day >= last else factors(board, goal, day) for day in _week_days(today)), now]


def standing(
    board: Board, goal: AnyGoal, today: date, of: Callable[[AnyGoal], tuple[float, ...]] | None = None
) -> Standing:
    """The standing of a goal on a day; `of` is as for `readings`."""
    values = of(goal) if of else readings(board, goal, today)
    reached = values[-1]
    last, report = board.last_checkin(goal.id), last_said(board, goal)
    day = last_day(board, goal)
    measure = goal.measure
    plan = activity.plan_of(board, goal) if isinstance(measure, Activity) else None
    if plan is not None:
        value = plan.value(activity.counts_by_week(board, goal))
    elif isinstance(measure, Metric):
        low, high = value_range(board, goal)
        value = low + reached * (high - low)
        if last is not None and not (isinstance(goal, TeamGoal) and goal.rolls_up != "own"):
            value = last.value
    else:
        value = value_of(goal, last)
    expected = expected_progress(board, goal, today, day)
    status = _status(board, goal, today, reached, day, expected)
    return Standing(
        progress=reached,
        pace=expected,
        status=status,
        trend=reached - values[SERIES_POINTS - 2],
        series=tuple(clipped(r) for r in values[:-1]),
        value=value,
        age_days=None if day is None else max((today - day).days, 0),
        blocker=report.blocker if report else "",
        week=plan.week_of(today, activity.counts_by_week(board, goal, today)) if plan else None,
        update_due=first_check_in_day(board, goal, today) if status == "new" else None,
        due_on=goal.due if status == "on track" and is_done_or_not(goal) else None,
        quiet_days=(today - (day or quiet_from(board, goal))).days if status == "stale" else None,
    )


def _status(board: Board, goal: AnyGoal, today: date, reached: float, last: date | None, expected: float) -> Status:
    """As `status_at`, and of a goal that was split when it was handed over, or that is not agreed."""
    if is_handed_over(board, goal):
        return "handed over"
    return status_at(board, goal, today, reached, last, expected) if board.counts(goal.id) else "proposed"


@lru_cache(maxsize=8)
def _week_ends(zone: tzinfo, today: date) -> tuple[tuple[int, date, datetime], ...]:
    """The last weeks, the newest first: their numbers, last days (first `today`), and the moments at which they end.

    The numbers are indexes of `_week_days`.
    """
    days = reversed(list(enumerate(_week_days(today))))
    return tuple((i, day, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)) for i, day in days)


def _week_days(today: date) -> list[date]:
    """The last days of the last weeks, oldest first; the last one is `today`."""
    return [today - timedelta(days=7 * back) for back in range(SERIES_POINTS - 1, -1, -1)]
