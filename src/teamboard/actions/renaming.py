"""Giving a member another handle or name, in all that the board says of them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_member, refuse_changed_since, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.handles import all_records, display_name, with_other_handles
from teamboard.domain.ids import is_record_id
from teamboard.domain.input_parsing import RESERVED_HANDLES
from teamboard.domain.records import Member
from teamboard.domain.verbs import VerbName

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def is_handle(text: str) -> bool:
    """True if a text may be a member's handle."""
    return _HANDLE.fullmatch(text) is not None


def check_new_handle(board: Board, handle: str, name: str, member: Member | None = None) -> None:
    """Raise Refused unless a handle may become that of `member`, or of somebody new who is called `name`.

    What another member was called before stays theirs: the history still speaks of them so.
    """
    if not is_handle(handle):
        raise Refused(f"{handle!r} is not a valid handle: use lower-case letters, digits, . _ and -, such as ana.")
    if handle in RESERVED_HANDLES:
        raise Refused(f"{handle!r} is a word of the command line: choose another handle for {name}.")
    if is_record_id(handle.upper()):
        raise Refused(f"{handle!r} looks like the id of a record: choose another handle for {name}.")
    taken = board.known_as(handle)
    if taken is None or taken is member:
        return
    if taken.handle == handle:
        raise Refused(f"There is a member {handle!r} already.")
    raise Refused(f"{taken.name} ({taken.handle}) was {handle!r} before: choose another handle for {name}.")


def formerly_called(board: Board, member: Member, old: str, new: str) -> tuple[str, ...]:
    """What a member was called before, once the handle or name `new` has taken the place of `old`; the last one last.

    A name that is or was somebody else's handle is left out: it would lead to the wrong one.
    """
    kept = tuple(called for called in member.formerly if called not in (old, new))
    return kept if is_handle(old) and board.known_as(old) not in (None, member) else (*kept, old)


class RenameMember(Struct, frozen=True, kw_only=True):
    """Give a member another handle, in all records that name them; the history keeps the one before.

    `was` is the handle as the person saw it: raises Conflict if it has changed.
    """

    verb: ClassVar[VerbName] = "rename a member"

    member: str
    handle: str
    was: str | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        require(board, by, self.verb, member)
        refuse_changed_since(board, member, "handle", self.was)
        if self.handle == member.handle:
            raise Refused(f"{display_name(board, member)} is {member.handle!r} already.")
        check_new_handle(board, self.handle, display_name(board, member), member)
        renamed = msgspec.structs.replace(
            member, handle=self.handle, formerly=formerly_called(board, member, member.handle, self.handle)
        )
        return with_other_handles(all_records(board), {member.handle: self.handle}) | {member.id: renamed}
