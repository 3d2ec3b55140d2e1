"""Who decides about a goal alone, and what made it."""

from __future__ import annotations

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.revisions import makes_goal
from teamboard.domain.records import GoalRevision, Member, TeamGoal


def decides_alone(goal: AnyGoal, member: Member) -> bool:
    """True if a member closes or removes a goal without anybody above.

    That is a team goal's owner, and the owner of a skill or career goal, or of any goal if nobody is above.
    """
    if member.handle != goal.owner:
        return False
    return isinstance(goal, TeamGoal) or goal.kind != "result" or member.manager is None


def made_by(board: Board, goal: AnyGoal) -> GoalRevision | None:
    """The revision that made a goal; None for one that its owner set, or that is older than such revisions."""
    return next((v for v in board.revisions_of(goal.id) if makes_goal(v)), None)
