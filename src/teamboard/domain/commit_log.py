"""The commit log: its entries, the History protocol, and records as plain fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Protocol

import msgspec

from teamboard.domain.ids import ID_PATTERN, RecordId, table_of
from teamboard.domain.records import TABLES, Part, Record, Stamp
from teamboard.domain.records.patterns import pattern

Fields = dict[str, object]
"""A record's fields by name, as plain values, without its id."""
StoredId = Annotated[RecordId, pattern(ID_PATTERN, "the id of a record, such as G12, with a number of 1 to 18 digits")]
"""An id in an entry that was read: one of the board's tables has such a record."""


class Change(Part, frozen=True, omit_defaults=False):
    """The fields of one record that a commit changed; `before` is null for a new record."""

    before: dict[str, object] | None
    after: dict[str, object] | None


class HistoryEntry(Part, frozen=True):
    """One commit: who did what, when, from which login and host, and what it changed, by record id.

    `undoes` is the revision that it undoes, if any; `hash` chains it to the entry before it. A commit that archived
    closed periods has the digest of the archive file in `archive` and no `changes`: the archived records are in the
    file. A commit that was merged from a copy of the board has in `made` the time when it was made there. `clock` is
    what the machine's clock said, where `at` is another time.
    """

    by: str | None
    at: Stamp
    verb: str
    changes: dict[StoredId, Change]
    login: str = ""
    host: str = ""
    undoes: int | None = None
    archive: str = ""
    made: Stamp | None = None
    clock: Stamp | None = None
    hash: str = ""


class RecordBefore(msgspec.Struct, frozen=True, gc=False):
    """The fields that a commit changed, as they were before; None if it created the record."""

    before: Fields | None


class ReverseStep(msgspec.Struct, frozen=True, gc=False):
    """The part of a commit that time travel needs, decoded without the rest."""

    at: Stamp
    changes: dict[StoredId, RecordBefore]
    archive: str = ""


class HistorySegment(Protocol):
    """Consecutive commits that were archived, `first` to `last`, with the records closed before the day `before`."""

    first: int
    last: int
    before: date

    def records(self) -> Mapping[RecordId, Fields]:
        """The archived records: their fields, by id. Raises HistoryUnavailable."""
        ...


class HistoryUnavailable(Exception):
    """A segment of the history can't be read; the message says which one and why, `brief` only which."""

    def __init__(self, message: str, brief: str = "") -> None:
        super().__init__(message)
        self.brief = brief or message


class HistoryDamaged(HistoryUnavailable):
    """An entry of the history can't be read, and no other file has it: `teamboard board doctor` repairs that."""

    def __init__(self, revision: int | None) -> None:
        which = "the history" if revision is None else f"revision {revision} of the history"
        self.what = f"{which} can't be read"
        """The same without what to do."""
        super().__init__(
            f"{which.capitalize()} can't be read: `teamboard board doctor` says what is wrong, `doctor --fix` repairs "
            "it.",
            f"{self.what}, `teamboard board doctor` says why",
        )


class History(Protocol):
    """The commits of a board by revision: one for each, in order, never rewritten.

    A store may read them on demand. `earlier` has the earlier segments, oldest first; methods that go back that far
    may raise HistoryUnavailable.
    """

    @property
    def earlier(self) -> Sequence[HistorySegment]:
        """The segments before the newest one, oldest first."""
        ...

    @property
    def begun(self) -> datetime | None:
        """The time of the first commit; None if there is none."""
        ...

    def get(self, revision: int) -> HistoryEntry | None:
        """The commit of a revision, or None."""
        ...

    def newest(self) -> HistoryEntry | None:
        """The newest commit; None if there is none, or if it would have to be read from an archive or a database."""
        ...

    def up_to(self, revision: int) -> History:
        """The history up to and including `revision`."""
        ...

    def newest_first(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, newest first."""
        ...

    def touching(self, record_id: RecordId) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield the commits that created, changed or removed a record, oldest first."""
        ...

    def reverse_steps(self) -> Iterator[tuple[int, ReverseStep]]:
        """Yield the part of every commit that time travel needs, newest first."""
        ...

    def with_archived(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, oldest first; archiving commits with the records that they archived."""
        ...

    def __iter__(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, oldest first."""
        ...

    def __len__(self) -> int:
        """The number of commits."""
        ...


def fields_of(record: Record | None) -> Fields | None:
    """Convert a record to plain values, without its id; None for None."""
    if record is None:
        return None
    plain: Fields = msgspec.to_builtins(record)
    plain.pop("id", None)
    return plain


def stored_fields(record: Record) -> Fields:
    """The fields of a record as they are read from JSON, to compare with a history that was read: tuples are lists."""
    return {name: _with_lists(value) for name, value in (fields_of(record) or {}).items()}


def _with_lists(value: object) -> object:
    """Plain values with lists in the place of tuples."""
    if isinstance(value, dict):
        return {key: _with_lists(part) for key, part in value.items()}
    return [_with_lists(part) for part in value] if isinstance(value, list | tuple) else value


def fields_by_id(tables: Mapping[str, Mapping[RecordId, Record]]) -> dict[RecordId, Fields]:
    """The fields of all records, by id; as `stored_fields`, in the order of the tables."""
    return {i: stored_fields(record) for table in tables.values() for i, record in table.items()}


def record_of(record_id: RecordId, fields: Fields) -> Record:
    """Convert plain values to a record; the inverse of `fields_of`. Raises msgspec.ValidationError."""
    kind: type[Any] = TABLES[table_of(record_id)]
    record: Record = msgspec.convert(fields, kind)
    msgspec.structs.force_setattr(record, "id", record_id)
    return record


def change_between(before: Fields | None, after: Fields | None) -> Change:
    """The fields that differ between two states of a record; None stands for a record that does not exist."""
    if before is not None and after is not None:
        same = {k for k in before if k in after and before[k] == after[k]}
        before, after = ({k: v for k, v in fields.items() if k not in same} for fields in (before, after))
    return Change(before=before, after=after)


def fields_before(fields: Fields | None, change: Change) -> Fields | None:
    """A record's fields before a change, given those after it; None if the change created the record."""
    if change.before is None:
        return None
    if fields is None or change.after is None:
        return dict(change.before)
    return {k: v for k, v in fields.items() if k not in change.after} | change.before


def fields_after(fields: Fields | None, change: Change) -> Fields | None:
    """A record's fields after a change, given those before it: the inverse of `fields_before`.

    None if the change removed the record.
    """
    if change.after is None:
        return None
    replaced = change.before or {}
    return {k: v for k, v in (fields or {}).items() if k not in replaced} | change.after


def replay(entries: Iterable[HistoryEntry]) -> dict[RecordId, Fields]:
    """The fields of every record, by id, after these commits, which begin with the first one."""
    records: dict[RecordId, Fields] = {}
    for entry in entries:
        for record_id, change in entry.changes.items():
            fields = fields_after(records.get(record_id), change)
            if fields is None:
                records.pop(record_id, None)
            else:
                records[record_id] = fields
    return records
