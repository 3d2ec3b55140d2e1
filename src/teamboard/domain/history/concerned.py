"""Whom a commit concerns: who should hear of it, as the row of its verb says."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.commit_log import Change, HistoryEntry, record_of
from teamboard.domain.goals.revisions import asked_to_answer
from teamboard.domain.ids import RecordId
from teamboard.domain.records import (
    CheckIn,
    Fact,
    Feedback,
    Goal,
    GoalRevision,
    Member,
    OneOnOne,
    Record,
    Review,
    TeamGoal,
)
from teamboard.domain.verbs import Concerned, find_verb


def concerned_members(board: Board, entry: HistoryEntry) -> set[str]:
    """The handles of the members whom a commit concerns, the one who made it among them where the verb says so.

    `board` is the board after it. Nobody for a verb that this version does not know.
    """
    row = find_verb(entry.verb)
    if row is None:
        return set()
    records = [record for i, change in entry.changes.items() if (record := _record(board, i, change)) is not None]
    found = {handle for record in records for kind in row.concerns for handle in _handles(board, record, kind)}
    if concerns_team(entry) and records:
        # Once: not for each of many records.
        found.update(member.handle for member in board.members)
    # Who owned it before it was handed over, too.
    return found | {*_owners_before(entry)} if "owner" in row.concerns else found


def concerns_team(entry: HistoryEntry) -> bool:
    """True for a commit that concerns every member."""
    row = find_verb(entry.verb)
    return row is not None and "team" in row.concerns


def _owners_before(entry: HistoryEntry) -> Iterator[str]:
    """Yield the handles of those who had a goal before a commit that gave it to somebody else."""
    for change in entry.changes.values():
        owner = (change.before or {}).get("owner")
        if isinstance(owner, str) and change.after is not None:
            yield owner


def _record(board: Board, record_id: RecordId, change: Change) -> Record | None:
    """The record that was changed, as it is or as it was before it was removed; None if it can't be told."""
    if (record := board.get(record_id)) is not None or change.after is not None or change.before is None:
        return record
    try:
        return record_of(record_id, change.before)
    except msgspec.ValidationError:
        return None


def _handles(board: Board, record: Record, concerned: Concerned) -> Iterator[str]:
    """Yield the handles of the members that stand in a relation to a record."""
    owner = _owner(board, record)
    match concerned, record:
        case "owner", _ if owner is not None:
            yield owner.handle
        case "owner's manager", _ if owner is not None and owner.manager is not None:
            yield owner.manager
        case "both sides", OneOnOne() | Review():
            yield from (record.member, record.manager)
        case "giver", Feedback():
            yield record.giver
        case "giver", GoalRevision():
            yield record.by
        case "asked", Feedback():
            yield record.to
        case "asked", GoalRevision() if record.state != "agreed":
            asked = asked_to_answer(board, record)
            yield from () if asked is None else (asked.handle,)
        case "aligned owners", GoalRevision() if isinstance(board.goal(record.goal), TeamGoal):
            yield from (goal.owner for goal in board.aligned_to(record.goal))


def _owner(board: Board, record: Record) -> Member | None:
    """The member to whom a record belongs; None for one of the whole team."""
    match record:
        case Member():
            return record
        case Goal() | TeamGoal():
            return board.member(record.owner)
        case CheckIn() | GoalRevision():
            goal = board.goal(record.goal)
            return board.member(goal.owner) if goal else None
        case Feedback():
            return board.member(record.to)
        case OneOnOne() | Review() | Fact():
            return board.member(record.member)
        case _:
            return None
