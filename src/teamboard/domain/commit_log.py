"""The log of commits: what one entry holds, what a history can be asked, and records as plain fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from teamboard.domain.ids import table_of
from teamboard.domain.records import TABLES, Part, Record

Fields = dict[str, object]
"""A record's fields by name, as plain values, without its id."""


class Change(Part, frozen=True, omit_defaults=False):
    """The fields of one record that a commit changed; `before` is null for a new record."""

    before: dict[str, object] | None
    after: dict[str, object] | None


class HistoryEntry(Part, frozen=True):
    """One commit: who did what, when, from which login and host, and what it changed, by record id.

    `undoes` is the revision that it takes back, if it does; `hash` chains it to the entry before it. One that put
    closed periods into an archive has the digest of that file as `archive`, and the file has what it took away. One
    that was merged from a copy of the board was `made` there, at that moment.
    """

    by: str | None
    at: datetime
    verb: str
    changes: dict[str, Change]
    login: str = ""
    host: str = ""
    undoes: int | None = None
    archive: str = ""
    made: datetime | None = None
    hash: str = ""


class Archive(Part, frozen=True):
    """A file beside the board with what was closed `before` a day, and the history of revisions `first` to `last`.

    `digest` is the hash of its bytes, `begun` the moment of its first commit.
    """

    file: str
    first: int
    last: int
    digest: str
    begun: datetime
    before: date


class BoardMeta(Part, frozen=True):
    """The file's format, the board's revision, the last number given out in each table, the newest entry's hash.

    `archives` are the files with the earlier history, the oldest first.
    """

    format: int
    revision: int
    ids: dict[str, int] = {}
    head: str = ""
    archives: tuple[Archive, ...] = ()


class RecordBefore(msgspec.Struct, frozen=True, gc=False):
    """How a record was before a commit; None where the commit made it."""

    before: Fields | None


class ReverseStep(msgspec.Struct, frozen=True, gc=False):
    """As much of a commit as going back over it needs."""

    at: datetime
    changes: dict[str, RecordBefore]
    archive: str = ""


class HistorySegment(Protocol):
    """A stretch of the history, with the records it took along, that is read from elsewhere when somebody asks.

    Its revisions are `first` to `last`, the first of them of the moment `begun`; the records are of what was over
    `before` a day. Reading it may raise HistoryUnavailable.
    """

    first: int
    last: int
    begun: datetime
    before: date
    digest: str

    def entries(self) -> bytes:
        """Its commits, as one JSON object by revision."""
        ...

    def touching(self, record_id: str) -> bytes | None:
        """Those of its commits that may concern a record; None where reading them all is no more work."""
        ...

    def records(self) -> Mapping[str, Fields]:
        """The records that the commit with this digest put away."""
        ...


class HistoryUnavailable(Exception):
    """A stretch of the history can't be read; the message says which and why, in one line, `brief` only which."""

    def __init__(self, message: str, brief: str = "") -> None:
        super().__init__(message)
        self.brief = brief or message


class History(Protocol):
    """The commits of a board by revision: one for each, in order, never rewritten.

    A store may read them only when somebody asks; what is `earlier`, the oldest stretch first, is read by those who go
    back so far, and reading it may raise HistoryUnavailable.
    """

    @property
    def earlier(self) -> Sequence[HistorySegment]: ...

    @property
    def begun(self) -> datetime | None:
        """The moment of the first commit; None before there was one."""
        ...

    def get(self, revision: int) -> HistoryEntry | None:
        """The commit that made a revision, or None."""
        ...

    def up_to(self, revision: int) -> History:
        """The same history as it was at a revision."""
        ...

    def newest_first(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Every commit, the newest first."""
        ...

    def touching(self, record_id: str) -> Iterator[tuple[int, HistoryEntry]]:
        """The commits that made, changed or removed a record, the oldest first."""
        ...

    def reverse_steps(self) -> Iterator[tuple[int, ReverseStep]]:
        """Every commit, the newest first, as far as going back needs it."""
        ...

    def with_archived(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Every commit, the oldest first, those that archived something with what that was."""
        ...

    def __iter__(self) -> Iterator[tuple[int, HistoryEntry]]: ...

    def __len__(self) -> int: ...


def fields_of(record: Record | None) -> Fields | None:
    """A record as the file has it: plain values, without its id."""
    if record is None:
        return None
    plain: Fields = msgspec.to_builtins(record)
    plain.pop("id", None)
    return plain


def stored_fields(record: Record) -> Fields:
    """A record's fields as the file has them, and as a history that was read from it has them."""
    fields: Fields = msgspec.json.decode(msgspec.json.encode(record))
    fields.pop("id", None)
    return fields


def record_of(record_id: str, fields: Fields) -> Record:
    """The record of plain values; the inverse of `fields_of`."""
    kind: type[Any] = TABLES[table_of(record_id)]
    record: Record = msgspec.convert(fields, kind)
    msgspec.structs.force_setattr(record, "id", record_id)
    return record


def change_between(before: Fields | None, after: Fields | None) -> Change:
    """The fields that differ between two states of a record."""
    if before is not None and after is not None:
        same = {k for k in before if k in after and before[k] == after[k]}
        before, after = ({k: v for k, v in fields.items() if k not in same} for fields in (before, after))
    return Change(before=before, after=after)


def fields_before(fields: Fields | None, change: Change) -> Fields | None:
    """A record's fields as they were before a change, given those after it."""
    if change.before is None:
        return None
    if fields is None or change.after is None:
        return dict(change.before)
    return {k: v for k, v in fields.items() if k not in change.after} | change.before


def fields_after(fields: Fields | None, change: Change) -> Fields | None:
    """A record's fields after a change, given those before it: the inverse of `fields_before`."""
    if change.after is None:
        return None
    gone = change.before or {}
    return {k: v for k, v in (fields or {}).items() if k not in gone} | change.after


def replay(entries: Iterable[HistoryEntry]) -> dict[str, Fields]:
    """Every record's fields after these commits, from the first one on: the inverse of going back."""
    found: dict[str, Fields] = {}
    for entry in entries:
        for record_id, change in entry.changes.items():
            fields = fields_after(found.get(record_id), change)
            if fields is None:
                found.pop(record_id, None)
            else:
                found[record_id] = fields
    return found
