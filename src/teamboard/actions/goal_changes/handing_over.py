"""Handing a goal over to another member, in place or split by value; see `domain.goals.handing_over`."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import FOR_GOOD, Actor, find_colleague, open_goal, require, require_for_both
from teamboard.actions.goal_changes.closing import refuse_coming_revision, without_proposal
from teamboard.actions.goals import clean_measure
from teamboard.actions.notices import notice
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.goals.activity import driving
from teamboard.domain.goals.handing_over import HandOver, hand_over
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.people import absence_on
from teamboard.domain.permissions import verb_on
from teamboard.domain.records import Goal, Member
from teamboard.domain.sanitize import clean_text
from teamboard.domain.verbs import VerbName


class HandOverGoal(Struct, frozen=True, kw_only=True):
    """Hand an open goal over to another member, who is asked to acknowledge it; an open proposal for it is declined.

    By those above the owner and the new owner, who may take it themselves; a team goal by its owner too. `target` is
    that of what is left, where it is not all of it. `why` is a word on it, for both to read.
    """

    verb: ClassVar[VerbName] = "hand over a goal"

    goal: RecordId
    to: str
    target: float | None = None
    why: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        owner, heir = board.member(goal.owner), board.member(self.to)
        if isinstance(goal, Goal) and owner is not None and heir is not None and heir != owner:
            member = require_for_both(board, by, self.verb, owner, heir)
        else:
            member = require(board, by, verb_on(goal, self.verb), owner)
        planned, heir = self.planned(board, goal, by, at)
        refuse_coming_revision(board, goal, at)
        why = clean_text(self.why, "The word on why") or _goes_to(board, goal, heir)
        changes = without_proposal(board, goal, member, at, f"{goal.id} goes to {display_name(board, heir)}")
        return changes | handed_over(board, planned, by, at, why)

    def planned(self, board: Board, goal: AnyGoal, by: Actor, at: datetime) -> tuple[HandOver, Member]:
        """What becomes of the goal, and the new owner. Raises NotFound and Refused."""
        today = board.day_of(at)
        heir = find_colleague(board, self.to, today, FOR_GOOD)
        if heir.handle == goal.owner:
            raise Refused(f"{goal.id} is {display_name(board, heir)}'s already.")
        refuse_absent(board, heir, goal, today)
        owner = board.member(goal.owner)
        if isinstance(goal, Goal) and owner is not None:
            require_for_both(board, by, self.verb, owner, heir)
        planned = hand_over(board, goal, heir.handle, today, self.target)
        clean_measure((planned.rest or planned.after).measure)
        return planned, heir


def refuse_absent(board: Board, heir: Member, goal: AnyGoal, today: date) -> None:
    """Raise Refused if the one who would take a goal is away today."""
    if (absence := absence_on(heir, today)) is not None:
        who = f"{display_name(board, heir)} is away until {absence.ends}"
        raise Refused(f"{who}: hand {goal.id} over to somebody who is here.")


def handed_over(
    board: Board, planned: HandOver, by: Actor, at: datetime, why: str, *, goals: int = 0, revisions: int = 0
) -> Changes:
    """The changes of a hand-over, with the revisions that tell both owners.

    `goals` and `revisions` are how many new ones precede it in the same change.
    """
    before, after = planned.before, planned.after
    if planned.rest is None:
        changes: Changes = {g.id: msgspec.structs.replace(g, drives=None) for g in driving(board, before)}
        return (
            changes
            | {after.id: after}
            | notice(board, before, after, by, at, "handed-over", why=why, preceding=revisions)
        )
    rest = msgspec.structs.replace(planned.rest, id=board.next_id("goals", after=goals))
    told = notice(board, before, after, by, at, "closed", why=why, preceding=revisions)
    told |= notice(board, None, rest, by, at, "handed-over", why=why, preceding=revisions + 1)
    return {after.id: after, rest.id: rest} | told


def _goes_to(board: Board, goal: AnyGoal, heir: Member) -> str:
    owner = board.member(goal.owner)
    return f"It goes from {display_name(board, owner) if owner else goal.owner} to {display_name(board, heir)}."
