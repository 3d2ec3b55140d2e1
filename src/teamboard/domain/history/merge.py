"""Two boards that were one until somebody wrote in a copy: the copy's commits, brought into this one.

What the copy has made gets new numbers where the old ones are taken; what both have added to a thread is kept, one
after the other; what one has taken away and the other has built on stays. Where both have changed the same field,
somebody is asked: that is a clash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from teamboard.domain.board import Board, Changes, invalid_references
from teamboard.domain.commit_log import Fields, HistoryEntry, fields_of, record_of, stored_fields
from teamboard.domain.history.differences import differences
from teamboard.domain.history.log import history_of
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.ids import known_table, make_id, number_of, table_of
from teamboard.domain.records import CheckIn, Member, Record

VERB = "merge a copy"
GROWING_LISTS = (
    "replies", "notes", "topics", "actions", "acknowledged", "helpers", "additions", "days_off", "logins", "revealed",
)  # fmt: skip
"""Lists to which each adds what is theirs, without touching what is there."""
MAPS_BY_MEMBER = ("prepared", "sealed")
"""Fields with one value for each member."""
GONE, VALUE = "gone", "value"
_MISSING: Any = msgspec.UNSET


class MergeConflict(NamedTuple):
    """Both have changed the same: a field of a record, or the `value` of a goal; or one has taken it away (`gone`).

    `here` and `copy` are what each says, as the file has it; None for what is gone.
    """

    record_id: str
    field: str
    here: Any
    copy: Any


Answers = Mapping[tuple[str, str], bool]
"""For each clash, by record and field: whether what the copy says is to hold."""


class MergeStep(NamedTuple):
    """One commit to add: the board after it, what it changes, its entry."""

    board: Board
    changes: Changes
    entry: HistoryEntry


class Merge:
    """What it comes to when the commits of `copy` after revision `base` are added to `board`, at a moment."""

    def __init__(self, board: Board, copy: Board, base: int, at: datetime) -> None:
        self._copy, self._at, self._base = copy, at, base
        self._here = board
        self._board = board
        self._names: dict[str, str] = {}
        """The id here of each record that the copy calls otherwise."""
        self._revisions: dict[int, int] = {}
        self._asked: dict[tuple[str, str], None] = {}
        self.steps: list[MergeStep] = []
        self._taken_here = [
            record
            for table in as_of(board, base).tables.values()
            for i, record in table.items()
            if board.get(i) is None
        ]
        known = {_commit_identity(entry): (number, entry) for number, entry in _after(board, base)}
        for number, entry in _after(copy, base):
            there = known.get(_commit_identity(entry))
            if there is None:
                self._add(entry)
            else:
                self._learn_ids(entry, there[1])
            self._revisions[number] = there[0] if there else self._board.revision
        self.conflicts = [*self._field_conflicts(), *self._value_conflicts()]

    def resolved(self, answers: Answers, by: HistoryEntry) -> list[MergeStep]:
        """The commits to add, at their end that of whoever has answered; KeyError where an answer is missing."""
        changes: Changes = {}
        for clash in self.conflicts:
            copy_holds = answers[clash.record_id, clash.field]
            if clash.field == VALUE:
                if not copy_holds:
                    number = len(changes)
                    again = msgspec.structs.replace(self._last_here(clash.record_id), at=self._at)
                    new_id = self._board.next_id("checkins", after=number)
                    changes[new_id] = msgspec.structs.replace(again, id=new_id)
            elif copy_holds and clash.field == GONE:
                changes[clash.record_id] = record_of(clash.record_id, clash.copy) if clash.copy else None
            elif copy_holds:
                now = changes.get(clash.record_id) or self._board.get(clash.record_id)
                fields = {k: v for k, v in _fields(now).items() if k != clash.field}
                said = {} if clash.copy is None else {clash.field: clash.copy}
                changes[clash.record_id] = record_of(clash.record_id, fields | said)
        changes = self._keep_references(changes)
        entry = msgspec.structs.replace(by, changes=differences(self._board, changes))
        return [*self.steps, MergeStep(self._board.apply(changes), changes, entry)]

    @property
    def board(self) -> Board:
        """The board with all the commits, but for what clashes."""
        return self._board

    # -- one commit of the copy

    def _add(self, entry: HistoryEntry) -> None:
        made = [i for i, change in entry.changes.items() if change.before is None]
        there = [i for i in made if self._is_same_member(i, entry)]
        for record_id in made:
            if record_id not in there:
                self._names[record_id] = self._free_id(record_id)
        found: dict[str, Fields | None] = {}
        for record_id, change in entry.changes.items():
            name = self._names.get(record_id, record_id)
            before, after = self._renamed(change.before), self._renamed(change.after)
            if change.before is None:
                if record_id not in there:
                    found[name] = after
                continue
            now = _fields(self._board.get(name)) or None
            if after is None and now == before:
                found[name] = None
            elif after is None or now is None:
                if now != after:
                    self._asked[name, GONE] = None
            else:
                found[name] = self._merge_fields(name, now, before, after)
        changes = self._keep_references(
            {i: None if fields is None else record_of(i, fields) for i, fields in found.items()}
        )
        added = msgspec.structs.replace(
            entry,
            at=self._at,
            changes=differences(self._board, changes),
            undoes=self._revisions.get(entry.undoes, entry.undoes) if entry.undoes else None,
            archive="",
            made=entry.made or entry.at,
        )
        self._board = self._board.apply(changes)
        self.steps.append(MergeStep(self._board, changes, added))

    def _keep_references(self, changes: Changes) -> Changes:
        """The changes, with what one side took away and the other has built on: that stays, or comes back."""
        if not self._taken_here and all(record is not None for record in changes.values()):
            return changes
        while (wrong := next(invalid_references(self._board.apply(changes)), None)) is not None:
            record = changes.get(wrong[0]) or self._board.get(wrong[0])
            words = set(_texts_in(_fields(record)))
            kept = [i for i, r in changes.items() if r is None and _reference_key(self._board.get(i)) in words]
            back = [r for r in self._taken_here if _reference_key(r) in words and r.id not in changes]
            if not kept and not back:
                break
            changes = {i: r for i, r in changes.items() if i not in kept} | {r.id: r for r in back}
        return changes

    def _learn_ids(self, entry: HistoryEntry, mine: HistoryEntry) -> None:
        """Learn from a commit that was merged before how what it made is called here."""
        made, here = ([i for i, c in e.changes.items() if c.before is None] for e in (entry, mine))
        self._names |= {there: name for there, name in zip(made, here, strict=False) if there[0] == name[0]}

    def _is_same_member(self, record_id: str, entry: HistoryEntry) -> bool:
        """Whether both have brought the same member onto the board."""
        handle = (entry.changes[record_id].after or {}).get("handle")
        member = self._board.member(handle) if known_table(record_id) == "members" and isinstance(handle, str) else None
        if member is not None:
            self._names[record_id] = member.id
        return member is not None

    def _free_id(self, record_id: str) -> str:
        table = table_of(record_id)
        taken = [number_of(i) for i in self._names.values() if table_of(i) == table]
        last = max([self._board.ids.get(table, 0), *taken])
        return record_id if number_of(record_id) > last else make_id(table, last + 1)

    def _merge_fields(self, name: str, now: Fields, before: Fields | None, after: Fields) -> Fields:
        """A record's fields with a change of the copy's; where it does not fit, as they are."""
        found, before = dict(now), before or {}
        was: Any
        becomes: Any
        here: Any
        for field in {**before, **after}:
            was, becomes, here = (fields.get(field, _MISSING) for fields in (before, after, now))
            if here == was:
                value = becomes
            elif here == becomes:
                continue
            elif field in GROWING_LISTS and all(v is _MISSING or isinstance(v, list) for v in (was, becomes, here)):
                value = _merge_lists(_as_list(was), _as_list(becomes), _as_list(here))
            elif field in MAPS_BY_MEMBER and here is not _MISSING and becomes is not _MISSING:
                value = self._by_member(name, field, {} if was is _MISSING else was, becomes, here)
            else:
                self._asked[name, field] = None
                continue
            found.pop(field, None)
            if value is not _MISSING:
                found[field] = value
        return found

    def _by_member(self, name: str, field: str, was: Fields, becomes: Fields, here: Fields) -> Fields:
        found = dict(here)
        for member in {**was, **becomes}:
            if here.get(member) == was.get(member):
                found.pop(member, None)
                found |= {member: becomes[member]} if member in becomes else {}
            elif here.get(member) != becomes.get(member):
                self._asked[name, field] = None
        return found

    def _renamed(self, value: Any, key: str = "") -> Any:
        """Plain values with the ids, and the revisions, that they have here."""
        if isinstance(value, str):
            return self._names.get(value, value)
        if isinstance(value, dict):
            return {self._names.get(k, k): self._renamed(v, k) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._renamed(v) for v in value]
        return self._revisions.get(value, value) if key == "revision" else value

    # -- what clashes

    def _field_conflicts(self) -> Iterator[MergeConflict]:
        names = {name: record_id for record_id, name in self._names.items()}
        for name, field in self._asked:
            here, copy = _fields(self._board.get(name)), self._renamed(_fields(self._copy.get(names.get(name, name))))
            if field == GONE:
                # What somebody has built on stays, and nobody is asked.
                if bool(here) != bool(copy) and (copy or self._keep_references({name: None})):
                    yield MergeConflict(name, GONE, here or None, copy or None)
            elif here and copy and here.get(field) != copy.get(field):
                yield MergeConflict(name, field, here.get(field), copy.get(field))

    def _value_conflicts(self) -> Iterator[MergeConflict]:
        """Goals on which both have checked in: the copy's check-in comes last, whichever was meant to."""
        here = _goals_checked_in(entry for _, entry in _after(self._here, self._base))
        copy = _goals_checked_in(step.entry for step in self.steps)
        for goal in sorted(here & copy):
            mine, theirs = self._last_here(goal), self._board.last_checkin(goal)
            if theirs is not None and _reported_state(mine) != _reported_state(theirs):
                yield MergeConflict(goal, VALUE, fields_of(mine), fields_of(theirs))

    def _last_here(self, goal: str) -> CheckIn:
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
    """What a commit is known by, wherever it stands in a history."""
    return entry.made or entry.at, entry.by, entry.login, entry.host, entry.verb


def _fields(record: Any) -> Fields:
    return stored_fields(record) if record is not None else {}


def _reference_key(record: Record | None) -> str:
    """What other records call a record by: a member's handle, else the id."""
    return record.handle if isinstance(record, Member) else record.id if record else ""


def _texts_in(value: Any) -> Iterator[str]:
    """Every text in plain values, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)


def _as_list(value: Any) -> list[Any]:
    return [] if value is _MISSING else value


def _reported_state(check_in: CheckIn) -> tuple[object, ...]:
    """What a check-in says of where its goal stands."""
    return check_in.value, check_in.done, check_in.blocker


def _merge_lists(was: list[Any], becomes: list[Any], here: list[Any]) -> list[Any]:
    """A list to which two have added, and in which the copy may have changed or taken out items."""
    found = []
    for item in here:
        at = was.index(item) if item in was else None
        if at is None:
            found.append(item)
        elif at < len(becomes):
            found.append(becomes[at])
    return found + [item for item in becomes[len(was) :] if item not in found]


def _goals_checked_in(entries: Iterator[HistoryEntry]) -> set[str]:
    """The goals on which some commits have checked in."""
    changes = (item for entry in entries for item in entry.changes.items())
    made = (c.after for i, c in changes if known_table(i) == "checkins" and c.before is None and c.after)
    return {str(fields["goal"]) for fields in made}
