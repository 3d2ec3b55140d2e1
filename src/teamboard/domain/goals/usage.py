"""What is built on a goal, so that it can't be removed any more; and who decides about a goal."""

from __future__ import annotations

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.revisions import makes_goal
from teamboard.domain.records import Goal, GoalRevision, Member, TeamGoal


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


def built_on(board: Board, goal: AnyGoal) -> list[str]:
    """What is built on a goal, in words: check-ins, feedback about it, revisions, other goals."""
    checkins = board.checkins_of(goal.id)
    feedback = [f.id for f in board.feedback if f.about == goal.id]
    made = made_by(board, goal)
    revisions = [v.id for v in board.revisions_of(goal.id) if v is not made]
    aligned = [g.id for g in board.aligned_to(goal.id)] if not isinstance(goal, Goal) else []
    driving = [g.id for g in board.goals if g.drives == goal.id]
    found = [plural(len(checkins), "check-in")] if checkins else []
    found += [f"feedback {feedback[0]}"] if feedback else []
    found += [f"revision {revisions[0]}"] if revisions else []
    found += [f"{driving[0]} which drives it"] if driving else []
    found += [f"{aligned[0]} aligned to it"] if aligned else []
    rest = [g.id for g in board.goals if g.continues == goal.id]
    found += [f"{rest[0]} which is the rest of it"] if rest else []
    serving = board.serving(goal.id)
    return found + ([f"{serving[0].id} which serves it"] if serving else [])
