"""The formulas: progress, trend, contribution. One pure function each; pace and status are in modules of their own.

A goal may be a member's goal or a team goal. `today` is a day in the team's time zone. Progress is a ratio: 0 at the
start, 1 at the target. For a metric it may be below 0 or above 1; sums and means use it clipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import fsum, inf
from typing import NamedTuple, cast

from teamboard.domain.amounts import CLOSEST
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals import activity
from teamboard.domain.goals.closing import reports_on
from teamboard.domain.goals.revisions import terms_on
from teamboard.domain.goals.tree import below_first, measured_by
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, CheckIn, Goal, Metric, Milestones, TeamGoal

TREND_DAYS = 7


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
    return last if activity.week_number(board.checkin_day(last)) == activity.week_number(day) else None


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
    return next((c for c in reversed(checkins) if not is_after(c, day, end)), None)


def is_after(checkin: CheckIn, day: date, end: datetime) -> bool:
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


def counted_goals(board: Board, team_goal: TeamGoal) -> tuple[AnyGoal, ...]:
    """The goals aligned to a team goal that rolls up, and the team goals that serve it, that count for its progress.

    A sum counts each of them that there ever was. A mean counts open ones, and those that were closed, and not dropped,
    in the current period; for a closed team goal those closed since the period in which it was closed.
    """
    children: tuple[AnyGoal, ...] = board.aligned_to(team_goal.id)
    if below := board.serving(team_goal.id):
        children = (*children, *below)
    if team_goal.rolls_up == "sum" or all(g.outcome is None for g in children):
        return children
    closed = period_start(board, team_goal.closed)
    return tuple(
        g
        for g in children
        if g.outcome is None or (closed and g.outcome != "dropped" and g.closed and g.closed >= closed)
    )


def period_start(board: Board, day: date | None) -> date | None:
    """The first day of the period with a day (None: of the current one); the day itself if no period has it."""
    team = board.team
    if team is None or day is None:
        return team.period.starts if team else None
    return next((p.starts for p in (team.period, *reversed(team.earlier)) if p.starts <= day <= p.ends), day)


def goal_parts(board: Board, team_goal: TeamGoal, day: date | None = None) -> dict[RecordId, float]:
    """What each aligned goal, and each team goal that serves it, adds to a team goal's progress, by id.

    The parts add up to the progress. A team goal below counts like a goal with weight 1 and share 1.
    `mean`: weight x share x clipped progress / sum of (weight x share). Where the team goal and all that counts for it
    are metrics in one unit that is a ratio, such as %, it is the mean of their values, not clipped:
    weight x share x (value - start) / (target - start of the team goal) / sum of (weight x share).
    `sum`: share x (value - start) / (target - start of the team goal), in the direction of the goal and not below 0;
    what is achieved beyond a member's own target counts for the team. An activity adds what its weeks count. So gains
    add up through any number of levels: at the top, to the sum of share x (value - start) over all goals in the tree.
    """
    return _parts_below(board, team_goal, day)[team_goal.id]


def _parts_below(board: Board, team_goal: TeamGoal, day: date | None) -> dict[RecordId, dict[RecordId, float]]:
    """The `goal_parts` of a team goal that rolls up and of those below it, by id, each after those that serve it."""
    parts: dict[RecordId, dict[RecordId, float]] = {}
    reached: dict[RecordId, float] = {}
    for below in below_first(board, team_goal):
        if below.rolls_up != "own":
            found = {
                part.goal.id: part.at(
                    reached[part.goal.id] if part.goal.id in reached else progress(board, part.goal, day)
                )
                for part in factors(board, below, day)
            }
            parts[below.id], reached[below.id] = found, fsum(found.values())
    return parts


class Part(NamedTuple):
    """What a goal adds to the progress of a team goal: offset + factor x its progress, clipped to floor..cap.

    The cap is infinite for a sum and a mean of values, the offset 0 and the floor 0 for all but a mean of values.
    """

    goal: AnyGoal
    factor: float
    cap: float
    floor: float = 0.0
    offset: float = 0.0

    def at(self, progress: float) -> float:
        """What the goal adds with a progress of its own."""
        return self.offset + self.factor * min(max(progress, self.floor), self.cap)


def factors(board: Board, team_goal: TeamGoal, day: date | None = None) -> list[Part]:
    """The goals that count for a team goal, each with what it adds."""
    counted, team_goal_id = counted_goals(board, team_goal), team_goal.id
    held = team_goal if day is None else terms_on(board, team_goal, day)
    if team_goal.rolls_up == "sum" and isinstance(held.measure, Metric):
        whole = abs(held.measure.target - held.measure.start)
        if whole < CLOSEST:
            return []
        ranges = [(g, value_range(board, g, day)) for g in counted if isinstance(g.measure, Metric | Activity)]
        return [
            Part(g, (g.aligned[team_goal_id] if isinstance(g, Goal) else 1.0) * abs(high - low) / whole, inf)
            for g, (low, high) in ranges
        ]
    weights = [_weight_on(board, g, day) * g.aligned[team_goal_id] if isinstance(g, Goal) else 1.0 for g in counted]
    whole = fsum(weights)
    if not whole:
        return []
    if is_mean_of_values(team_goal, counted):
        return _parts_by_value(board, held, counted, [weight / whole for weight in weights], day)
    return [Part(g, weight / whole, 1.0) for g, weight in zip(counted, weights, strict=True)]


def is_mean_of_values(team_goal: TeamGoal, counted: Sequence[AnyGoal]) -> bool:
    """True for a mean of metrics in one unit with the team goal, if the unit is a ratio: `%`, `x`, `calls/deal`."""
    measure = team_goal.measure
    if team_goal.rolls_up != "mean" or not isinstance(measure, Metric) or not is_ratio(measure.unit):
        return False
    return all(isinstance(g.measure, Metric) and g.measure.unit == measure.unit for g in counted)


def is_ratio(unit: str) -> bool:
    """True for a unit in which values are not added up: `%`, `x`, `calls/deal`, `calls per deal`."""
    unit = unit.strip().casefold()
    return unit.startswith("%") or unit in ("x", "×", "ratio") or "/" in unit or " per " in unit


def _parts_by_value(
    board: Board, team_goal: AnyGoal, counted: Sequence[AnyGoal], weights: Sequence[float], day: date | None
) -> list[Part]:
    """The parts of a mean of values: what start and target - start of each goal are of those of the team goal."""
    assert isinstance(team_goal.measure, Metric)
    start, whole = team_goal.measure.start, team_goal.measure.target - team_goal.measure.start
    if abs(whole) < CLOSEST:
        return []
    ranges = [value_range(board, g, day) for g in counted]
    return [
        Part(g, weight * (high - low) / whole, inf, -inf, weight * (low - start) / whole)
        for g, weight, (low, high) in zip(counted, weights, ranges, strict=True)
    ]


def _weight_on(board: Board, goal: Goal, day: date | None) -> float:
    """A goal's weight in a mean on a day (None: now). Before it was split, the goal had the weight of its rest too."""
    if day is None:
        return goal.weight
    if goal.continues is not None and goal.set_on is not None and day < goal.set_on:
        return 0.0
    return terms_on(board, goal, day).weight


def positive(parts: dict[RecordId, float]) -> dict[RecordId, float]:
    """Parts with 0 for what is below it, as a value in a mean may be: so much has been achieved."""
    return {goal_id: max(part, 0.0) for goal_id, part in parts.items()}


def contributions(board: Board, team_goal: TeamGoal, day: date | None = None) -> dict[str, float]:
    """Each member's share of what has been achieved for a team goal so far, by handle.

    The shares add up to 1; empty while nothing has been achieved. For a team goal with its own check-ins the owner has
    the whole share. The part of a team goal below is divided as its own achievement is.
    """
    found: dict[RecordId, dict[str, float]] = {}
    parts = {} if team_goal.rolls_up == "own" else _parts_below(board, team_goal, day)
    goals = cast("dict[RecordId, Goal]", board.tables["goals"])
    for below in below_first(board, team_goal):
        if below.rolls_up == "own":
            found[below.id] = {below.owner: 1.0} if progress(board, below, day) > 0 else {}
            continue
        achieved: dict[str, float] = {}
        for goal_id, part in positive(parts[below.id]).items():
            if goal_id in goals:
                owner = goals[goal_id].owner
                achieved[owner] = achieved.get(owner, 0.0) + part
                continue
            for handle, share in found[goal_id].items():
                achieved[handle] = achieved.get(handle, 0.0) + part * share
        whole = fsum(achieved.values())
        found[below.id] = {owner: part / whole for owner, part in achieved.items()} if whole > 0 else {}
    return found[team_goal.id]


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


def confidence_in(board: Board, goal: AnyGoal) -> int | None:
    """The confidence in a goal, 0 to 10, until somebody says another; None if nobody did, and for a closed goal."""
    said = (c.confidence for c in reversed(board.checkins_of(goal.id)) if c.confidence is not None)
    return next(said, None) if goal.outcome is None else None


def next_step_of(board: Board, goal: AnyGoal) -> str:
    """The next step of a goal, or of the one that it was renewed from, until somebody says another.

    "" if nobody did, and for a closed goal.
    """
    said = (c.next_step for c in reversed(reports_on(board, goal)) if c.next_step)
    return next(said, "") if goal.outcome is None else ""


def last_day(board: Board, goal: AnyGoal) -> date | None:
    """The day of the last check-in, for a team goal that rolls up of any aligned goal; None without one."""
    newest = [c for g in measured_by(board, goal) if (c := board.last_checkin(g.id))]
    stamps = [c.at for c in newest if c.on is None]
    days = [c.on for c in newest if c.on is not None]
    return max([*days, board.day_of(max(stamps))] if stamps else days, default=None)
