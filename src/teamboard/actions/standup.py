"""The standup: offering help with a blocker, and storing that a standup was held."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_goal, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.goals.closing import last_said
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Standup
from teamboard.domain.verbs import VerbName

LONGEST_SECONDS = 24 * 3600


class OfferHelp(Struct, frozen=True, kw_only=True):
    """Offer to help with the blocker of a goal; with `not_any_more`, take the offer back."""

    verb: ClassVar[VerbName] = "offer help"

    goal: RecordId
    not_any_more: bool = False

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        goal = find_goal(board, self.goal)
        last = last_said(board, goal)
        if last is None or not last.blocker:
            raise Refused(f"No help is wanted with {goal.id}.")
        if goal.owner == member.handle:
            raise Refused("It is your own goal: others offer to help with it.")
        if (member.handle in last.helpers) != self.not_any_more:
            raise Refused(f"You {'do not help' if self.not_any_more else 'help'} with {goal.id} already.")
        others = tuple(h for h in last.helpers if h != member.handle)
        helpers = others if self.not_any_more else (*others, member.handle)
        return {last.id: msgspec.structs.replace(last, helpers=helpers)}


class RecordStandup(Struct, frozen=True, kw_only=True):
    """Store that a standup was held: when it began, and the seconds of each member, by handle."""

    verb: ClassVar[VerbName] = "keep a standup"

    began: datetime
    seconds: dict[str, int]

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        # Somebody may have got another handle while they spoke.
        spoke = ((board.known_as(handle), seconds) for handle, seconds in self.seconds.items())
        seconds = {m.handle: min(max(s, 0), LONGEST_SECONDS) for m, s in spoke if m is not None}
        standup = Standup(
            id=board.next_id("standups"),
            at=min(self.began, at),
            by=member.handle,
            revision=board.revision + 1,
            seconds=seconds,
        )
        return {standup.id: standup}
