"""The days of a goal's check-ins: from when they are owed, when one is due, and how long there was none."""

from __future__ import annotations

from datetime import date, timedelta

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.tree import measured_by
from teamboard.domain.people import absences_of, after_absence, cadence_day, days_here
from teamboard.domain.records import DoneOrNot, TeamGoal

_DAY = timedelta(days=1)


def is_done_or_not(goal: AnyGoal) -> bool:
    """True for a goal without partial progress: its measure is done or not, and it doesn't roll up others."""
    return isinstance(goal.measure, DoneOrNot) and (not isinstance(goal, TeamGoal) or goal.rolls_up == "own")


def owes_check_ins(goal: AnyGoal) -> bool:
    """True if check-ins on a goal are owed: it is not done or not, and doesn't roll up others."""
    return not isinstance(goal.measure, DoneOrNot) and (not isinstance(goal, TeamGoal) or goal.rolls_up == "own")


def check_ins_from(board: Board, goal: AnyGoal) -> date:
    """The day from which check-ins are due: the latest of the goal's first day, the day it was set, the owner's."""
    owner = board.member(goal.owner)
    days = (goal.starts, goal.set_on, owner and owner.joined, owner and owner.starts)
    return max(day for day in days if day)


def check_in_day(board: Board, goal: AnyGoal, last: date | None, today: date) -> date:
    """The day on which the check-in after the one of the day `last` is due; None: the first one."""
    owner, away = board.member(goal.owner), absences_of(board.member(goal.owner))
    # An earlier owner may have checked in before the first day of today's owner.
    begun = max(last or check_ins_from(board, goal), owner.starts if owner and owner.starts else date.min)
    return after_absence(board.team, cadence_day(board.team, begun, cadence(board), away), away, today)


def first_check_in_day(board: Board, goal: AnyGoal, today: date) -> date:
    """The day on which the first check-in of a goal is due; of a team goal that rolls up, of the first of its goals."""
    return min(check_in_day(board, g, None, today) for g in _asked(board, goal))


def quiet_from(board: Board, goal: AnyGoal) -> date:
    """The day from which a goal without a check-in is quiet; of a team goal that rolls up, the first of its goals."""
    return min(check_ins_from(board, g) for g in _asked(board, goal))


def _asked(board: Board, goal: AnyGoal) -> list[AnyGoal]:
    """The open goals whose check-ins measure a goal, and are owed; the goal itself if there are none."""
    return [g for g in measured_by(board, goal) if g.outcome is None and owes_check_ins(g)] or [goal]


def days_without(board: Board, goal: AnyGoal, since: date, today: date) -> int:
    """The number of days after `since` up to `today`, without those on which the owner is away."""
    return days_here(absences_of(board.member(goal.owner)), since + _DAY, today)


def day_spoken_of(board: Board, goal: AnyGoal, last: date | None, today: date) -> date:
    """The day that a goal's value speaks of: that of the last check-in while that is within the cadence, else today.

    So nobody falls behind by the days between two check-ins. `last` is None without a check-in; days on which the owner
    is away don't count.
    """
    if last is not None and last < today and days_without(board, goal, last, today) <= cadence(board):
        return last
    return today


def cadence(board: Board) -> int:
    """The number of days after which a check-in is due."""
    return board.team.cadence.check_in if board.team else 7
