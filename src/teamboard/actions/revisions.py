"""Revising a goal: new values, with a reason and a story; the old values are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from teamboard.actions.base import Actor, open_goal, require
from teamboard.actions.goals import clean_measure, goal_days
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.commit_log import fields_of
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.goals.closing import closed_on
from teamboard.domain.goals.revisions import (
    agreed_on,
    asked_to_answer,
    coming_revision,
    effective,
    newest_revision_id,
    open_proposal,
)
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.permissions import verb_on
from teamboard.domain.records import (
    Activity,
    BusinessReason,
    Goal,
    GoalRevision,
    Measure,
    Metric,
    Milestone,
    Milestones,
    TeamGoal,
)
from teamboard.domain.sanitize import clean_line, clean_text, shell_command
from teamboard.domain.verbs import VerbName


class ReviseGoal(Struct, frozen=True, kw_only=True):
    """Change a goal's title, measure or due day, or drop the goal.

    The owner of a member's goal, or their manager, proposes a revision; it holds once the other has agreed. A member
    without a manager decides alone. The owner of a team goal revises it alone; the new values hold from the day
    `effective`, or from today. What is not given stays as it is; `drop` closes the goal.

    `seen` is the id of the last revision that the person was looking at (None if there was none); leave it unset to
    revise the newest state. `instead_of` is the id of the open proposal that this one replaces. Raises Conflict if
    somebody revised the goal after `seen`, or has another open proposal for it.
    """

    verb: ClassVar[VerbName] = "revise a goal"

    goal: RecordId
    reason: BusinessReason
    why: str
    title: str | None = None
    start: float | None = None
    target: float | None = None
    per_week: float | None = None
    milestones: tuple[Milestone, ...] = ()
    due: date | None = None
    drop: bool = False
    effective: date | None = None
    seen: RecordId | UnsetType | None = UNSET
    instead_of: RecordId | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        is_team_goal = isinstance(goal, TeamGoal)
        member = require(board, by, verb_on(goal, self.verb), board.member(goal.owner))
        today = board.day_of(at)
        replaced = self._replaced(board, goal, by, at)
        holds = self._first_day(board, goal, today)
        alone = is_team_goal or (goal.owner == member.handle and member.manager is None)
        after = self.applied(board, goal, holds if alone else today)
        before_fields, after_fields = fields_of(goal) or {}, fields_of(after) or {}
        changed = [k for k in after_fields if before_fields.get(k) != after_fields[k]]
        if not changed:
            raise Refused(f"Nothing about {goal.id} would change.")
        revision = GoalRevision(
            id=board.next_id("revisions"),
            goal=goal.id,
            reason=self.reason,
            why=clean_text(self.why, "The story (why)", required=True),
            by=member.handle,
            at=at,
            state="agreed" if alone else "proposed",
            before={k: before_fields.get(k) for k in changed},
            after={k: after_fields[k] for k in changed},
            effective=holds if alone else None,
        )
        if replaced is not None and replaced.by != member.handle:
            replaced = msgspec.structs.replace(replaced, word=f"{revision.id} instead")
        changes: Changes = {replaced.id: replaced} if replaced else {}
        return changes | ({goal.id: after} if alone else {}) | {revision.id: revision}

    def applied(self, board: Board, goal: AnyGoal, day: date) -> AnyGoal:
        """The goal with the new values; dropped goals are closed on `day`. Raises Refused."""
        if self.drop:
            if self._has_new_values():
                raise Refused("A goal that is dropped needs no new values.")
            return closed_on(goal, "dropped", day)
        starts, due = goal_days(board, goal.starts, self.due or goal.due)
        title = clean_line(self.title, "The title", required=True) if self.title is not None else goal.title
        return msgspec.structs.replace(goal, title=title, measure=self._measure(goal), starts=starts, due=due)

    def _has_new_values(self) -> bool:
        values = (self.title, self.start, self.target, self.per_week, self.due, self.milestones or None)
        return any(value is not None for value in values)

    def _measure(self, goal: AnyGoal) -> Measure:
        measure = goal.measure
        if self.target is not None or self.start is not None:
            if not isinstance(measure, Metric):
                how = ": revise its number per week" if isinstance(measure, Activity) else ""
                raise Refused(f"{goal.id} has no target to revise{how}.")
            start = measure.start if self.start is None else self.start
            target = measure.target if self.target is None else self.target
            return clean_measure(msgspec.structs.replace(measure, start=start, target=target))
        if self.per_week is not None:
            if not isinstance(measure, Activity):
                raise Refused(f"{goal.id} has no number per week to revise.")
            return clean_measure(msgspec.structs.replace(measure, per_week=self.per_week))
        if self.milestones:
            if not isinstance(measure, Milestones):
                raise Refused(f"{goal.id} is not measured by milestones.")
            return clean_measure(Milestones(milestones=self.milestones))
        return measure

    def _first_day(self, board: Board, goal: AnyGoal, today: date) -> date:
        """The first day on which the new values hold. Raises Refused if the given day is not possible."""
        if self.effective is not None and isinstance(goal, Goal):
            raise Refused(f"{goal.id} changes on the day it is agreed; only a team goal can have another day.")
        holds = self.effective or today
        coming = coming_revision(board, goal.id, today)
        if coming is not None:
            raise Refused(
                f"{goal.id} changes on {effective(board, coming)} already: withdraw {coming.id} first "
                f"({shell_command('revision', 'withdraw', coming.id)})."
            )
        last = max((effective(board, v) for v in agreed_on(board, goal.id)), default=goal.starts)
        if self.effective is not None and not max(last, goal.starts) <= holds <= goal.due:
            raise Refused(f"{goal.id} can change from {max(last, goal.starts)} to {goal.due}, not on {holds}.")
        return holds

    def _replaced(self, board: Board, goal: AnyGoal, by: Actor, at: datetime) -> GoalRevision | None:
        """The open proposal that this one replaces, withdrawn or declined; None if there is none. Raises Conflict."""
        proposal = open_proposal(board, goal.id)
        if proposal is not None and self.instead_of != proposal.id:
            who = "You have" if proposal.by == by.member else f"{proposal.by} has"
            raise Conflict(f"{who} proposed {proposal.id} for {goal.id}.", proposal)
        last = newest_revision_id(board, goal.id)
        if self.seen is not UNSET and last is not None and last not in (self.seen, self.instead_of):
            other = find_revision(board, last)
            raise Conflict(f"{other.by} revised {goal.id} ({last}) while you were typing.", other)
        if proposal is None:
            if self.instead_of is not None:
                other = find_revision(board, self.instead_of)
                raise Refused(f"{other.id} is {other.state}: there is nothing to replace.")
            return None
        if proposal.by == by.member:
            return msgspec.structs.replace(proposal, state="withdrawn")
        asked = require(board, by, "answer a proposal", asked_to_answer(board, proposal))
        return msgspec.structs.replace(proposal, state="declined", answered_by=asked.handle, answered_at=at)


def find_revision(board: Board, revision_id: str) -> GoalRevision:
    """The revision of an id, in upper or lower case. Raises NotFound."""
    revision = board.get(to_record_id(revision_id))
    if not isinstance(revision, GoalRevision):
        raise NotFound(f"There is no revision {revision_id!r}. A goal's detail lists its revisions.")
    return revision
