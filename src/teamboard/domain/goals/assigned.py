"""What of a team goal that is a sum is assigned to the goals below it, and what is assigned to nobody."""

from __future__ import annotations

from math import fsum

from msgspec import Struct

from teamboard.domain.amounts import CLOSEST
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.progress import counted_goals, progress, value_range
from teamboard.domain.goals.tree import below_first
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Goal, Metric, TeamGoal


class Assigned(Struct, frozen=True):
    """What a team goal's carriers are to gain, and what nobody has of all there is to gain; below 0: more is assigned.

    Both are in the team goal's unit.
    """

    assigned: float
    unassigned: float

    @property
    def differs(self) -> bool:
        """True if less or more is assigned than there is to gain."""
        return abs(self.unassigned) > CLOSEST * max(abs(self.assigned), 1.0)


def assigned_of(board: Board, team_goal: TeamGoal) -> Assigned | None:
    """What is assigned of a team goal; None if it is not a sum.

    assigned: share x (target - start) of what is open, and share x gain of what is closed; of a closed team goal what
    open goals below it are assigned still, if that is more. unassigned = target - start of the team goal - assigned.
    """
    if team_goal.rolls_up != "sum":
        return None
    assigned: dict[RecordId, float] = {}
    for below in below_first(board, team_goal):
        goals = counted_goals(board, below) if below.rolls_up == "sum" else ()
        assigned[below.id] = fsum(_assigned_to(board, below, goal, assigned.get(goal.id, 0.0)) for goal in goals)
    start, target = value_range(board, team_goal)
    return Assigned(assigned[team_goal.id], abs(target - start) - assigned[team_goal.id])


def can_be_assigned(board: Board, team_goal: TeamGoal) -> bool:
    """True if aligning an open goal that there is adds to what is assigned of a team goal that is a sum.

    It has the unit of the team goal, and is not aligned to it with all of it yet.
    """
    if not isinstance(team_goal.measure, Metric):
        return False
    unit = team_goal.measure.unit
    return any(
        isinstance(goal.measure, Metric | Activity)
        and goal.measure.unit == unit
        and goal.aligned.get(team_goal.id, 0.0) < 1
        for goal in board.goals
        if goal.outcome is None
    )


def _assigned_to(board: Board, team_goal: TeamGoal, goal: AnyGoal, below: float) -> float:
    """What a goal is assigned of a team goal; `below` is what those are assigned that serve it."""
    start, target = value_range(board, goal)
    whole = (goal.aligned[team_goal.id] if isinstance(goal, Goal) else 1.0) * abs(target - start)
    return whole if goal.outcome is None else max(whole * progress(board, goal), below, 0.0)
