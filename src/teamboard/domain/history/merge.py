"""Merge the commits of a copy of the board into the board: a three-way merge from their last common revision.

New records of the copy get new ids if theirs are in use. Items that both sides added to a list are all kept. A record
that one side removed and the other refers to is kept. If both sides changed the same field, it is a merge conflict,
which a person resolves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Change, Fields, HistoryEntry, fields_before, fields_of, record_of, stored_fields
from teamboard.domain.handles import all_records
from teamboard.domain.history.differences import differences
from teamboard.domain.history.log import history_of
from teamboard.domain.history.merge_conflicts import GONE, SPLIT, VALUE, Answers, MergeConflict, MergeStep
from teamboard.domain.history.merge_handles import HandlesOfCopy, also_called, with_free_handle, with_renamings
from teamboard.domain.history.merge_splits import Splits
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.ids import RecordId, known_table, make_id, number_of, table_of
from teamboard.domain.records import CheckIn, Member, Record
from teamboard.domain.references import broken_references
from teamboard.domain.verbs import REPAIR_VERB

GROWING_LISTS = (
    "replies", "notes", "topics", "actions", "acknowledged", "helpers", "additions", "logins", "revealed", "formerly",
)  # fmt: skip
"""Fields that are lists to which members only add items, so that both sides' items can be kept."""
SETS = ("days_off", "hints_off")
"""Fields that are lists without an order of their own: what each side has added and removed holds."""
MAPS_BY_MEMBER = ("prepared", "sealed")
"""Fields that map a member's handle to a value; each member's value is merged by itself."""
_MISSING: Any = msgspec.UNSET

Commits = Sequence[tuple[int, HistoryEntry]]
"""Commits with the revisions that they had, oldest first."""


def last_common_revision(one: Board, other: Board) -> int:
    """The last revision that two boards have in common; 0 if there is none. May raise HistoryUnavailable."""
    history, other_history = history_of(one), history_of(other)
    for revision in range(min(one.revision, other.revision), 0, -1):
        entry, other_entry = history.get(revision), other_history.get(revision)
        if entry is not None and other_entry is not None and entry.hash == other_entry.hash:
            return revision
    return 0


def missing_commits(board: Board, commits: Commits) -> list[tuple[int, HistoryEntry]]:
    """Those of some commits that are not on the board: neither as they were, nor merged into it.

    Where a repair has an entry of its own in the place of a commit, the commit is there if its changes are. May raise
    HistoryUnavailable.
    """
    if not commits:
        return []
    first = min(revision for revision, _ in commits)
    since = min(entry.made or entry.at for _, entry in commits)
    there: set[tuple[object, ...]] = set()
    repaired: list[int] = []
    for revision, entry in history_of(board).newest_first():
        if entry.verb == REPAIR_VERB and entry.by is None:
            repaired.append(revision)
        elif revision < first and entry.at < since:
            # Merged commits come after theirs; one of a machine whose clock was wrong may be older, and among them.
            break
        else:
            there.add(_commit_identity(entry))
    gone = [(n, entry) for n, entry in commits if _commit_identity(entry) not in there]
    replaced = [(n, entry) for n, entry in gone if n in repaired]
    if not replaced:
        return gone
    made = _made_by(as_of(board, repaired[0]), replaced)
    return [(n, entry) for n, entry in gone if n not in made]


def _made_by(board: Board, commits: Commits) -> set[int]:
    """The revisions of those of some commits whose changes a board has, or later ones in their place."""
    state: dict[RecordId, Fields | None] = {}
    made: set[int] = set()
    for revision, entry in reversed(commits):
        now = {i: state[i] if i in state else _fields(board.get(i)) or None for i in entry.changes}
        if any(_is_undone(now[i], change) for i, change in entry.changes.items()):
            continue
        made.add(revision)
        # As it was before this one, for those before it.
        state |= {i: fields_before(now[i], change) for i, change in entry.changes.items()}
    return made


def _is_undone(fields: Fields | None, change: Change) -> bool:
    """True if a record is as it was before a change: not made, not removed, or a field with its earlier value."""
    if fields is None or change.before is None or change.after is None:
        return (fields is None) != (change.after is None)
    before, after = change.before, change.after
    return any(fields.get(f) == before.get(f) for f in {**before, **after} if before.get(f) != after.get(f))


def lost_commits(known: Board, newer: Board) -> tuple[int, list[tuple[int, HistoryEntry]]]:
    """The last revision that both boards have, and the commits of `known` after it that are not on `newer`.

    May raise HistoryUnavailable.
    """
    common = last_common_revision(known, newer)
    return common, missing_commits(newer, list(_after(known, common)))


class Merge:
    """The merge of the commits of `copy` after revision `base` into `board`, at the time `at`.

    `steps` has the commits to add, `conflicts` the conflicts to resolve, `renumbered` the ids of the records that they
    make by their ids in the copy, where these differ.
    """

    def __init__(self, board: Board, copy: Board, base: int, at: datetime) -> None:
        self._copy, self._at, self._base = copy, at, base
        self._here = board
        self._board = board
        self._new_ids: dict[RecordId, RecordId] = {}
        """The ids on the board of the records that have another id in the copy."""
        self._revisions: dict[int, int] = {}
        self._conflicting: dict[tuple[RecordId, str], None] = {}
        self.steps: list[MergeStep] = []
        self.renumbered: dict[RecordId, RecordId] = {}
        self._common = as_of(board, base)
        self._handles = HandlesOfCopy((self._common, copy))
        self._removed_here = [record for record in all_records(self._common) if board.get(record.id) is None]
        known = {_commit_identity(entry): (number, entry) for number, entry in _after(board, base)}
        for number, entry in _after(copy, base):
            there = known.get(_commit_identity(entry))
            if there is None:
                self._add(entry)
            else:
                self._learn_ids(entry, there[1])
            self._revisions[number] = there[0] if there else self._board.revision
        self._splits = Splits(board, self._board, [e for _, e in _after(board, base)], [s.entry for s in self.steps])
        found = [*self._field_conflicts(), *self._value_conflicts()]
        self.conflicts = self._splits.conflicts(found, self._fields_in_copy)

    def resolved(self, answers: Answers, by: HistoryEntry) -> list[MergeStep]:
        """Return the commits to add; the last one, with the entry `by`, has the answers to the conflicts.

        Raises KeyError if an answer is missing, and Refused.
        """
        changes: Changes = {}
        for conflict in self.conflicts:
            copy_holds = answers[conflict.record_id, conflict.field]
            if conflict.field == SPLIT:
                changes |= self._splits.held(conflict, copy_holds=copy_holds)
            elif conflict.field == VALUE:
                if not copy_holds:
                    number = len(changes)
                    again = msgspec.structs.replace(self._last_here(conflict.record_id), at=self._at, on=None)
                    new_id = self._board.next_id("checkins", after=number)
                    changes[new_id] = msgspec.structs.replace(again, id=new_id)
            elif copy_holds and conflict.field == GONE:
                changes[conflict.record_id] = record_of(conflict.record_id, conflict.copy) if conflict.copy else None
            elif conflict.field == "handle" and not copy_holds:
                now = changes.get(conflict.record_id) or self._board.get(conflict.record_id)
                changes[conflict.record_id] = also_called(self._board, now, conflict.copy)
            elif copy_holds:
                now = changes.get(conflict.record_id) or self._board.get(conflict.record_id)
                fields = {k: v for k, v in _fields(now).items() if k != conflict.field}
                said = {} if conflict.copy is None else {conflict.field: conflict.copy}
                changes[conflict.record_id] = record_of(conflict.record_id, fields | said)
        changes = self._splits.split_again(self._keep_references(with_renamings(self._board, changes)))
        entry = msgspec.structs.replace(by, changes=differences(self._board, changes))
        return [*self.steps, MergeStep(self._board.revision + 1, changes, entry)]

    @property
    def board(self) -> Board:
        """The board with all commits of the copy, with its own values for the conflicts."""
        return self._board

    # -- one commit of the copy

    def _add(self, entry: HistoryEntry) -> None:
        made = [i for i, change in entry.changes.items() if change.before is None]
        there = [i for i in made if self._is_same_member(i, entry)]
        for record_id in made:
            if record_id not in there:
                self._new_ids[record_id] = free = self._free_id(record_id)
                if free != record_id:
                    self.renumbered[record_id] = free
        found: dict[RecordId, Fields | None] = {}
        for record_id, change in entry.changes.items():
            name = self._new_ids.get(record_id, record_id)
            before, after = self._translated(record_id, change.before), self._translated(record_id, change.after)
            if change.before is None:
                if record_id not in there:
                    found[name] = with_free_handle(self._board, after)
                continue
            now = _fields(self._board.get(name)) or None
            if after is None and now == before:
                found[name] = None
            elif after is None or now is None:
                if now != after:
                    self._conflicting[name, GONE] = None
            else:
                found[name] = self._merge_fields(name, now, before, after)
        changes = {i: None if fields is None else record_of(i, fields) for i, fields in found.items()}
        changes = self._keep_references(with_renamings(self._board, changes))
        added = msgspec.structs.replace(
            entry,
            at=self._at,
            changes=differences(self._board, changes),
            undoes=self._revisions.get(entry.undoes, entry.undoes) if entry.undoes else None,
            archive="",
            made=entry.made or entry.at,
        )
        self._board = self._board.apply(changes)
        self.steps.append(MergeStep(self._board.revision, changes, added))

    def _keep_references(self, changes: Changes) -> Changes:
        """Return the changes without removals of records that others refer to; removed ones are restored."""
        if not self._removed_here and all(record is not None for record in changes.values()):
            return changes
        while (wrong := next(broken_references(self._board, self._board.apply(changes), changes), None)) is not None:
            kept = [i for i, r in changes.items() if r is None and _reference_key(self._board.get(i)) == wrong.missing]
            back = [r for r in self._removed_here if _reference_key(r) == wrong.missing and r.id not in changes]
            if not wrong.missing or not (kept or back):
                break
            changes = {i: r for i, r in changes.items() if i not in kept} | {r.id: r for r in back}
        return changes

    def _learn_ids(self, entry: HistoryEntry, mine: HistoryEntry) -> None:
        """Learn the new ids from a commit that was merged before."""
        made, here = ([i for i, c in e.changes.items() if c.before is None] for e in (entry, mine))
        self._new_ids |= {
            there: name for there, name in zip(made, here, strict=False) if known_table(there) == known_table(name)
        }

    def _is_same_member(self, record_id: RecordId, entry: HistoryEntry) -> bool:
        """True if both sides added a member with the same handle."""
        handle = (entry.changes[record_id].after or {}).get("handle")
        if known_table(record_id) != "members" or not isinstance(handle, str):
            return False
        member = self._board.known_as(handle)
        # One whom both sides knew has got this handle since, and is somebody else.
        if member is None or self._common.get(member.id) is not None:
            return False
        self._new_ids[record_id] = member.id
        return True

    def _free_id(self, record_id: RecordId) -> RecordId:
        table = table_of(record_id)
        taken = [number_of(i) for i in self._new_ids.values() if table_of(i) == table]
        last = max([self._board.ids.get(table, 0), *taken])
        return record_id if number_of(record_id) > last else make_id(table, last + 1)

    def _merge_fields(self, name: RecordId, now: Fields, before: Fields | None, after: Fields) -> Fields:
        """Merge a change of the copy into a record's fields; a conflicting field is noted and stays as it is."""
        found, before = dict(now), before or {}
        was: Any
        becomes: Any
        here: Any
        for field in {**before, **after}:
            was, becomes, here = (fields.get(field, _MISSING) for fields in (before, after, now))
            if becomes in (was, here):
                continue
            if here == was:
                value = becomes
            elif field in (*GROWING_LISTS, *SETS) and all(
                v is _MISSING or isinstance(v, list) for v in (was, becomes, here)
            ):
                merge_lists = _merge_sets if field in SETS else _merge_lists
                value = merge_lists(*([] if v is _MISSING else v for v in (was, becomes, here)))
            elif field == "seen":
                value = max(0 if v is _MISSING else v for v in (becomes, here))
            elif field in MAPS_BY_MEMBER and here is not _MISSING and becomes is not _MISSING:
                value = self._by_member(name, field, {} if was is _MISSING else was, becomes, here)
            else:
                self._conflicting[name, field] = None
                continue
            found.pop(field, None)
            if value is not _MISSING:
                found[field] = value
        return found

    def _by_member(self, name: RecordId, field: str, was: Fields, becomes: Fields, here: Fields) -> Fields:
        found = dict(here)
        for member in {**was, **becomes}:
            if here.get(member) == was.get(member):
                found.pop(member, None)
                found |= {member: becomes[member]} if member in becomes else {}
            elif here.get(member) != becomes.get(member):
                self._conflicting[name, field] = None
        return found

    def _translated(self, record_id: RecordId, fields: Fields | None) -> Any:
        """The copy's fields of a record with the ids, revisions and handles of the board."""
        return self._handles.translated(record_id, self._renamed(fields), self._board, self._new_ids)

    def _renamed(self, value: Any, key: str = "") -> Any:
        """Replace the copy's ids and revisions in plain values by those on the board."""
        if isinstance(value, str):
            return self._new_ids.get(RecordId(value), value)
        if isinstance(value, dict):
            return {self._new_ids.get(RecordId(k), k): self._renamed(v, k) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._renamed(v) for v in value]
        return self._revisions.get(value, value) if key == "revision" else value

    # -- conflicts

    def _field_conflicts(self) -> Iterator[MergeConflict]:
        for name, field in self._conflicting:
            here, copy = _fields(self._board.get(name)), self._fields_in_copy(name)
            if field == GONE:
                # A record that others refer to is kept without a question.
                if bool(here) != bool(copy) and (copy or self._keep_references({name: None})):
                    yield MergeConflict(name, GONE, here or None, copy or None)
            elif here and copy and here.get(field) != copy.get(field):
                yield MergeConflict(name, field, here.get(field), copy.get(field))

    def _fields_in_copy(self, name: RecordId) -> Any:
        """The copy's fields of a record, by its id on the board."""
        in_copy = next((record_id for record_id, new in self._new_ids.items() if new == name), name)
        return self._translated(name, _fields(self._copy.get(in_copy)))

    def _value_conflicts(self) -> Iterator[MergeConflict]:
        """Yield the goals on which both sides checked in: the copy's check-in would be the newest."""
        here = _goals_checked_in(entry for _, entry in _after(self._here, self._base))
        copy = _goals_checked_in(step.entry for step in self.steps)
        for goal in sorted(here & copy):
            # One that was undone since leaves nothing to choose from.
            mine, theirs = self._here.last_checkin(goal), self._board.last_checkin(goal)
            if mine is not None and theirs is not None and _reported_state(mine) != _reported_state(theirs):
                yield MergeConflict(goal, VALUE, fields_of(mine), fields_of(theirs))

    def _last_here(self, goal: RecordId) -> CheckIn:
        last = self._here.last_checkin(goal)
        if last is None:
            raise KeyError(goal)
        return last


def _after(board: Board, base: int) -> Iterator[tuple[int, HistoryEntry]]:
    history = history_of(board)
    for revision in range(base + 1, board.revision + 1):
        entry = history.get(revision)
        if entry is not None:
            yield revision, entry


def _commit_identity(entry: HistoryEntry) -> tuple[object, ...]:
    """What identifies a commit in both histories, whatever its revision.

    Moments that another machine's wrong clock has put off are equal; then the machine's own time tells them apart.
    """
    return entry.made or entry.at, entry.clock, entry.by, entry.login, entry.host, entry.verb


def _fields(record: Any) -> Fields:
    return stored_fields(record) if record is not None else {}


def _reference_key(record: Record | None) -> str:
    """What other records refer to a record by: a member's handle, else the id."""
    return record.handle if isinstance(record, Member) else record.id if record else ""


def _reported_state(check_in: CheckIn) -> tuple[object, ...]:
    """What a check-in says about the goal: two equal ones are no conflict."""
    return check_in.value, check_in.done, check_in.blocker


def _merge_lists(was: list[Any], becomes: list[Any], here: list[Any]) -> list[Any]:
    """Merge a list to which both sides added items; the copy may also have changed or removed items."""
    merged = []
    for item in here:
        at = was.index(item) if item in was else None
        if at is None:
            merged.append(item)
        elif at < len(becomes):
            merged.append(becomes[at])
    return merged + [item for item in becomes[len(was) :] if item not in merged]


def _merge_sets(was: list[Any], becomes: list[Any], here: list[Any]) -> list[Any]:
    """Merge two lists without an order of their own, sorted: here with what the copy has added and removed."""
    return sorted((set(here) | set(becomes)) - (set(was) - set(becomes)) - (set(was) - set(here)))


def _goals_checked_in(entries: Iterator[HistoryEntry]) -> set[RecordId]:
    """The ids of the goals on which these commits checked in."""
    changes = (item for entry in entries for item in entry.changes.items())
    made = (c.after for i, c in changes if known_table(i) == "checkins" and c.before is None and c.after)
    return {RecordId(str(fields["goal"])) for fields in made}
