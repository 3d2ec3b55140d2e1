"""Undoing a commit, mostly one's own, with a new commit; the history keeps both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_member, require
from teamboard.actions.renaming import formerly_called
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import (
    Change,
    History,
    HistoryEntry,
    fields_after,
    fields_before,
    fields_of,
    record_of,
    stored_fields,
)
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.revisions import makes_goal
from teamboard.domain.goals.splits import goals_counted_wrongly
from teamboard.domain.handles import all_records, with_other_handles
from teamboard.domain.history.log import history_of, last_undoable_commit
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import CheckIn, Feedback, Goal, GoalRevision, Member, Record, Review
from teamboard.domain.references import invalid_references, left_with_leavers
from teamboard.domain.verbs import VerbName, is_untold


def commit_to_undo(board: Board, by: Actor, of: str = "") -> tuple[int, HistoryEntry]:
    """The actor's last commit that can be undone, or that of the member `of`, with its revision.

    Raises NotFound, Refused and HistoryUnavailable.
    """
    whose = find_member(board, of).handle if of else by.member
    revision = last_undoable_commit(board, whose) if whose else None
    entry = history_of(board).get(revision) if revision else None
    if revision is None or entry is None:
        raise Refused(f"{whose} has no change to undo." if of else "You have no change to undo.")
    return revision, entry


class Undo(Struct, frozen=True, kw_only=True):
    """Undo the commit of a revision. Refused if a later commit depends on it, unless that was undone itself."""

    verb: ClassVar[VerbName] = "undo"

    undoes: int

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        history = history_of(board)
        entry = history.get(self.undoes)
        if entry is None:
            raise NotFound(f"There is no revision {self.undoes} to undo.")
        require(board, by, self.verb, board.known_as(entry.by))
        _refuse_never_undone(entry, self.undoes)
        for number, later in self._later(history, board, entry):
            if later.archive and any(board.get(record_id) is None for record_id in entry.changes):
                raise Refused(f"Revision {self.undoes} can't be undone: what it changed has been archived since.")
            self._check(board, entry, number, later)
        signed = next((i for i, c in entry.changes.items() if _is_signed(board, i, c)), None)
        if signed is not None:
            raise Refused(f"{signed} is signed: it can't be changed any more; you can add to it.")
        changes: Changes = {}
        for record_id, change in entry.changes.items():
            fields = fields_before(fields_of(board.get(record_id)), change)
            changes[record_id] = None if fields is None else record_of(record_id, fields)
        changes |= _still_known(board, entry, changes)
        broken = next(invalid_references(board.apply(changes)), None)
        if broken is not None:
            raise Refused(f"Revision {self.undoes} can't be undone: {broken.record_id} depends on it.")
        after = board.with_changes(changes)
        if split := goals_counted_wrongly(after) - goals_counted_wrongly(board):
            raise Refused(
                f"Revision {self.undoes} can't be undone: {min(split)} was split when it was handed over, "
                "and a part of it would count twice or not at all."
            )
        left = left_with_leavers(after) - left_with_leavers(board)
        if left:
            who = "somebody who leaves the team"
            raise Refused(f"Revision {self.undoes} can't be undone: {min(left)} would be left with {who}.")
        return changes

    def _later(self, history: History, board: Board, entry: HistoryEntry) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield the commits after the one to undo, newest first, without those that were undone and their undos.

        Raises Refused if such a pair has not left a record as it was, as it may be in a history that was merged.
        """
        undone: set[int] = set()
        for number, later in history.newest_first():
            if number <= self.undoes:
                return
            if number not in undone and later.undoes is not None and self.undoes < later.undoes < number:
                undone.add(later.undoes)
            elif number not in undone:
                if not is_untold(later.verb):
                    yield number, later
                continue
            changed = next((i for i in later.changes if i in entry.changes and not _is_as_left(board, i, entry)), None)
            if changed is not None:
                raise Refused(f"Revision {self.undoes} can't be undone: {changed} is not as it left it.")

    def _check(self, board: Board, entry: HistoryEntry, number: int, later: HistoryEntry) -> None:
        """Raise Refused if a later commit depends on the one to undo."""
        if later.undoes == self.undoes:
            raise Refused(f"Revision {self.undoes} has been undone already.")
        agreed = _agreed_goals(board, entry)
        measured = _measured_goals(board, entry)
        for record_id, change in later.changes.items():
            newer = board.get(record_id)
            if record_id in entry.changes or record_id in agreed:
                since = f"changed {record_id}"
            elif record_id in measured and "outcome" in {**(change.before or {}), **(change.after or {})}:
                # It was closed at the value that it had, and its rest is what was missing then.
                since = f"{'closed' if (change.after or {}).get('outcome') else 'reopened'} {record_id}"
            elif isinstance(newer, CheckIn) and newer.goal in measured | agreed:
                since = f"checked in on {newer.goal}"
            elif goal := next(iter(_goals_named_by(newer) & agreed), None):
                since = f"built {record_id} on {goal}"
            else:
                continue
            who = later.by or later.login or "somebody"
            raise Refused(f"Revision {self.undoes} can't be undone: {who} has {since} since (revision {number}).")


def _agreed_goals(board: Board, entry: HistoryEntry) -> set[RecordId]:
    """The goals that count since a commit, which agreed to their proposals."""
    changed = {i for i, change in entry.changes.items() if change.before and "state" in change.before}
    revisions = (r for i in changed if isinstance(r := board.get(i), GoalRevision) and r.state == "agreed")
    return {r.goal for r in revisions if makes_goal(r)}


def _measured_goals(board: Board, entry: HistoryEntry) -> set[RecordId]:
    """The goals of the check-ins that a commit made, changed or removed."""
    goals: set[RecordId] = set()
    for record_id, change in entry.changes.items():
        record = board.get(record_id)
        if record is None and known_table(record_id) == "checkins" and change.before:
            record = record_of(record_id, change.before)
        if isinstance(record, CheckIn):
            goals.add(record.goal)
    return goals


def _goals_named_by(record: Record | None) -> set[RecordId]:
    """The goal that a record is about, or that an activity drives."""
    match record:
        case GoalRevision(goal=goal) | Feedback(about=goal) | Goal(drives=goal) if goal:
            return {RecordId(goal)}
        case _:
            return set()


def _still_known(board: Board, entry: HistoryEntry, changes: Changes) -> Changes:
    """The members of some changes that get an earlier handle or name back, still known by every handle they had since.

    Raises Refused if a record that stays as it is names one by the handle that is undone.
    """
    members: Changes = {}
    for record_id, new in changes.items():
        old = board.get(record_id)
        if not isinstance(old, Member) or not isinstance(new, Member):
            continue
        left = (entry.changes[record_id].after or {}).get("formerly")
        if old.handle != new.handle:
            stays = (record for record in all_records(board) if record.id not in changes)
            if others := with_other_handles(stays, {old.handle: new.handle}):
                raise Refused(f"{next(iter(others))} names {old.handle} since: rename {old.handle} again instead.")
            formerly = formerly_called(board, old, old.handle, new.handle)
        elif isinstance(left, list | tuple):
            formerly = (*new.formerly, *(called for called in old.formerly if called not in left))
        else:
            continue
        members[record_id] = msgspec.structs.replace(new, formerly=formerly)
    return members


def _is_as_left(board: Board, record_id: RecordId, entry: HistoryEntry) -> bool:
    """True if a record has what a commit has written into it.

    A member keeps the handle that is undone as a former one, so `formerly` may have grown since the commit.
    """
    record = board.get(record_id)
    fields = None if record is None else stored_fields(record)
    # Of this process, its values may not be those of JSON yet.
    change = msgspec.json.decode(msgspec.json.encode(entry.changes[record_id]), type=Change)
    after = fields_after(fields, change)
    if fields and after and (change.before or {}).keys() & {"handle", "name"}:
        fields, after = ({k: v for k, v in f.items() if k != "formerly"} for f in (fields, after))
    return after == fields


def _is_signed(board: Board, record_id: RecordId, change: Change) -> bool:
    """True if a change is about the content of a review that both sides have signed."""
    review = board.get(record_id)
    parts = ("sealed", "outcome", "signatures", "additions")
    return isinstance(review, Review) and review.state == "signed" and any(p in (change.after or {}) for p in parts)


def _refuse_never_undone(entry: HistoryEntry, revision: int) -> None:
    """Raise Refused for a commit of a kind that is never undone."""
    if is_untold(entry.verb):
        raise Refused(f"Revision {revision} marks what was seen: there is nothing to undo.")
    if entry.archive:
        raise Refused("Archiving can't be undone: `log`, `--as-of` and reviews still read what was archived.")
