"""Responses to a revision: agree, decline, withdraw, acknowledge. A proposal without a response stays open."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_goal, open_goal, require
from teamboard.actions.driving import check_driven
from teamboard.actions.goals import check_alignment
from teamboard.actions.revisions import find_revision
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import fields_of
from teamboard.domain.errors import Refused
from teamboard.domain.goals.closing import closed_on
from teamboard.domain.goals.revisions import (
    asked_to_acknowledge,
    asked_to_answer,
    effective,
    is_notice,
    last_agreed,
    makes_goal,
    renewed_together,
    unacknowledged,
    with_fields,
)
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, GoalRevision, Member
from teamboard.domain.sanitize import clean_text
from teamboard.domain.verbs import VerbName


class AgreeToRevision(Struct, frozen=True, kw_only=True):
    """Agree to a proposal; its values hold from today, or its goal counts from today."""

    verb: ClassVar[VerbName] = "agree to a revision"

    revision: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        revision, member = _proposal_to_answer(board, self.revision, by)
        today = board.day_of(at)
        if makes_goal(revision):
            goal = find_goal(board, revision.goal)
            if isinstance(goal, Goal):
                check_alignment(board, goal.measure, goal.aligned)
                check_driven(board, goal.owner, goal.measure, goal.drives, goal.id)
            agreed = _answered(revision, member, at, state="agreed", effective=today)
            return {goal.id: msgspec.structs.replace(goal, set_on=today), revision.id: agreed}
        goal = open_goal(board, revision.goal)
        now = fields_of(goal) or {}
        changed = [k for k, v in revision.before.items() if now.get(k) != v]
        if changed:
            raise Refused(
                f"{goal.id} has changed since {revision.id} was proposed ({', '.join(changed)}): propose it again."
            )
        fields = revision.after | ({"closed": today.isoformat()} if revision.after.get("outcome") else {})
        agreed = _answered(revision, member, at, state="agreed", effective=today, after=fields)
        return {goal.id: with_fields(goal, fields), revision.id: agreed}


class DeclineRevision(Struct, frozen=True, kw_only=True):
    """Decline a proposal, with a word on why; the old values stay, and a goal that was proposed is gone."""

    verb: ClassVar[VerbName] = "decline a revision"

    revision: RecordId
    word: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        revision, member = _proposal_to_answer(board, self.revision, by)
        word = clean_text(self.word, "A word on why", required=True)
        declined = _answered(revision, member, at, state="declined", word=word)
        return _without_goal(board, revision, at) | {revision.id: declined}


class WithdrawRevision(Struct, frozen=True, kw_only=True):
    """Withdraw the actor's own revision before it holds: while it is proposed, or before its first day."""

    verb: ClassVar[VerbName] = "withdraw a revision"

    revision: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        revision = find_revision(board, self.revision)
        require(board, by, self.verb, board.member(revision.by))
        withdrawn = msgspec.structs.replace(revision, state="withdrawn")
        if revision.state == "proposed":
            return _without_goal(board, revision, at) | {revision.id: withdrawn}
        goal = board.goal(revision.goal)
        if goal is None or revision.state != "agreed" or effective(board, revision) <= board.day_of(at):
            raise Refused(f"{revision.id} is {revision.state}: there is nothing to withdraw; revise the goal instead.")
        return {goal.id: with_fields(goal, revision.before), revision.id: withdrawn}


class AcknowledgeRevision(Struct, frozen=True, kw_only=True):
    """Acknowledge the revision of a team goal to which a goal of the actor is aligned, or a notice about their goal.

    With the notice of a goal that was renewed they acknowledge all of theirs that were renewed with it.
    """

    verb: ClassVar[VerbName] = "acknowledge a revision"

    revision: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        revision = find_revision(board, self.revision)
        asked = asked_to_acknowledge(board, revision)
        member = board.member(by.member)
        if member is not None and member.handle in revision.acknowledged:
            raise Refused(f"You have acknowledged {revision.id} already.")
        if member is not None and member.handle not in asked:
            whose = (
                "it asks the goal's owner" if is_notice(revision) else f"no goal of yours is aligned to {revision.goal}"
            )
            raise Refused(f"You need not acknowledge {revision.id}: {whose}.")
        member = require(board, by, self.verb, member)
        if last_agreed(board, revision.goal) is not revision:
            raise Refused(f"{revision.goal} was revised again since {revision.id}: acknowledge the newest.")
        waiting = {v.id: v for v in renewed_together(board, revision) if _waits_for(board, v, member.handle)}
        return {v.id: acknowledged_by(v, member.handle) for v in (waiting | {revision.id: revision}).values()}


def _waits_for(board: Board, revision: GoalRevision, handle: str) -> bool:
    """True if a member has yet to acknowledge a revision, the newest agreed one of its goal."""
    return last_agreed(board, revision.goal) is revision and handle in unacknowledged(board, revision.goal)


def acknowledged_by(revision: GoalRevision, handle: str) -> GoalRevision:
    """The revision with one more member in `acknowledged`."""
    return msgspec.structs.replace(revision, acknowledged=(*revision.acknowledged, handle))


def _without_goal(board: Board, revision: GoalRevision, at: datetime) -> Changes:
    """The goal that a proposal would have made, closed; empty for a proposal of other terms."""
    goal = board.goal(revision.goal)
    if goal is None or not makes_goal(revision):
        return {}
    return {goal.id: closed_on(goal, "dropped", board.day_of(at))}


def _proposal_to_answer(board: Board, revision_id: RecordId, by: Actor) -> tuple[GoalRevision, Member]:
    """An open proposal and the actor, who must be asked to answer it. Raises NotFound or Refused."""
    revision = find_revision(board, revision_id)
    if revision.state != "proposed":
        raise Refused(f"{revision.id} is {revision.state} already.")
    return revision, require(board, by, "answer a proposal", asked_to_answer(board, revision))


def _answered(revision: GoalRevision, member: Member, at: datetime, **fields: object) -> GoalRevision:
    return msgspec.structs.replace(revision, answered_by=member.handle, answered_at=at, **fields)
