"""The course of a goal: the points of its chart, day by day."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.pace import pace
from teamboard.domain.goals.progress import progress, value_range
from teamboard.domain.goals.revisions import agreed_on, effective, terms_on
from teamboard.domain.goals.tree import measured_by


class Point(Struct, frozen=True):
    """A point of a goal's chart, in the measure's unit: value, expected value (by pace) and target."""

    day: date
    value: float
    expected: float
    target: float


def daily_course(board: Board, goal: AnyGoal, today: date) -> list[Point]:
    """The points of a goal's chart from its start to its due day: at each check-in, each revision and today.

    After today only `expected` and `target` are meaningful. Two points a day apart draw the step of a revision.
    """
    steps = [effective(board, v) for v in agreed_on(board, goal.id)]
    days = {board.checkin_day(c) for g in measured_by(board, goal) for c in board.checkins_of(g.id)}
    days |= {goal.starts, goal.due, *steps, *(day - timedelta(days=1) for day in steps)}
    days = {day for day in days if goal.starts <= day <= max(goal.due, today)} | {min(today, goal.due)}
    return [_point(board, goal, day) for day in sorted(days)]


def _point(board: Board, goal: AnyGoal, day: date) -> Point:
    held = terms_on(board, goal, day)
    low, high = value_range(board, goal, day)
    return Point(
        day,
        low + progress(board, goal, day) * (high - low),
        low + pace(board, held, day) * (high - low),
        high,
    )
