"""The impact of a revision on progress, pace and status, before it is agreed."""

from __future__ import annotations

from math import isclose

from msgspec import Struct

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.progress import Standing, progress, standing
from teamboard.domain.records import Goal, TeamGoal


class RevisionImpact(Struct, frozen=True):
    """The standing of a goal on a day, and with the revision; `then` is None if the revision closes it.

    `team` has the team goals it is aligned to whose progress would change: team goal, progress now, progress then.
    """

    now: Standing
    then: Standing | None
    team: tuple[tuple[TeamGoal, float, float], ...] = ()


def revision_impact(shown: BoardOnDay, before: AnyGoal, after: AnyGoal) -> RevisionImpact:
    """The impact of replacing `before` by `after`, two versions of a goal, on a day."""
    board, day = shown.board, shown.day
    as_is, supposed = board.with_changes({before.id: before}), board.with_changes({after.id: after})
    team: list[tuple[TeamGoal, float, float]] = []
    aligned = after.aligned if isinstance(after, Goal) else {}
    for team_goal in board.open_team_goals:
        if team_goal.id in aligned and team_goal.rolls_up != "own":
            was, would_be = progress(as_is, team_goal), progress(supposed, team_goal)
            if not isclose(was, would_be, abs_tol=1e-9):
                team.append((team_goal, was, would_be))
    now = shown.standing(before) if before == board.get(before.id) else standing(as_is, before, day)
    return RevisionImpact(now, None if after.outcome else standing(supposed, after, day), tuple(team))
