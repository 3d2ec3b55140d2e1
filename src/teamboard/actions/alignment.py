"""Aligning a member's goal to the team goals it serves, with a share for each; a team goal to the one above it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from teamboard.actions.base import Actor, open_goal, require
from teamboard.actions.goals import check_alignment, open_team_goal, refuse_sum_alone
from teamboard.actions.revision_responses import acknowledged_by
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.goals.revisions import last_agreed, unacknowledged
from teamboard.domain.goals.tree import goals_above
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, TeamGoal
from teamboard.domain.verbs import VerbName


class AlignGoal(Struct, frozen=True, kw_only=True):
    """Align a goal to team goals, with shares that add up to 1, or to none.

    An owner who changes how a goal is aligned to a revised team goal acknowledges that revision by it.
    `seen` is the alignment that the person was looking at; leave it unset to change the newest one.
    """

    verb: ClassVar[VerbName] = "align a goal"

    goal: RecordId
    aligned: dict[RecordId, float]
    seen: dict[RecordId, float] | UnsetType = UNSET

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        if not isinstance(goal, Goal):
            raise Refused(f"{goal.id} is a team goal: it serves one team goal, or none, and has no shares.")
        member = require(board, by, self.verb, board.member(goal.owner))
        aligned = {team_goal: float(share) for team_goal, share in self.aligned.items()}
        check_alignment(board, goal.measure, aligned)
        refuse_sum_alone(board, by, goal, [t for t in aligned if t not in goal.aligned])
        if self.seen is not UNSET and self.seen != goal.aligned:
            raise Conflict(f"Somebody changed the alignment of {goal.id} while you were typing.", goal)
        if aligned == goal.aligned:
            raise Refused(f"{goal.id} has this alignment already.")
        changes: Changes = {goal.id: msgspec.structs.replace(goal, aligned=aligned)}
        if member.handle == goal.owner:
            for team_goal in dict.fromkeys([*goal.aligned, *aligned]):
                revision = last_agreed(board, team_goal)
                if revision is not None and member.handle in unacknowledged(board, team_goal):
                    changes[revision.id] = acknowledged_by(revision, member.handle)
        return changes


class AlignTeamGoal(Struct, frozen=True, kw_only=True):
    """Let a team goal serve another one, or none.

    `seen` is the one that it served when the person looked; leave it unset to change the newest.
    """

    verb: ClassVar[VerbName] = "align a goal"

    goal: RecordId
    serves: RecordId | None
    seen: RecordId | UnsetType | None = UNSET

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        if not isinstance(goal, TeamGoal):
            raise Refused(f"{goal.id} is a member's goal: say which team goals it is aligned to.")
        require(board, by, self.verb, board.member(goal.owner))
        if self.serves is not None:
            above = open_team_goal(board, self.serves, goal.measure)
            if goal.id in (above.id, *(t.id for t in goals_above(board, above))):
                circle = "it can't serve itself" if above.id == goal.id else f"{above.id} serves {goal.id} already"
                raise Refused(f"{goal.id} can't serve {above.id}: {circle}.")
        if self.seen is not UNSET and self.seen != goal.serves:
            raise Conflict(f"Somebody changed what {goal.id} serves while you were typing.", goal)
        if self.serves == goal.serves:
            raise Refused(f"{goal.id} serves {goal.serves or 'no team goal'} already.")
        return {goal.id: msgspec.structs.replace(goal, serves=self.serves)}
