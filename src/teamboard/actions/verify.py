"""Checks on what an action returns, made before a store writes any of it.

They look only at the changed records and what refers to them, so that a check-in on a large board costs no more
than one on a small board.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

from teamboard.domain.board import PEOPLE, Board, Changes, invalid_references
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import RecordId, Table, is_record_id, known_table, table_of
from teamboard.domain.input_parsing import FIRST_DATE, LAST_DATE
from teamboard.domain.records import TABLES, CheckIn, Goal, GoalRevision, Member, Record, Team
from teamboard.domain.revisions import unfit_terms

_ENCODER = msgspec.json.Encoder()
_ENTRY = msgspec.json.Decoder(HistoryEntry)


def unreadable_changes(changes: Changes) -> Iterator[tuple[RecordId, str]]:
    """The changed records that a reader could not decode, as pairs of record id and what is wrong."""
    for record_id, record in changes.items():
        table = known_table(record_id)
        if table is None or not is_record_id(record_id):
            yield record_id, "this is not the id of a record"
        elif record is None:
            continue
        elif type(record) is not TABLES[table]:
            yield record_id, f"{type(record).__name__} does not belong in the table {table!r}"
        elif record.id != record_id:
            yield record_id, f"the record's own id is {record.id!r}"
        elif (why := _undecodable(record, table)) is not None:
            yield record_id, why


def has_dates_in_range(record: Record) -> bool:
    """True if all dates of a record are ones with which days can be counted; times are held within bounds elsewhere."""
    return all(FIRST_DATE <= day <= LAST_DATE for day in _dates(record))


def _dates(value: object) -> Iterator[date]:
    if isinstance(value, msgspec.Struct):
        for part in msgspec.structs.astuple(value):
            yield from _dates(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _dates(part)
    elif isinstance(value, date) and not isinstance(value, datetime):
        yield value


def _undecodable(record: Record, table: Table) -> str | None:
    """Why a record, once encoded, could not be decoded again, or None."""
    try:
        _decoder(table).decode(_ENCODER.encode(msgspec.structs.replace(record, id="")))
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        return _one_line(error)
    return None


def unreadable_entry(entry: HistoryEntry) -> str | None:
    """Why a history entry, once encoded, could not be decoded again, or None."""
    try:
        _ENTRY.decode(_ENCODER.encode(entry))
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        return _one_line(error)
    return None


@cache
def _decoder(table: Table) -> msgspec.json.Decoder[Record]:
    """The decoder of one document, of the same type as the store's decoder of the whole table."""
    return msgspec.json.Decoder(TABLES[table])


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def broken_references(before: Board, after: Board, changes: Changes) -> Iterator[tuple[RecordId, str]]:
    """The references that changes break, as pairs of record id and what is wrong; `after` has the changes.

    They are those that `invalid_references` would find on the whole board.
    """
    for record_id, record in changes.items():
        old = before.get(record_id)
        if isinstance(old, Member) and after.member(old.handle) is None:
            # Rare, so the whole board is checked: not every reference to a member has an index.
            yield from invalid_references(after)
            return
        if record is None:
            yield from _references_to_removed(after, record_id)
        else:
            yield from _missing_references(after, record)


def _references_to_removed(after: Board, record_id: RecordId) -> Iterator[tuple[RecordId, str]]:
    """The records that still refer to a goal or team goal that was removed."""
    if table_of(record_id) not in ("goals", "team_goals"):
        return
    for record in (*after.checkins_of(record_id), *after.revisions_of(record_id)):
        yield record.id, f"goal {record_id!r} does not exist"
    for goal in after.aligned_to(record_id):
        yield goal.id, f"aligned to {record_id!r}, which is not a team goal"


def _missing_references(after: Board, record: Record) -> Iterator[tuple[RecordId, str]]:
    """What a record refers to that does not exist; for a member also a duplicate handle, or a circle of managers."""
    yield from _missing_people(after, record)
    match record:
        case Member():
            if after.handle_is_shared(record.handle):
                yield record.id, f"handle {record.handle!r} is used twice"
            if _is_own_manager(after, record):
                yield record.id, f"{record.handle!r} is in a cycle of managers"
        case Goal():
            unknown = [i for i in record.aligned if i not in after.tables["team_goals"]]
            yield from ((record.id, f"aligned to {i!r}, which is not a team goal") for i in unknown)
        case CheckIn() | GoalRevision():
            if after.goal(record.goal) is None:
                yield record.id, f"goal {record.goal!r} does not exist"
            elif isinstance(record, GoalRevision) and (why := unfit_terms(record)) is not None:
                yield record.id, why
        case Team():
            try:
                ZoneInfo(record.timezone)
            except (ValueError, OSError, KeyError):
                yield record.id, f"timezone {record.timezone!r} is not known"


def _missing_people(after: Board, record: Record) -> Iterator[tuple[RecordId, str]]:
    for name in PEOPLE.get(table_of(record.id), ()):
        handle = getattr(record, name)
        if handle is not None and after.member(handle) is None:
            yield record.id, f"{name} {handle!r} is not a member"


def _is_own_manager(board: Board, member: Member) -> bool:
    seen = set[str]()
    above: Member | None = member
    while above is not None and above.handle not in seen:
        seen.add(above.handle)
        above = board.member(above.manager)
    return above is not None
