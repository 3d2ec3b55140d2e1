"""Revise: a goal follows the business, with a reason and a story; the old values are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, Refused, find_goal, prose, require
from teamboard.actions.goals import checked, days
from teamboard.board.board import Board, Changes
from teamboard.board.history import fields_of
from teamboard.board.records import GoalRevision, Metric, Reason, TeamGoal


class ReviseTeamGoal(Struct, frozen=True, kw_only=True):
    """Change a team goal's target or due day; members with a goal aligned to it are asked to acknowledge."""

    verb: ClassVar[str] = "revise a team goal"

    goal: str
    reason: Reason
    why: str
    target: float | None = None
    due: date | None = None
    acknowledged: tuple[str, ...] = ()

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = find_goal(board, self.goal)
        if not isinstance(goal, TeamGoal):
            raise Refused(f"{goal.id} is not a team goal.")
        member = require(board, by, self.verb, board.member(goal.owner))
        measure = goal.measure
        if self.target is not None:
            if not isinstance(measure, Metric):
                raise Refused(f"{goal.id} has no target to revise.")
            measure = checked(msgspec.structs.replace(measure, target=self.target))
        starts, due = days(board, goal.starts, self.due or goal.due)
        after = msgspec.structs.replace(goal, measure=measure, starts=starts, due=due)
        before_fields, after_fields = fields_of(goal) or {}, fields_of(after) or {}
        revised = [k for k in after_fields if before_fields.get(k) != after_fields[k]]
        if not revised:
            raise Refused(f"Nothing of {goal.id} would change.")
        revision = GoalRevision(
            id=board.next_id("revisions"),
            goal=goal.id,
            reason=self.reason,
            why=prose(self.why, "The story (why)", required=True),
            by=member.handle,
            at=at,
            state="agreed",
            before={k: before_fields.get(k) for k in revised},
            after={k: after_fields[k] for k in revised},
            acknowledged=self.acknowledged,
        )
        return {goal.id: after, revision.id: revision}
