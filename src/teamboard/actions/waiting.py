"""What waits for a member: marking as seen what others did."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_member, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.verbs import VerbName


class MarkSeen(Struct, frozen=True, kw_only=True):
    """Store that the actor has seen what others did, `up_to` a revision of the board."""

    verb: ClassVar[VerbName] = "mark as seen"

    up_to: int

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, by.member) if by.member else None
        require(board, by, self.verb, member)
        if member is None or self.up_to > board.revision:
            raise Refused(f"The board is at revision {board.revision}: no later one can be marked as seen.")
        if self.up_to <= member.seen:
            raise Refused(f"You have marked all up to revision {member.seen} as seen already.")
        return {member.id: msgspec.structs.replace(member, seen=self.up_to)}
