"""The handles of members in a merge: either side may have given a member another one since they parted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count

import msgspec

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Fields
from teamboard.domain.handles import all_handles, all_records, with_handles, with_other_handles
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import Member, Record


class HandlesOfCopy:
    """Whose handles those of a copy are; `boards` are the copy and the last board that both sides have in common."""

    def __init__(self, boards: Iterable[Board]) -> None:
        self._ids = {
            handle: member.id for board in boards for member in board.members for handle in all_handles(member)
        }

    def translated(
        self, record_id: RecordId, fields: Fields | None, board: Board, ids: Mapping[RecordId, RecordId]
    ) -> Fields | None:
        """The copy's fields of a record, with the handles that the members have on `board`.

        `ids` has the ids on the board of members who have another one in the copy. A member's own handle stays.
        """
        if fields is None:
            return None
        here = {
            handle: member.handle
            for handle, i in self._ids.items()
            if isinstance(member := board.get(ids.get(i, i)), Member) and member.handle != handle
        }
        own = {"handle": fields["handle"]} if known_table(record_id) == "members" and "handle" in fields else {}
        return {**with_handles(record_id, fields, here), **own}


def with_free_handle(board: Board, fields: Fields | None) -> Fields | None:
    """The fields of a new record; a member gets a handle that nobody has or had."""
    handle = (fields or {}).get("handle")
    return {**(fields or {}), "handle": free_handle(board, handle)} if isinstance(handle, str) else fields


def free_handle(board: Board, wanted: str) -> str:
    """The handle, with a number after it if somebody on the board has it or had it before."""
    return next(h for n in count(1) if board.known_as(h := wanted if n == 1 else f"{wanted[:28]}{n}") is None)


def also_called(board: Board, member: Record | None, handle: str) -> Record | None:
    """A member who is found by the handle that they had in the copy too, unless it is somebody else's."""
    if not isinstance(member, Member) or board.known_as(handle) is not None:
        return member
    return msgspec.structs.replace(member, formerly=(*member.formerly, handle))


def with_renamings(board: Board, changes: Changes) -> Changes:
    """Return the changes, with all else on the board that names the members who get another handle by them.

    A handle that is another's is not taken from them. What a member was called on either side finds them afterwards.
    """
    handles: dict[str, str] = {}
    for record_id, new in list(changes.items()):
        old = board.get(record_id)
        if isinstance(new, Member) and isinstance(old, Member) and new.handle != old.handle:
            taken = board.known_as(new.handle)
            handle = new.handle if taken is None or taken.id == new.id else free_handle(board, new.handle)
            formerly = tuple(h for h in dict.fromkeys((*old.formerly, *new.formerly, old.handle)) if h != handle)
            changes = changes | {record_id: msgspec.structs.replace(new, handle=handle, formerly=formerly)}
            handles[old.handle] = handle
    if not handles:
        return changes
    return changes | with_other_handles(all_records(board.with_changes(changes)), handles)
