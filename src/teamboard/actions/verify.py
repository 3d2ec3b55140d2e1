"""Checks on what an action returns, made before a store writes any of it.

They look only at the changed records, so that a check-in on a large board costs no more than one on a small board; what
these refer to is checked by `domain/references.py`. They encode and decode, as otherwise only the store does: nobody
knows that a record can be read before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

import msgspec

from teamboard.domain.board import Changes
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import unfit_terms
from teamboard.domain.ids import LAST_NUMBER, RecordId, Table, is_record_id, known_table, number_of
from teamboard.domain.input_parsing import FIRST_DATE, LAST_DATE
from teamboard.domain.records import TABLES, GoalRevision, Record
from teamboard.domain.records.patterns import in_words

_ENCODER = msgspec.json.Encoder()


def unreadable_changes(changes: Changes) -> Iterator[tuple[RecordId, str]]:
    """The changed records that a reader could not decode, as pairs of record id and what is wrong."""
    for record_id, record in changes.items():
        table = known_table(record_id)
        if table is None or not is_record_id(record_id):
            yield record_id, "this is not the id of a record"
        elif number_of(record_id) > LAST_NUMBER:
            yield record_id, f"its number is above {LAST_NUMBER:,}, the highest"
        elif record is None:
            continue
        elif type(record) is not TABLES[table]:
            yield record_id, f"{type(record).__name__} does not belong in the table {table!r}"
        elif record.id != record_id:
            yield record_id, f"the record's own id is {record.id!r}"
        elif (why := _undecodable(record, table) or _unfit_terms(record)) is not None:
            yield record_id, why


def _unfit_terms(record: Record) -> str | None:
    return unfit_terms(record) if isinstance(record, GoalRevision) else None


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
        msgspec.json.decode(_ENCODER.encode(entry), type=HistoryEntry)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        return _one_line(error)
    return None


@cache
def _decoder(table: Table) -> msgspec.json.Decoder[Record]:
    """The decoder of one document, of the same type as the store's decoder of the whole table."""
    return msgspec.json.Decoder(TABLES[table])


def _one_line(error: Exception) -> str:
    return in_words(str(error)) or type(error).__name__


def check_types(action: object) -> None:
    """Raise Refused if a field of an action has a value of another type, such as a number as text."""
    try:
        msgspec.convert(msgspec.to_builtins(action), type(action))
    except (msgspec.ValidationError, TypeError) as error:
        if isinstance(action, msgspec.Struct):
            raise Refused(
                f"{type(action).__name__} can't have this: {_one_line(error)}; nothing was changed."
            ) from None
