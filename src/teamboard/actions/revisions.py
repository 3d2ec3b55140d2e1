"""Revise: a goal follows the business, with a reason and a story; the old values are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from teamboard.actions.base import Actor, open_goal, require
from teamboard.actions.goals import clean_measure, goal_days
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.history.history import fields_of
from teamboard.domain.records import (
    Goal,
    GoalRevision,
    Measure,
    Metric,
    Milestone,
    Milestones,
    Reason,
    TeamGoal,
)
from teamboard.domain.revisions import agreed_on, asked_to_answer, effective, newest, proposal_on, to_come
from teamboard.domain.sanitize import clean_line, clean_text


class ReviseGoal(Struct, frozen=True, kw_only=True):
    """Change what a goal is measured against.

    A member's goal is revised by two: what its owner or their manager proposes holds when the other has
    agreed; whoever has no manager decides alone. A team goal is revised by its owner and holds from the
    day `effective` on, from today if none is given. What is left out stays as it is; `drop` ends the goal.

    `seen` is the id of the last revision that the person was looking at (None: there was none); leave it
    unset to revise whatever is newest. `instead_of` names the open proposal that this one replaces.
    """

    verb: ClassVar[str] = "revise a goal"

    goal: str
    reason: Reason
    why: str
    title: str | None = None
    start: float | None = None
    target: float | None = None
    milestones: tuple[Milestone, ...] = ()
    due: date | None = None
    drop: bool = False
    effective: date | None = None
    seen: str | UnsetType | None = UNSET
    instead_of: str | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        shared = isinstance(goal, TeamGoal)
        verb = "revise a team goal" if shared else self.verb
        member = require(board, by, verb, board.member(goal.owner))
        today = board.day_of(at)
        replaced = self._replaced(board, goal, by, at)
        holds = self._first_day(board, goal, today)
        alone = shared or (goal.owner == member.handle and member.manager is None)
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
        """The goal as it would be from that day on; Refused where that makes no sense."""
        if self.drop:
            if self._names_a_value():
                raise Refused("A goal that is dropped needs no new values.")
            return msgspec.structs.replace(goal, outcome="dropped", closed=day)
        starts, due = goal_days(board, goal.starts, self.due or goal.due)
        title = clean_line(self.title, "The title", required=True) if self.title is not None else goal.title
        return msgspec.structs.replace(goal, title=title, measure=self._measure(goal), starts=starts, due=due)

    def _names_a_value(self) -> bool:
        values = (self.title, self.start, self.target, self.due, self.milestones or None)
        return any(value is not None for value in values)

    def _measure(self, goal: AnyGoal) -> Measure:
        measure = goal.measure
        if self.target is not None or self.start is not None:
            if not isinstance(measure, Metric):
                raise Refused(f"{goal.id} has no target to revise.")
            start = measure.start if self.start is None else self.start
            target = measure.target if self.target is None else self.target
            return clean_measure(msgspec.structs.replace(measure, start=start, target=target))
        if self.milestones:
            if not isinstance(measure, Milestones):
                raise Refused(f"{goal.id} is not measured by milestones.")
            return clean_measure(Milestones(milestones=self.milestones))
        return measure

    def _first_day(self, board: Board, goal: AnyGoal, today: date) -> date:
        """The first day on which the new values of a team goal hold."""
        if self.effective is not None and isinstance(goal, Goal):
            raise Refused(f"{goal.id} changes on the day it is agreed; only a team goal can have another day.")
        holds = self.effective or today
        coming = to_come(board, goal.id, today)
        if coming is not None:
            raise Refused(
                f"{goal.id} changes on {effective(board, coming)} already: withdraw {coming.id} first "
                f"(`teamboard withdraw {coming.id}`)."
            )
        last = max((effective(board, v) for v in agreed_on(board, goal.id)), default=goal.starts)
        if self.effective is not None and not max(last, goal.starts) <= holds <= goal.due:
            raise Refused(f"{goal.id} can change from {max(last, goal.starts)} to {goal.due}, not on {holds}.")
        return holds

    def _replaced(self, board: Board, goal: AnyGoal, by: Actor, at: datetime) -> GoalRevision | None:
        """The open proposal that this one replaces, as it then is. Conflict where somebody was faster."""
        proposal = proposal_on(board, goal.id)
        if proposal is not None and self.instead_of != proposal.id:
            who = "You have" if proposal.by == by.member else f"{proposal.by} has"
            raise Conflict(f"{who} proposed {proposal.id} for {goal.id}.", proposal)
        last = newest(board, goal.id)
        if self.seen is not UNSET and last is not None and last not in (self.seen, self.instead_of):
            theirs = find_revision(board, last)
            raise Conflict(f"{theirs.by} revised {goal.id} ({last}) while you were typing.", theirs)
        if proposal is None:
            if self.instead_of is not None:
                found = find_revision(board, self.instead_of)
                raise Refused(f"{found.id} is {found.state}: there is nothing to replace.")
            return None
        if proposal.by == by.member:
            return msgspec.structs.replace(proposal, state="withdrawn")
        asked = require(board, by, "answer a proposal", asked_to_answer(board, proposal))
        return msgspec.structs.replace(proposal, state="declined", answered_by=asked.handle, answered_at=at)


def find_revision(board: Board, revision_id: str) -> GoalRevision:
    """The revision of that id, in any case of letters; NotFound if there is none."""
    revision = board.get(revision_id.strip().upper())
    if not isinstance(revision, GoalRevision):
        raise NotFound(f"There is no revision {revision_id!r}. A goal's detail lists its revisions.")
    return revision
