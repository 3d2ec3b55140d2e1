"""Reviews of a member with their manager."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, Refused, find_member, require
from teamboard.board.board import Board, Changes
from teamboard.board.cadence import next_review
from teamboard.board.records import Preparation, Review


class ScheduleReview(Struct, frozen=True, kw_only=True):
    """Set the day of a member's next review, or move it; `prepared` says how far each side is, by handle."""

    verb: ClassVar[str] = "schedule a review"

    member: str
    on: date
    prepared: dict[str, Preparation] = {}

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        require(board, by, self.verb, member)
        if member.manager is None:
            raise Refused(f"{member.name} has no manager to hold a review with.")
        strangers = [h for h in self.prepared if h not in (member.handle, member.manager)]
        if strangers:
            raise Refused(f"{strangers[0]!r} is not one of the two who prepare this review.")
        planned = next_review(board, member)
        review = planned or Review(
            id=board.next_id("reviews"), member=member.handle, manager=member.manager, on=self.on
        )
        changed = msgspec.structs.replace(review, on=self.on, prepared=review.prepared | self.prepared)
        if changed == planned:
            raise Refused(f"The review of {member.name} is on {self.on} already.")
        return {review.id: changed}
