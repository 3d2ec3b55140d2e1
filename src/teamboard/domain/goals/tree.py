"""The tree of team goals: a team goal may serve another one, at any number of levels.

The store refuses a circle; where a file has one all the same, each team goal is met once. No function here is
recursive, so that the number of levels has no limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.ids import RecordId
from teamboard.domain.records import TeamGoal


def rolls_up(goal: AnyGoal) -> bool:
    """True for a team goal that is the sum or the mean of others."""
    return isinstance(goal, TeamGoal) and goal.rolls_up != "own"


def goals_above(board: Board, team_goal: TeamGoal) -> Iterator[TeamGoal]:
    """Yield the team goals that a team goal serves, the nearest first."""
    seen = {team_goal.id}
    above = board.goal(team_goal.serves)
    while isinstance(above, TeamGoal) and above.id not in seen:
        yield above
        seen.add(above.id)
        above = board.goal(above.serves)


def is_in_circle(board: Board, team_goal: TeamGoal) -> bool:
    """True if a team goal serves itself, by way of others or not."""
    return any(above.serves == team_goal.id for above in (team_goal, *goals_above(board, team_goal)))


def below_first(board: Board, team_goal: TeamGoal) -> list[TeamGoal]:
    """The team goals on which the progress of one depends, and itself, each after those that serve it.

    Nothing is below a team goal with check-ins of its own.
    """
    found: list[TeamGoal] = []
    seen, pending = {team_goal.id}, [team_goal]
    while pending:
        above = pending.pop()
        found.append(above)
        for below in board.serving(above.id) if above.rolls_up != "own" else ():
            if below.id not in seen:
                seen.add(below.id)
                pending.append(below)
    found.reverse()
    return found


def measured_by(board: Board, goal: AnyGoal) -> tuple[AnyGoal, ...]:
    """The goals whose check-ins measure a goal: itself, or for a team goal that rolls up those below, at any level."""
    if not isinstance(goal, TeamGoal) or goal.rolls_up == "own":
        return (goal,)
    tree = below_first(board, goal)
    if len(tree) == 1:
        return board.aligned_to(goal.id)
    found: dict[RecordId, AnyGoal] = {}
    for team_goal in tree:
        goals = (team_goal,) if team_goal.rolls_up == "own" else board.aligned_to(team_goal.id)
        found |= {g.id: g for g in goals}
    return tuple(found.values())
