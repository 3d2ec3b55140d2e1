"""The burn-up of a goal: its value, pace and target by day, where it ends at this pace, and what is called."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from teamboard.domain.board import AnyGoal
from teamboard.domain.check_ins import Calls
from teamboard.domain.forecast.at_this_pace import Ending
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.forecast.weekly_gains import counts_until
from teamboard.domain.goals.course import Point, daily_course
from teamboard.domain.goals.progress import value_range
from teamboard.domain.goals.tree import measured_by


class Cone(Struct, frozen=True):
    """The forecast from the last value, which speaks of the day `begins`, to where the goal ends on its due day."""

    begins: date
    value: float
    due: date
    ending: Ending


class BurnUp(Struct, frozen=True, kw_only=True):
    """A burn-up, in the measure's unit.

    `points` has pace and target by day; `values` those of its points whose value is known: from the first check-in to
    today. `check_in_days` are the days with a check-in that measures the goal. `start` and `target` are the values at
    progress 0 and 1, `bottom` and `top` the least and the greatest value of all that is drawn.
    """

    points: tuple[Point, ...]
    values: tuple[Point, ...]
    check_in_days: frozenset[date]
    cone: Cone | None
    calls: Calls
    start: float
    target: float
    bottom: float
    top: float


def burn_up(forecasts: Forecasts, goal: AnyGoal, *, over: bool = False) -> BurnUp:
    """The burn-up of a goal on the day of the forecasts, without one for a period that is `over`.

    Nothing is known of its value before the first check-in.
    """
    board, today = forecasts.shown.board, forecasts.shown.day
    points = tuple(daily_course(board, goal, today))
    days = frozenset(board.checkin_day(c) for g in measured_by(board, goal) for c in board.checkins_of(g.id))
    first = min(days, default=None)
    values = tuple(p for p in points if first is not None and first <= p.day <= today)
    ending, calls = None if over else forecasts.ending(goal), forecasts.calls(goal)
    cone = None
    if ending and values:
        begins = min(max(counts_until(board, goal, today), points[0].day), goal.due)
        cone = Cone(begins, values[-1].value, goal.due, ending)
    low, high = value_range(board, goal)
    drawn = [low, high, *(p.target for p in points), *(p.value for p in values)]
    drawn += [value for value in (calls.call, calls.best) if value is not None]
    drawn += [ending.low, ending.high] if ending else []
    return BurnUp(
        points=points,
        values=values,
        check_in_days=days,
        cone=cone,
        calls=calls,
        start=low,
        target=high,
        bottom=min(drawn),
        top=max(drawn),
    )
