"""The status of a goal, and the pace against which its value is held."""

from __future__ import annotations

from datetime import date
from typing import Literal

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.check_in_days import (
    cadence,
    day_spoken_of,
    days_without,
    first_check_in_day,
    is_done_or_not,
    quiet_from,
)
from teamboard.domain.goals.pace import pace
from teamboard.domain.goals.progress import last_day, progress
from teamboard.domain.goals.tree import measured_by

Status = Literal["achieved", "on track", "at risk", "behind", "new", "stale", "proposed", "handed over"]
STATUSES: tuple[Status, ...] = ("behind", "stale", "at risk", "on track", "new", "achieved", "handed over", "proposed")
"""Every status, from the one that needs most attention to the one that needs least."""


def expected_progress(board: Board, goal: AnyGoal, today: date, last: date | None) -> float:
    """The progress expected of a goal with a last check-in on the day `last` (None: no check-in yet), 0 to 1.

    It is the pace of the day that the value speaks of.
    """
    return pace(board, goal, day_spoken_of(board, goal, last, today))


def status(board: Board, goal: AnyGoal, today: date) -> Status:
    """The status of a goal, from its progress against its pace; see `status_at`."""
    last = last_day(board, goal)
    return status_at(board, goal, today, progress(board, goal), last, expected_progress(board, goal, today, last))


def status_at(board: Board, goal: AnyGoal, today: date, reached: float, last: date | None, expected: float) -> Status:
    """The status of a goal with the progress `reached` of what is `expected`; `last` is the day of the last check-in.

    achieved: progress >= 1. new: without a check-in by a person, until the day on which the first one is due, and not
    after the goal's due day; an import does not count. stale: the last check-in, or without one the day
    from which they count, is more than twice the cadence ago, days away not counted. Otherwise by progress / expected
    progress: on track from the team's `on_track` (default 0.9), at risk from `at_risk` (0.7), behind below. A goal that
    is done or not has no partial progress and owes no check-in: it is on track up to its due day, then behind.
    """
    if reached >= 1.0:
        return "achieved"
    if is_done_or_not(goal):
        return "on track" if today <= goal.due else "behind"
    if today <= goal.due and not is_reported(board, goal) and today <= first_check_in_day(board, goal, today):
        return "new"
    if days_without(board, goal, last or quiet_from(board, goal), today) > 2 * cadence(board):
        return "stale"
    return beside_pace(board, reached, expected)


def is_reported(board: Board, goal: AnyGoal) -> bool:
    """True if a person has checked in on a goal; on one that rolls up, on any goal that it is measured by."""
    return any(board.last_report(g.id) is not None for g in measured_by(board, goal))


def beside_pace(board: Board, reached: float, expected: float) -> Literal["on track", "at risk", "behind"]:
    """How what is `reached` compares with what is `expected`, both ratios, by the settings of the team."""
    on_track, at_risk = shares_of_pace(board)
    ratio = reached / expected if expected > 0 else 1.0
    if ratio >= on_track:
        return "on track"
    return "at risk" if ratio >= at_risk else "behind"


def shares_of_pace(board: Board) -> tuple[float, float]:
    """The shares of the pace from which a goal is on track, and from which it is at risk, as the team has set them."""
    return (board.team.on_track, board.team.at_risk) if board.team else (0.9, 0.7)
