"""The formulas: progress, pace, status, trend, contribution. One function each, pure.

A goal may be a member's goal or a team goal. `today` is a day in the team's time zone. Progress is a
ratio: 0 at the start, 1 at the target; it may lie outside 0 to 1 for a metric and is clipped where it is
added up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import fsum, inf
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from teamboard.domain.amounts import CLOSEST
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.records import CheckIn, DoneOrNot, Goal, Metric, Milestones, TeamGoal
from teamboard.domain.revisions import agreed_on, effective, terms_on

Status = Literal["achieved", "on track", "at risk", "behind", "not started", "stale"]
STATUSES: tuple[Status, ...] = ("behind", "stale", "at risk", "on track", "not started", "achieved")
"""Every status, the one that wants attention most first."""

SERIES_POINTS = 6
TREND_DAYS = 7


class Standing(Struct, frozen=True, kw_only=True):
    """Where a goal stands on a day: what every screen and the command line show of it."""

    progress: float
    pace: float
    status: Status
    trend: float
    series: tuple[float, ...]
    value: float
    age_days: int | None
    blocker: str


def clipped(ratio: float) -> float:
    """A ratio held to 0..1."""
    return min(max(ratio, 0.0), 1.0)


def value_of(goal: AnyGoal, checkin: CheckIn | None) -> float:
    """The value a goal has after a check-in: before the first, a metric's start, else 0."""
    measure = goal.measure
    if isinstance(measure, Milestones):
        done = checkin.done if checkin else ()
        return fsum(m.weight for m in measure.milestones if m.name in done)
    if checkin is None:
        return measure.start if isinstance(measure, Metric) else 0.0
    return checkin.value


def ratio_of(goal: AnyGoal, value: float) -> float:
    """Progress at a value: (value - start) / (target - start), weight done / weight of all, or 0 and 1."""
    measure = goal.measure
    if isinstance(measure, Metric):
        whole = measure.target - measure.start
        # Only a program of another kind writes a target so close to the start; its goal is reached or not.
        return (value - measure.start) / whole if abs(whole) >= CLOSEST else float(value == measure.target)
    if isinstance(measure, Milestones):
        return value / fsum(m.weight for m in measure.milestones)
    return 1.0 if value >= 1.0 else 0.0


def checkin_on(board: Board, goal_id: str, day: date | None) -> CheckIn | None:
    """The last check-in of a goal up to the end of `day`; None asks for the last of all."""
    found = board.checkins_of(goal_id)
    if day is None:
        return found[-1] if found else None
    end = board.end_of(day)
    return next((c for c in reversed(found) if c.at < end), None)


def progress(board: Board, goal: AnyGoal, day: date | None = None) -> float:
    """Progress of a goal at the end of `day` (None: by its last check-in), not clipped.

    It is measured against the terms that held on that day, whatever was revised later. A team goal that
    rolls up: the weighted mean of its aligned goals' clipped progress, or for `sum` what they achieved
    in the team goal's unit / (target - start).
    """
    if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
        return fsum(goal_parts(board, goal, day).values())
    held = goal if day is None else terms_on(board, goal, day)
    return ratio_of(held, value_of(held, checkin_on(board, goal.id, day)))


def counted_goals(board: Board, team_goal: TeamGoal) -> tuple[Goal, ...]:
    """The goals whose progress a team goal that rolls up is made of.

    A sum keeps all that was ever achieved for it. A mean is of what is still being worked on; for a team
    goal that is over, of what was until then.
    """
    aligned = board.aligned_to(team_goal.id)
    if team_goal.rolls_up == "sum" or all(g.outcome is None for g in aligned):
        return aligned
    over = team_goal.closed
    return tuple(
        g for g in aligned if g.outcome is None or (over and g.outcome != "dropped" and g.closed and g.closed >= over)
    )


def goal_parts(board: Board, team_goal: TeamGoal, day: date | None = None) -> dict[str, float]:
    """What each aligned goal adds to a team goal's progress, by goal id; they add up to it.

    `mean`: weight x share x clipped progress / sum of weight x share. `sum`: share x (value - start),
    in the direction of the goal and not below 0, / (target - start) of the team goal: what is achieved
    beyond a member's own target counts for the team.
    """
    found = _factors(board, team_goal, day)
    return {g.id: factor * min(max(progress(board, g, day), 0.0), cap) for g, factor, cap in found}


def _factors(board: Board, team_goal: TeamGoal, day: date | None = None) -> list[tuple[Goal, float, float]]:
    """The goals a team goal is made of, what one unit of their progress adds to its, and their most progress."""
    aligned = counted_goals(board, team_goal)
    held = team_goal if day is None else terms_on(board, team_goal, day)
    if team_goal.rolls_up == "sum" and isinstance(held.measure, Metric):
        whole = abs(held.measure.target - held.measure.start)
        if whole < CLOSEST:
            return []
        measures = [(g, g.measure if day is None else terms_on(board, g, day).measure) for g in aligned]
        return [
            (g, g.aligned[team_goal.id] * abs(m.target - m.start) / whole, inf)
            for g, m in measures
            if isinstance(m, Metric)
        ]
    whole = fsum(g.weight * g.aligned[team_goal.id] for g in aligned)
    return [(g, g.weight * g.aligned[team_goal.id] / whole, 1.0) for g in aligned] if whole else []


def contributions(board: Board, team_goal: TeamGoal, day: date | None = None) -> dict[str, float]:
    """Each member's share of what has been achieved of a team goal so far, by handle.

    The shares add up to 1; there are none while nothing has been achieved. A team goal measured
    directly is its owner's.
    """
    if team_goal.rolls_up == "own":
        return {team_goal.owner: 1.0} if progress(board, team_goal, day) > 0 else {}
    achieved: dict[str, float] = {}
    for goal_id, part in goal_parts(board, team_goal, day).items():
        owner = board.tables["goals"][goal_id].owner  # type: ignore[attr-defined]
        achieved[owner] = achieved.get(owner, 0.0) + part
    whole = fsum(achieved.values())
    return {owner: part / whole for owner, part in achieved.items()} if whole > 0 else {}


def pace(goal: AnyGoal, today: date) -> float:
    """Share of the goal's time that has passed on `today`, 0 to 1, both end days counted."""
    days = (goal.due - goal.starts).days + 1
    return clipped(((today - goal.starts).days + 1) / days)


def status(board: Board, goal: AnyGoal, today: date) -> Status:
    """The status of a goal, from its progress against its pace; see `status_at`."""
    return status_at(board, goal, today, progress(board, goal), _last_day(board, goal))


def status_at(board: Board, goal: AnyGoal, today: date, reached: float, last: date | None) -> Status:
    """The status of a goal that has `reached` a progress and was last checked in on that day.

    achieved: progress >= 1. not started: before the start day, without a check-in. stale: the last
    check-in (else the start day) is more than twice the cadence ago. Else progress / pace against the
    team's two thresholds. A goal that is done or not has no half-way to be late at: it is on track up
    to its due day.
    """
    if reached >= 1.0:
        return "achieved"
    if last is None and today < goal.starts:
        return "not started"
    team = board.team
    cadence = team.cadence.check_in if team else 7
    if (today - (last or goal.starts)).days > 2 * cadence:
        return "stale"
    if isinstance(goal.measure, DoneOrNot):
        return "on track" if today <= goal.due else "behind"
    expected = pace(goal, today)
    ratio = reached / expected if expected > 0 else 1.0
    if ratio >= (team.on_track if team else 0.9):
        return "on track"
    return "at risk" if ratio >= (team.at_risk if team else 0.7) else "behind"


def trend(board: Board, goal: AnyGoal, today: date) -> float:
    """Change of progress over the last 7 days."""
    return progress(board, goal) - progress(board, goal, today - timedelta(days=TREND_DAYS))


class Point(Struct, frozen=True):
    """A day of a goal's course, in the measure's unit: its value, what was expected by then, its target."""

    day: date
    value: float
    expected: float
    target: float


def daily_course(board: Board, goal: AnyGoal, today: date) -> list[Point]:
    """A goal day by day, from its start to its due day: at each check-in, at each revision, and today.

    The value ends today; what is expected, and the target, go on to the due day and have the steps that
    the goal's revisions made.
    """
    steps = [effective(board, v) for v in agreed_on(board, goal.id)]
    days = {board.day_of(c.at) for g in _measured_by(board, goal) for c in board.checkins_of(g.id)}
    days |= {goal.starts, goal.due, *steps, *(day - timedelta(days=1) for day in steps)}
    days = {day for day in days if goal.starts <= day <= max(goal.due, today)} | {min(today, goal.due)}
    return [_point(board, goal, day) for day in sorted(days)]


def _point(board: Board, goal: AnyGoal, day: date) -> Point:
    held = terms_on(board, goal, day)
    low, high = value_range(held)
    return Point(
        day,
        low + progress(board, goal, day) * (high - low),
        low + pace(held, day) * (high - low),
        high,
    )


def value_range(goal: AnyGoal) -> tuple[float, float]:
    """The values of a goal at progress 0 and 1, in its measure's unit."""
    measure = goal.measure
    if isinstance(measure, Metric):
        return measure.start, measure.target
    if isinstance(measure, Milestones):
        return 0.0, fsum(m.weight for m in measure.milestones)
    return 0.0, 1.0


def readings(
    board: Board, goal: AnyGoal, today: date, of: Callable[[AnyGoal], tuple[float, ...]] | None = None
) -> tuple[float, ...]:
    """Progress at the end of each of the last weeks, oldest first, up to `today`, and then by the last check-in.

    The same as `progress` at those days, in one go: a team goal that rolls up adds up the readings `of`
    the goals aligned to it.
    """
    if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
        of = of or (lambda aligned: readings(board, aligned, today))
        table = _factors_by_week(board, goal, today)
        return tuple(fsum(f * min(max(of(g)[i], 0.0), cap) for g, f, cap in factors) for i, factors in enumerate(table))
    checkins = board.checkins_of(goal.id)
    held = _terms_by_week(board, goal, today)
    found: list[float] = []
    known = -1
    for i, end in enumerate(_week_ends(board, today)):
        known = next((j for j in range(len(checkins) - 1, known, -1) if checkins[j].at < end), known)
        then = held[i] if held else goal
        found.append(ratio_of(then, value_of(then, checkins[known] if known >= 0 else None)))
    return (*found, ratio_of(goal, value_of(goal, checkins[-1] if checkins else None)))


def _terms_by_week(board: Board, goal: AnyGoal, today: date) -> list[AnyGoal]:
    """The terms that held at the end of each of the last weeks; none for a goal that was never revised."""
    if not agreed_on(board, goal.id):
        return []
    return [terms_on(board, goal, day) for day in _week_days(today)]


def _factors_by_week(board: Board, goal: TeamGoal, today: date) -> list[list[tuple[Goal, float, float]]]:
    """What `_factors` was at the end of each of the last weeks, and is now."""
    now = _factors(board, goal)
    revised = [effective(board, v) for g in (goal, *counted_goals(board, goal)) for v in agreed_on(board, g.id)]
    last = max(revised, default=date.min)
    return [*(now if day >= last else _factors(board, goal, day) for day in _week_days(today)), now]


def standing(
    board: Board, goal: AnyGoal, today: date, of: Callable[[AnyGoal], tuple[float, ...]] | None = None
) -> Standing:
    """All that the board shows of a goal, in one record; `of` is as for `readings`."""
    found = of(goal) if of else readings(board, goal, today)
    reached = found[-1]
    last = board.last_checkin(goal.id)
    day = _last_day(board, goal)
    measure = goal.measure
    if isinstance(measure, Metric):
        low, high = value_range(goal)
        value = low + reached * (high - low)
        if last is not None and not (isinstance(goal, TeamGoal) and goal.rolls_up != "own"):
            value = last.value
    else:
        value = value_of(goal, last)
    return Standing(
        progress=reached,
        pace=pace(goal, today),
        status=status_at(board, goal, today, reached, day),
        trend=reached - found[SERIES_POINTS - 2],
        series=tuple(clipped(r) for r in found[:-1]),
        value=value,
        age_days=None if day is None else max((today - day).days, 0),
        blocker=last.blocker if last else "",
    )


def _week_ends(board: Board, today: date) -> tuple[datetime, ...]:
    """When the last weeks end, oldest first; the last of them with `today`."""
    return _ends_of(board.zone, today)


@lru_cache(maxsize=8)
def _ends_of(zone: ZoneInfo, today: date) -> tuple[datetime, ...]:
    after = (day + timedelta(days=1) for day in _week_days(today))
    return tuple(datetime.combine(day, time(), zone).astimezone(UTC) for day in after)


def _week_days(today: date) -> list[date]:
    """The last days of the last weeks, oldest first; the last of them is `today`."""
    return [today - timedelta(days=7 * back) for back in range(SERIES_POINTS - 1, -1, -1)]


def _last_day(board: Board, goal: AnyGoal) -> date | None:
    """The day of the last check-in; for a team goal that rolls up, of any goal aligned to it."""
    stamps = [c.at for g in _measured_by(board, goal) if (c := board.last_checkin(g.id))]
    return board.day_of(max(stamps)) if stamps else None


def _measured_by(board: Board, goal: AnyGoal) -> tuple[AnyGoal, ...]:
    if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
        aligned: tuple[Goal, ...] = board.aligned_to(goal.id)
        return aligned
    return (goal,)
