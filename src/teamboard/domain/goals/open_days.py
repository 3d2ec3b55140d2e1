"""The days on which goals were open and a member's, and the goals that answer for others since."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.goals.revisions import owned_by
from teamboard.domain.ids import RecordId, number_of
from teamboard.domain.records import Activity, Goal, Metric
from teamboard.domain.records.names import comparable


class OpenDays(Struct, frozen=True):
    """A goal, and the first and the last day on which it was open and one member's.

    `taken_over` is true if it was somebody else's before, and has a value of theirs.
    """

    goal: Goal
    first: date
    last: date
    taken_over: bool = False


def open_days_of(board: Board, handle: str) -> tuple[OpenDays, ...]:
    """The days on which a member's goals were open, closed and handed over ones too, in the order of their ids."""
    found = []
    for owned in owned_by(board, handle):
        goal = owned.goal
        first, last = max(goal.starts, owned.first or goal.starts), min(goal.due, goal.closed or date.max)
        last = min(last, owned.last or last)
        if first <= last:
            found.append(OpenDays(goal, first, last, taken_over=owned.first is not None))
    return tuple(found)


def answering_for(board: Board, goal_id: RecordId) -> tuple[RecordId, ...]:
    """A goal with those that took its place, one after the other: its rest if it was split, and its renewals."""
    found = [goal_id]
    while isinstance(goal := board.goal(found[-1]), Goal) and (after := _in_its_place(board, goal)) is not None:
        found.append(after.id)
    return tuple(found)


def _in_its_place(board: Board, goal: Goal) -> Goal | None:
    """The goal that took the place of a closed one: its rest, or the next of the same owner, title and measure."""
    if goal.outcome is None:
        return None
    if (rest := board.rest_of(goal.id)) is not None:
        return rest
    later = (g for g in board.goals_of(goal.owner) if number_of(g.id) > number_of(goal.id) and g.starts > goal.starts)
    return next((g for g in later if _is_alike(g, goal)), None)


def _is_alike(goal: Goal, other: Goal) -> bool:
    measures = (goal.measure, other.measure)
    units = [m.unit for m in measures if isinstance(m, Metric | Activity)]
    return (
        type(measures[0]) is type(measures[1])
        and goal.kind == other.kind
        and len(set(units)) <= 1
        and comparable(goal.title) == comparable(other.title)
    )
