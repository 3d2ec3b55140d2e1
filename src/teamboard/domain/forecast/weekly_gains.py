"""What a goal has gained by week: its value as a function of the weeks that count, as the pace counts days.

A week is seven days that count: days away do not (unless the team's `away_counts` is true), those of a ramp in part.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from math import fsum, inf, sqrt
from operator import itemgetter

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.check_in_days import day_spoken_of
from teamboard.domain.goals.pace import first_day
from teamboard.domain.goals.progress import last_day, value_of
from teamboard.domain.people import expected_days
from teamboard.domain.records import CheckIn, Goal, Metric
from teamboard.domain.records.names import comparable

WEEK_DAYS = 7
MOST_WEEKS = 8
"""The weeks of which a mean gain is taken, the last ones."""
FEWEST_WEEKS = 2
"""The whole weeks that are needed, so that it is known how far they differ."""
FEWEST_CHECK_INS = 3
"""The days with a check-in that are needed."""
_DAY = timedelta(days=1)


class Gains(Struct, frozen=True):
    """What a goal gained in its last `weeks`, at most MOST_WEEKS, up to the day that its value speaks of.

    `mean` is the mean gain of a week, `deviation` the standard deviation of a week's gain from it, and `falls` is true
    if the value went down at times.
    """

    weeks: float
    mean: float
    deviation: float
    falls: bool


class Course:
    """The value of a goal by the number of weeks that count since its first day, straight between check-ins."""

    def __init__(self, points: list[tuple[float, float]]) -> None:
        """`points` has weeks and value; of several after the same weeks the last holds."""
        ordered = sorted(points, key=itemgetter(0))
        self._points = [here for here, after in pairwise([*ordered, (inf, 0.0)]) if after[0] > here[0]]
        self._weeks = [weeks for weeks, _ in self._points]

    @property
    def first(self) -> float:
        """The weeks at the first point."""
        return self._weeks[0]

    @property
    def last(self) -> float:
        """The weeks at the last point."""
        return self._weeks[-1]

    def value(self, weeks: float) -> float:
        """The value after so many weeks."""
        after = bisect_left(self._weeks, weeks)
        if after == 0 or after == len(self._points):
            return self._points[min(after, len(self._points) - 1)][1]
        (left, low), (right, high) = self._points[after - 1], self._points[after]
        return low + (high - low) * (weeks - left) / (right - left)

    def gains(self, most: float = MOST_WEEKS) -> Gains | None:
        """The gains of the last weeks, at most `most`; None if there are not FEWEST_WEEKS.

        The variance of a week's gain, from the gains g over the weeks w between one check-in and the next:
        sum of (g - mean x w)^2 / w, divided by their number - 1. With a check-in a week it is that of the weekly gains.
        """
        weeks = min(most, self.last - self.first)
        if weeks < FEWEST_WEEKS:
            return None
        begins = self.last - weeks
        mean = (self.value(self.last) - self.value(begins)) / weeks
        places = [begins, *(place for place in self._weeks if place > begins)]
        steps = [(after - place, self.value(after) - self.value(place)) for place, after in pairwise(places)]
        squares = fsum((gain - mean * width) ** 2 / width for width, gain in steps)
        variance = squares / (len(steps) - 1) if len(steps) > 1 else 0.0
        return Gains(weeks, mean, sqrt(variance), any(gain < 0 for _, gain in steps))


def weeks_between(board: Board, goal: AnyGoal, first: date, last: date) -> float:
    """The weeks that count for a goal from one day to another, both counted; at least 0."""
    owner = board.member(goal.owner) if isinstance(goal, Goal) else None
    away_counts = board.team is not None and board.team.away_counts
    return max(expected_days(owner, first, last, away_counts=away_counts), 0.0) / WEEK_DAYS


def counts_until(board: Board, goal: AnyGoal, today: date) -> date:
    """The day up to which a goal has gained its value: the day that this speaks of, not after the goal's last day."""
    return min(day_spoken_of(board, goal, last_day(board, goal), today), last_day_of(goal))


def last_day_of(goal: AnyGoal) -> date:
    """The due day of a goal, or the day on which it was closed before it."""
    return min(goal.due, goal.closed) if goal.closed else goal.due


def weeks_so_far(board: Board, goal: AnyGoal, today: date) -> float:
    """The weeks that count up to the day that the value speaks of."""
    return weeks_between(board, goal, first_day(board, goal), counts_until(board, goal, today))


def weeks_left(board: Board, goal: AnyGoal, today: date) -> float:
    """The weeks that count from the day after the one that the value speaks of to the due day."""
    return weeks_between(board, goal, counts_until(board, goal, today) + _DAY, goal.due)


def course(board: Board, goal: AnyGoal, until: date, today: date) -> Course:
    """The course of a goal with check-ins of its own up to a day, by those of up to today.

    What was checked in after the day, as a last value once the goal was due, is the value of the day.
    """
    first = first_day(board, goal)
    points = [(0.0, value_of(goal, None))]
    for day, checkin in _by_day(board, goal, today):
        points.append((weeks_between(board, goal, first, min(day, until)), value_of(goal, checkin)))
    return Course([*points, (weeks_between(board, goal, first, until), points[-1][1])])


def days_with_check_ins(board: Board, goal: AnyGoal, today: date) -> int:
    """The number of days with a check-in, up to today."""
    return len({day for day, _ in _by_day(board, goal, today)})


def _by_day(board: Board, goal: AnyGoal, today: date) -> Iterator[tuple[date, CheckIn]]:
    for checkin in board.checkins_of(goal.id):
        day = board.checkin_day(checkin)
        if day <= today:
            yield day, checkin


def goal_before(board: Board, goal: AnyGoal) -> AnyGoal | None:
    """The goal of the last period that this one continues, such as last quarter's ARR, or None.

    It rises from 0 in the same unit, has the same owner and kind, ended before this one starts and not longer ago than
    this one lasts. If several did, it is the one with the same title, else none.
    """
    if not rises_from_zero(goal):
        return None
    goals: list[AnyGoal] = [*(board.goals_of(goal.owner) if isinstance(goal, Goal) else board.team_goals)]
    alike = [g for g in goals if g.id != goal.id and _is_alike(g, goal)]
    found = [g for g in alike if g.outcome != "dropped" and 0 < (goal.starts - last_day_of(g)).days <= _days(goal)]
    titled = [g for g in found if comparable(g.title) == comparable(goal.title)]
    if titled:
        return max(titled, key=last_day_of)
    # Which of several goals follows which is not to be guessed.
    beside = any(g not in found and g.due >= goal.starts and g.starts <= goal.due for g in alike)
    return found[0] if len(found) == 1 and not beside else None


def _is_alike(goal: AnyGoal, other: AnyGoal) -> bool:
    """True if two goals rise from 0 in one unit, and are of one kind; team goals with check-ins of their own."""
    if not isinstance(goal.measure, Metric) or not isinstance(other.measure, Metric) or not rises_from_zero(goal):
        return False
    if isinstance(goal, Goal) and isinstance(other, Goal):
        return goal.measure.unit == other.measure.unit and goal.kind == other.kind
    if isinstance(goal, Goal) or isinstance(other, Goal):
        return False
    return goal.measure.unit == other.measure.unit and goal.rolls_up == other.rolls_up == "own"


def rises_from_zero(goal: AnyGoal) -> bool:
    """True for a metric that adds up from 0, such as ARR of a quarter; a level, such as a win rate, does not."""
    return isinstance(goal.measure, Metric) and goal.measure.start == 0 < goal.measure.target


def _days(goal: AnyGoal) -> int:
    return (goal.due - goal.starts).days + 1
