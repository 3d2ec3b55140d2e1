"""Handing a goal over: what becomes of it, and which part stays with the owner before.

A goal changes its owner in place, with its value and its history. One that a team goal sums up is split by value: what
was reached stays with the owner before, in the goal, which is closed as achieved; the rest is a new goal of the new
owner. So the sum stays as it is, and each has their own contribution.
"""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.closing import closed_on
from teamboard.domain.goals.progress import progress, value_of
from teamboard.domain.records import Goal, Measure, Metric, TeamGoal
from teamboard.domain.sanitize import shell_command

_DECIMALS = 6
"""Of the rest: enough for cents of anything, and without the noise of a difference of floats."""


class HandOver(Struct, frozen=True):
    """A goal that is handed over, `before` and `after`, and where it is split the `rest`, a new goal without an id."""

    before: AnyGoal
    after: AnyGoal
    rest: Goal | None = None


def hand_over(board: Board, goal: AnyGoal, to: str, day: date, target: float | None = None) -> HandOver:
    """What becomes of an open goal that goes to a member on a day, with another target if one is given.

    Raises Refused if the goal has no target to change, or if it is split and nothing is left of it.
    """
    measure = goal.measure
    if target is not None and not isinstance(measure, Metric):
        raise Refused(f"{goal.id} has no target: hand it over without one.")
    if isinstance(goal, Goal) and isinstance(measure, Metric) and is_split(board, goal):
        value = value_of(goal, board.last_checkin(goal.id))
        kept = msgspec.structs.replace(measure, target=value)
        rest = msgspec.structs.replace(
            goal,
            owner=to,
            measure=_rest_of(goal, measure, value, target),
            starts=min(max(goal.starts, day), goal.due),
            set_on=day,
            drives=None,
            continues=goal.id,
        )
        return HandOver(goal, closed_on(msgspec.structs.replace(goal, measure=kept), "achieved", day), rest)
    after = msgspec.structs.replace(goal, owner=to)
    if isinstance(measure, Metric) and target is not None:
        after = msgspec.structs.replace(after, measure=msgspec.structs.replace(measure, target=target))
    if isinstance(after, Goal) and after.drives is not None:
        # A goal drives one of the same owner.
        after = msgspec.structs.replace(after, drives=None)
    return HandOver(goal, after)


def is_split(board: Board, goal: Goal) -> bool:
    """True if a goal is split when it is handed over: a team goal sums it up, and something of it was reached."""
    sums = (board.goal(team_goal) for team_goal in goal.aligned)
    return any(isinstance(t, TeamGoal) and t.rolls_up == "sum" for t in sums) and progress(board, goal) > 0


def _rest_of(goal: Goal, measure: Metric, value: float, target: float | None) -> Measure:
    """The measure of the rest: from 0 to what is left, or for a value that falls on from where it is."""
    rises = measure.target > measure.start
    if target is None:
        target = round(measure.target - value, _DECIMALS) if rises else measure.target
        if (target <= 0) if rises else (target >= value):
            close = shell_command("goal", "close", goal.id, "--achieved", "-m", "…")
            raise Refused(f"{goal.id} has reached its target: give the --target of what is left, or close it: {close}.")
    if (target <= 0) if rises else (target >= value):
        what = "above 0" if rises else f"below {value:g}"
        raise Refused(f"The target of what is left of {goal.id} must be {what}, not {target:g}.")
    return msgspec.structs.replace(measure, start=0.0 if rises else value, target=target)
