"""Closing a goal at any time, as achieved, missed or dropped, and opening it again."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_goal, open_goal
from teamboard.actions.goal_changes.edits import require_above_or_alone
from teamboard.actions.notices import notice
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.goals.activity import driven
from teamboard.domain.goals.closing import closed_on, why_it_stays_closed
from teamboard.domain.goals.revisions import coming_revision, open_proposal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, GoalOutcome, Member
from teamboard.domain.sanitize import clean_text, shell_command
from teamboard.domain.verbs import VerbName


class CloseGoal(Struct, frozen=True, kw_only=True):
    """Close a goal today, with a word on why, which a revision keeps.

    By the owner's manager or above, and by the owner of a team goal, of a skill or career goal, or if nobody is above;
    an owner who has not closed it is asked to acknowledge it. An open proposal for the goal is declined.
    """

    verb: ClassVar[VerbName] = "close a goal"

    goal: RecordId
    outcome: GoalOutcome
    why: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        member = require_above_or_alone(board, by, self.verb, goal)
        refuse_coming_revision(board, goal, at)
        why = clean_text(self.why, "A word on why", required=True)
        closed = closed_on(goal, self.outcome, board.day_of(at))
        told = notice(board, goal, closed, by, at, "closed", why=why)
        return {closed.id: closed} | without_proposal(board, goal, member, at, f"{goal.id} is closed") | told


class ReopenGoal(Struct, frozen=True, kw_only=True):
    """Open a goal again that was closed in this period, with a word on why; by those who may close it.

    An activity drives nothing any more if its result is over, or somebody else's by now.
    """

    verb: ClassVar[VerbName] = "reopen a goal"

    goal: RecordId
    why: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = find_goal(board, self.goal)
        if goal.outcome is None:
            raise Refused(f"{goal.id} is open: there is nothing to reopen.")
        require_above_or_alone(board, by, self.verb, goal)
        if reason := why_it_stays_closed(board, goal, board.day_of(at)):
            raise Refused(f"{reason}.")
        why = clean_text(self.why, "A word on why", required=True)
        opened = msgspec.structs.replace(goal, outcome=None, closed=None)
        result = driven(board, opened)
        if isinstance(opened, Goal) and (result is None or result.outcome is not None):
            opened = msgspec.structs.replace(opened, drives=None)
        return {opened.id: opened} | notice(board, goal, opened, by, at, "reopened", why=why)


def refuse_coming_revision(board: Board, goal: AnyGoal, at: datetime) -> None:
    """Raise Refused if a revision of the goal takes effect on a later day."""
    coming = coming_revision(board, goal.id, board.day_of(at))
    if coming is not None:
        command = shell_command("revision", "withdraw", coming.id)
        raise Refused(f"{goal.id} changes on {coming.effective} already: withdraw {coming.id} first ({command}).")


def without_proposal(board: Board, goal: AnyGoal, member: Member, at: datetime, word: str) -> Changes:
    """The open proposal for a goal, declined by a member with a word, or withdrawn if it is theirs."""
    proposal = open_proposal(board, goal.id)
    if proposal is None:
        return {}
    if proposal.by == member.handle:
        return {proposal.id: msgspec.structs.replace(proposal, state="withdrawn")}
    declined = msgspec.structs.replace(
        proposal, state="declined", answered_by=member.handle, answered_at=at, word=f"{word}."
    )
    return {proposal.id: declined}
