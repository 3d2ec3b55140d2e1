"""At this pace: where a goal ends if it goes on as in the last weeks; one rule for each kind of measure."""

from __future__ import annotations

from datetime import date
from math import fsum, sqrt

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.forecast.weekly_gains import (
    FEWEST_CHECK_INS,
    FEWEST_WEEKS,
    MOST_WEEKS,
    Course,
    Gains,
    counts_until,
    course,
    days_with_check_ins,
    goal_before,
    last_day_of,
    rises_from_zero,
    weeks_between,
    weeks_left,
)
from teamboard.domain.goals.activity import Plan, counts_by_week, plan_of, week_number
from teamboard.domain.goals.pace import first_day
from teamboard.domain.goals.progress import value_range
from teamboard.domain.records import Activity, DoneOrNot, Metric, Milestones

QUARTILE = 0.6745
"""The quartiles of a normal distribution, in standard deviations from its middle."""
LAST_PERIODS_WEIGHT = 0.5
"""The weight of how the last period's rest went, beside the mean of the last weeks."""


class Ending(Struct, frozen=True):
    """The value with which a goal ends, in its unit, and its quartiles: in half of all cases it is between these."""

    value: float
    low: float
    high: float


def at_this_pace(board: Board, goal: AnyGoal, today: date) -> Ending | None:
    """Where an open goal with check-ins of its own ends at this pace; None if that can't be said yet, or is past.

    There must be check-ins on FEWEST_CHECK_INS days, and two weeks that count. A goal that is
    done or not has no forecast.
    """
    if goal.outcome is not None or today > goal.due or isinstance(goal.measure, DoneOrNot):
        return None
    if days_with_check_ins(board, goal, today) < FEWEST_CHECK_INS:
        return None
    if isinstance(goal.measure, Activity):
        plan = plan_of(board, goal)
        return _activity(plan, counts_by_week(board, goal, today), today) if plan else None
    day = counts_until(board, goal, today)
    so_far, left = course(board, goal, day, today), weeks_left(board, goal, today)
    if isinstance(goal.measure, Milestones):
        return _milestones(so_far, left, value_range(board, goal)[1])
    if not rises_from_zero(goal):
        return _level(so_far, left, goal.measure)
    before = goal_before(board, goal)
    earlier = course(board, before, last_day_of(before), today) if before else None
    if before is None or earlier is None or days_with_check_ins(board, before, today) < FEWEST_CHECK_INS:
        return _sum(so_far, left)
    whole = weeks_between(board, goal, first_day(board, goal), goal.due)
    return _sum(so_far, left, earlier, so_far.last / whole if whole else 1.0)


def _sum(so_far: Course, left: float, earlier: Course | None = None, share: float = 0.0) -> Ending | None:
    """The ending of a value that adds up from 0: value + weekly gain x weeks left.

    The weekly gain is the mean of the last eight weeks of this goal. With an `earlier` goal it is the mean of that and
    of what the earlier goal gained by week after the same `share` of its time: a quarter often ends better than it
    begins, and so did the last one.
    """
    gains = so_far.gains()
    if gains is None:
        return None
    rate = gains.mean
    if earlier is not None and (rest := earlier.last * (1 - share)) > 0:
        rest_rate = (earlier.value(earlier.last) - earlier.value(earlier.last - rest)) / rest
        rate += LAST_PERIODS_WEIGHT * (rest_rate - rate)
    value = so_far.value(so_far.last)
    spread = _spread(gains, left, apart=rate - gains.mean)
    return _ending(value + rate * left, spread, float("-inf") if gains.falls else value)


def _level(so_far: Course, left: float, measure: Metric) -> Ending | None:
    """The ending of a level, a value that falls or does not begin at 0: value + mean weekly change x weeks left.

    The change is that of the last eight weeks of this goal alone. What can't be below 0 ends there, and a rate of per
    cent at 100.
    """
    gains = so_far.gains()
    if gains is None:
        return None
    low = 0.0 if min(measure.start, measure.target) >= 0 else float("-inf")
    high = 100.0 if measure.unit.strip() == "%" and max(measure.start, measure.target) <= 100 else float("inf")
    spread = _spread(gains, left)
    return _ending(so_far.value(so_far.last) + gains.mean * left, spread, low, high)


def _milestones(so_far: Course, left: float, whole: float) -> Ending | None:
    """The ending of milestones, which are few: weight done + its weekly mean since the first day x weeks left."""
    gains = so_far.gains(so_far.last)
    if gains is None:
        return None
    done = so_far.value(so_far.last)
    return _ending(done + gains.mean * left, _spread(gains, left), done, whole)


def _activity(plan: Plan, counts: dict[int, float], today: date) -> Ending | None:
    """The ending of an activity: what its weeks count + the mean share of a week x what the weeks to come ask for.

    The share is what a week counted of what it asked for, in the last eight whole weeks that asked for something. This
    week comes to that share too, or to what is done already.
    """
    now = week_number(today)
    past = [(plan.asked(n), min(max(counts.get(n, 0.0), 0.0), plan.at_most(n))) for n in plan.weeks() if n < now]
    shares = [min(done / asked, 1.0) for asked, done in past if asked > 0][-MOST_WEEKS:]
    if len(shares) < FEWEST_WEEKS:
        return None
    mean = fsum(shares) / len(shares)
    this_week = min(max(counts.get(now, 0.0), 0.0), plan.asked(now)) if now in plan.weeks() else 0.0
    to_do = [plan.asked(n) for n in plan.weeks() if n >= now]
    left = max(mean * to_do[0], this_week) + mean * fsum(to_do[1:]) if to_do else 0.0
    deviation = sqrt(fsum((share - mean) ** 2 for share in shares) / (len(shares) - 1))
    spread = QUARTILE * deviation * sqrt(fsum(a * a for a in to_do) + fsum(to_do) ** 2 / len(shares))
    done = fsum(counted for _, counted in past)
    return _ending(done + left, spread, done + this_week, plan.target())


def _spread(gains: Gains, left: float, apart: float = 0.0) -> float:
    """How far the quartiles are from the middle.

    QUARTILE x sqrt(deviation^2 x (left + left^2 / weeks) + (apart x left)^2): the sum of the weeks left varies by
    sqrt(left) deviations of a week, and the mean of some weeks, which stands for each of them, is known to
    deviation / sqrt(weeks). So far this is the prediction interval of a sum of independent weeks, as in any textbook of
    statistics; `apart` is how far the weekly gain that is used is from the mean, which is half of how far the last
    weeks and the last period disagree.
    """
    return QUARTILE * sqrt(gains.deviation**2 * (left + left * left / gains.weeks) + (apart * left) ** 2)


def _ending(value: float, spread: float, least: float, most: float = float("inf")) -> Ending:
    low, middle, high = (min(max(v, least), most) for v in (value - spread, value, value + spread))
    return Ending(middle, low, high)
