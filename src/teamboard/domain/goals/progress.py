"""The formulas: progress, status, trend, contribution. One pure function each; pace is in a module of its own.

A goal may be a member's goal or a team goal. `today` is a day in the team's time zone. Progress is a ratio: 0 at the
start, 1 at the target. For a metric it may be below 0 or above 1; sums and means use it clipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import fsum, inf
from operator import mul
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from teamboard.domain.amounts import CLOSEST
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals import activity
from teamboard.domain.goals.pace import check_ins_from, pace
from teamboard.domain.goals.revisions import agreed_on, effective, terms_on
from teamboard.domain.ids import RecordId
from teamboard.domain.people import absences_of, days_here
from teamboard.domain.records import Activity, CheckIn, DoneOrNot, Goal, Metric, Milestones, TeamGoal

Status = Literal["achieved", "on track", "at risk", "behind", "not started", "stale"]
STATUSES: tuple[Status, ...] = ("behind", "stale", "at risk", "on track", "not started", "achieved")
"""Every status, from the one that needs most attention to the one that needs least."""

SERIES_POINTS = 6
"""The number of weeks in a sparkline."""
TREND_DAYS = 7


class Standing(Struct, frozen=True, kw_only=True):
    """The standing of a goal on a day, as every screen and the command line show it.

    `progress` and `pace` are ratios, `trend` the change of progress in 7 days, `series` the clipped progress at the end
    of the last SERIES_POINTS weeks, `value` in the unit of the measure, `age_days` the days since the last check-in
    (None without one), `blocker` the help wanted ("" for none), `week` this week of an activity, None outside its days.
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


def clipped(ratio: float) -> float:
    """Clip a ratio to 0..1."""
    return min(max(ratio, 0.0), 1.0)


def value_of(goal: AnyGoal, checkin: CheckIn | None) -> float:
    """The value of a goal after a check-in: weight done for milestones; without one, a metric's start, else 0.

    For an activity it is the count of the check-in's week; see `Plan.value` for the goal's.
    """
    measure = goal.measure
    if isinstance(measure, Milestones):
        done = checkin.done if checkin else ()
        return fsum(m.weight for m in measure.milestones if m.name in done)
    if checkin is None:
        return measure.start if isinstance(measure, Metric) else 0.0
    return checkin.value


def checkin_followed(board: Board, goal: AnyGoal, last: CheckIn | None, day: date) -> CheckIn | None:
    """The check-in to whose value one of a day adds: the last one, of an activity only if it is of the same week."""
    if last is None or not isinstance(goal.measure, Activity):
        return last
    return last if activity.same_week(board.checkin_day(last), day) else None


def ratio_of(goal: AnyGoal, value: float) -> float:
    """Progress at a value, not clipped; that of an activity follows from its weeks, see `progress`.

    Metric: (value - start) / (target - start). Milestones: weight done / weight of all. Done or not: 1 or 0.
    """
    measure = goal.measure
    if isinstance(measure, Metric):
        whole = measure.target - measure.start
        # Only a program of another kind writes a target so close to the start; its goal is reached or not.
        return (value - measure.start) / whole if abs(whole) >= CLOSEST else float(value == measure.target)
    if isinstance(measure, Milestones):
        return value / fsum(m.weight for m in measure.milestones)
    return 1.0 if value >= 1.0 else 0.0


def checkin_on(board: Board, goal_id: RecordId, day: date | None) -> CheckIn | None:
    """The last check-in of a goal up to the end of `day` (None: the newest), or None."""
    checkins = board.checkins_of(goal_id)
    if day is None:
        return checkins[-1] if checkins else None
    end = board.end_of(day)
    return next((c for c in reversed(checkins) if not _is_after(c, day, end)), None)


def _is_after(checkin: CheckIn, day: date, end: datetime) -> bool:
    """True if a check-in is about a day after `day`, which ends at `end`."""
    return checkin.at >= end if checkin.on is None else checkin.on > day


def progress(board: Board, goal: AnyGoal, day: date | None = None) -> float:
    """Progress of a goal at the end of `day` (None: by its last check-in), not clipped.

    It uses the terms in effect on that day, without later revisions. For a team goal that rolls up it is the sum of
    `goal_parts`; for an activity what its weeks count / what they ask for.
    """
    if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
        return fsum(goal_parts(board, goal, day).values())
    plan = activity.plan_of(board, goal, day) if isinstance(goal.measure, Activity) else None
    if plan is not None:
        return plan.progress(activity.counts_by_week(board, goal, day))
    held = goal if day is None else terms_on(board, goal, day)
    return ratio_of(held, value_of(held, checkin_on(board, goal.id, day)))


def counted_goals(board: Board, team_goal: TeamGoal) -> tuple[Goal, ...]:
    """The aligned goals that count for the progress of a team goal that rolls up.

    A sum counts every goal that was ever aligned. A mean counts open goals; for a closed team goal also those that
    were closed, and not dropped, on or after the day it was closed.
    """
    aligned = board.aligned_to(team_goal.id)
    if team_goal.rolls_up == "sum" or all(g.outcome is None for g in aligned):
        return aligned
    closed = team_goal.closed
    return tuple(
        g
        for g in aligned
        if g.outcome is None or (closed and g.outcome != "dropped" and g.closed and g.closed >= closed)
    )


def goal_parts(board: Board, team_goal: TeamGoal, day: date | None = None) -> dict[RecordId, float]:
    """What each aligned goal adds to a team goal's progress, by goal id; the parts add up to the progress.

    `mean`: weight x share x clipped progress / sum of (weight x share).
    `sum`: share x (value - start) / (target - start of the team goal), in the direction of the goal and not below 0;
    what is achieved beyond a member's own target counts for the team. An activity adds what its weeks count.
    """
    factors = _factors(board, team_goal, day)
    return {g.id: factor * min(max(progress(board, g, day), 0.0), cap) for g, factor, cap in factors}


def _factors(board: Board, team_goal: TeamGoal, day: date | None = None) -> list[tuple[Goal, float, float]]:
    """The goals that count for a team goal as (goal, factor, cap).

    A goal adds factor x its progress, clipped to 0..cap; cap is infinite for `sum`.
    """
    aligned = counted_goals(board, team_goal)
    held = team_goal if day is None else terms_on(board, team_goal, day)
    if team_goal.rolls_up == "sum" and isinstance(held.measure, Metric):
        whole = abs(held.measure.target - held.measure.start)
        if whole < CLOSEST:
            return []
        ranges = [(g, value_range(board, g, day)) for g in aligned if isinstance(g.measure, Metric | Activity)]
        return [(g, g.aligned[team_goal.id] * abs(high - low) / whole, inf) for g, (low, high) in ranges]
    whole = fsum(g.weight * g.aligned[team_goal.id] for g in aligned)
    return [(g, g.weight * g.aligned[team_goal.id] / whole, 1.0) for g in aligned] if whole else []


def contributions(board: Board, team_goal: TeamGoal, day: date | None = None) -> dict[str, float]:
    """Each member's share of what has been achieved for a team goal so far, by handle.

    The shares add up to 1; empty while nothing has been achieved. For a team goal with its own check-ins the owner has
    the whole share.
    """
    if team_goal.rolls_up == "own":
        return {team_goal.owner: 1.0} if progress(board, team_goal, day) > 0 else {}
    achieved: dict[str, float] = {}
    for goal_id, part in goal_parts(board, team_goal, day).items():
        owner = board.tables["goals"][goal_id].owner  # type: ignore[attr-defined]
        achieved[owner] = achieved.get(owner, 0.0) + part
    whole = fsum(achieved.values())
    return {owner: part / whole for owner, part in achieved.items()} if whole > 0 else {}


def status(board: Board, goal: AnyGoal, today: date) -> Status:
    """The status of a goal, from its progress against its pace; see `status_at`."""
    return status_at(board, goal, today, progress(board, goal), _last_day(board, goal))


def status_at(board: Board, goal: AnyGoal, today: date, reached: float, last: date | None) -> Status:
    """The status of a goal with the progress `reached` and the last check-in on the day `last` (None: no check-in).

    achieved: progress >= 1. not started: before the start day, without a check-in. stale: the last check-in, or
    without one the day of `check_ins_from`, is more than twice the cadence ago, days away not counted. Otherwise by
    progress / pace: on track from the
    team's `on_track` (default 0.9), at risk from `at_risk` (0.7), behind below. A done-or-not goal has no partial
    progress: it is on track up to its due day, then behind.
    """
    if reached >= 1.0:
        return "achieved"
    if last is None and today < goal.starts:
        return "not started"
    team = board.team
    cadence = team.cadence.check_in if team else 7
    since = last or check_ins_from(board, goal)
    if days_here(absences_of(board.member(goal.owner)), since + timedelta(days=1), today) > 2 * cadence:
        return "stale"
    if isinstance(goal.measure, DoneOrNot):
        return "on track" if today <= goal.due else "behind"
    expected = pace(board, goal, today)
    ratio = reached / expected if expected > 0 else 1.0
    if ratio >= (team.on_track if team else 0.9):
        return "on track"
    return "at risk" if ratio >= (team.at_risk if team else 0.7) else "behind"


def trend(board: Board, goal: AnyGoal, today: date) -> float:
    """The change of progress over the last 7 days, as a ratio."""
    return progress(board, goal) - progress(board, goal, today - timedelta(days=TREND_DAYS))


def value_range(board: Board, goal: AnyGoal, day: date | None = None) -> tuple[float, float]:
    """The values of a goal at progress 0 and 1, by the terms in effect on a day (None: the newest), in its unit."""
    measure = goal.measure if day is None else terms_on(board, goal, day).measure
    if isinstance(measure, Activity):
        plan = activity.plan_of(board, goal, day)
        return 0.0, plan.target() if plan else 0.0
    if isinstance(measure, Metric):
        return measure.start, measure.target
    if isinstance(measure, Milestones):
        return 0.0, fsum(m.weight for m in measure.milestones)
    return 0.0, 1.0


def readings(
    board: Board, goal: AnyGoal, today: date, of: Callable[[AnyGoal], tuple[float, ...]] | None = None
) -> tuple[float, ...]:
    """Progress at the end of each of the last SERIES_POINTS weeks, oldest first, then by the newest check-in.

    The same values as `progress` for those days, computed in one pass. For a team goal that rolls up, `of` returns the
    readings of an aligned goal, which a caller may cache.
    """
    if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
        of = of or (lambda aligned: readings(board, aligned, today))
        table = _factors_by_week(board, goal, today)
        # A goal is asked once, not for each week.
        asked = {g.id: g for factors in {id(factors): factors for factors in table}.values() for g, _, _ in factors}
        return tuple(_sums_by_week(table, {goal_id: of(aligned) for goal_id, aligned in asked.items()}))
    if isinstance(goal.measure, Activity):
        return (*(progress(board, goal, day) for day in _week_days(today)), progress(board, goal))
    checkins = board.checkins_of(goal.id)
    held = _terms_by_week(board, goal, today)
    last = len(checkins) - 1
    reading = ratio_of(goal, value_of(goal, checkins[last] if checkins else None))
    values = [reading]
    # From the newest week back, so that each check-in is looked at once.
    for i, day, end in _week_ends(board.zone, today):
        known = last
        while last >= 0 and _is_after(checkins[last], day, end):
            last -= 1
        if held or last != known:
            then = held[i] if held else goal
            reading = ratio_of(then, value_of(then, checkins[last] if last >= 0 else None))
        values.append(reading)
    values.reverse()
    return tuple(values)


def _sums_by_week(
    table: list[list[tuple[Goal, float, float]]], known: Mapping[str, tuple[float, ...]]
) -> Iterator[float]:
    """Yield the sum of factor x reading, clipped to 0..cap, for the `_factors` of each week; `known` are the readings.

    Thousands of goals are added up with few calls: mostly the factors of all weeks are the same list, and no reading
    has to be clipped.
    """
    before: list[tuple[Goal, float, float]] | None = None
    for week, factors in enumerate(table):
        if factors is not before:
            before, rows = factors, [known[g.id] for g, _, _ in factors]
            shares, caps = [f for _, f, _ in factors], [cap for _, _, cap in factors]
            lowest_cap = min(caps, default=inf)
        values = [row[week] for row in rows]
        if values and (min(values) < 0.0 or max(values) > lowest_cap):
            values = [min(max(value, 0.0), cap) for value, cap in zip(values, caps, strict=True)]
        yield fsum(map(mul, shares, values))


def _terms_by_week(board: Board, goal: AnyGoal, today: date) -> list[AnyGoal]:
    """The terms in effect at the end of each of the last weeks; empty for a goal that was never revised."""
    if not agreed_on(board, goal.id):
        return []
    return [terms_on(board, goal, day) for day in _week_days(today)]


def _factors_by_week(board: Board, goal: TeamGoal, today: date) -> list[list[tuple[Goal, float, float]]]:
    """The `_factors` at the end of each of the last weeks, and now."""
    now = _factors(board, goal)
    measuring = {goal.id, *(g.id for g in counted_goals(board, goal))}
    revised = [effective(board, v) for v in board.revisions if v.state == "agreed" and v.goal in measuring]
    last = max(revised, default=date.min)
    return [*(now if day >= last else _factors(board, goal, day) for day in _week_days(today)), now]


def standing(
    board: Board, goal: AnyGoal, today: date, of: Callable[[AnyGoal], tuple[float, ...]] | None = None
) -> Standing:
    """The standing of a goal on a day; `of` is as for `readings`."""
    values = of(goal) if of else readings(board, goal, today)
    reached = values[-1]
    last = board.last_checkin(goal.id)
    day = _last_day(board, goal)
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
    return Standing(
        progress=reached,
        pace=pace(board, goal, today),
        status=status_at(board, goal, today, reached, day),
        trend=reached - values[SERIES_POINTS - 2],
        series=tuple(clipped(r) for r in values[:-1]),
        value=value,
        age_days=None if day is None else max((today - day).days, 0),
        blocker=last.blocker if last else "",
        week=activity.week_of(board, goal, today) if plan else None,
    )


@lru_cache(maxsize=8)
def _week_ends(zone: ZoneInfo, today: date) -> tuple[tuple[int, date, datetime], ...]:
    """The last weeks, the newest first: their numbers, last days (first `today`), and the moments at which they end.

    The numbers are indexes of `_week_days`.
    """
    days = reversed(list(enumerate(_week_days(today))))
    return tuple((i, day, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)) for i, day in days)


def _week_days(today: date) -> list[date]:
    """The last days of the last weeks, oldest first; the last one is `today`."""
    return [today - timedelta(days=7 * back) for back in range(SERIES_POINTS - 1, -1, -1)]


def _last_day(board: Board, goal: AnyGoal) -> date | None:
    """The day of the last check-in, for a team goal that rolls up of any aligned goal; None without one."""
    newest = [c for g in measured_by(board, goal) if (c := board.last_checkin(g.id))]
    stamps = [c.at for c in newest if c.on is None]
    days = [c.on for c in newest if c.on is not None]
    return max([*days, board.day_of(max(stamps))] if stamps else days, default=None)


def measured_by(board: Board, goal: AnyGoal) -> tuple[AnyGoal, ...]:
    """The goals whose check-ins measure a goal: its aligned goals if it rolls up, else itself."""
    if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
        aligned: tuple[Goal, ...] = board.aligned_to(goal.id)
        return aligned
    return (goal,)
