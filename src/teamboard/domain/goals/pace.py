"""The pace of a goal: the progress expected on a day; and the day from which a goal counts."""

from __future__ import annotations

from datetime import date

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.people import expected_days
from teamboard.domain.records import Goal


def pace(board: Board, goal: AnyGoal, today: date) -> float:
    """Share of the goal's time that has passed on `today`, 0 to 1, both end days counted.

    A member's goal counts the days from its first day, or a later first day of its owner. Days on which the owner is
    away count in neither, unless the team's `away_counts` is true; with a ramp each day counts as it expects:
    the ramp up to today / the ramp to the due day.
    """
    owner = board.member(goal.owner) if isinstance(goal, Goal) else None
    first = first_day(board, goal)
    away_counts = board.team is not None and board.team.away_counts
    whole = expected_days(owner, first, goal.due, away_counts=away_counts)
    if whole <= 0:
        return float(today >= goal.due)
    return min(max(expected_days(owner, first, min(today, goal.due), away_counts=away_counts) / whole, 0.0), 1.0)


def first_day(board: Board, goal: AnyGoal) -> date:
    """The first day that counts for a goal: its own, or the later one of a newcomer; never later than its due day."""
    owner = board.member(goal.owner) if isinstance(goal, Goal) else None
    return min(max(goal.starts, owner.starts), goal.due) if owner and owner.starts else goal.starts
