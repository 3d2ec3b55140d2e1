"""Ids of records: the letter of a table and the number of a document, such as `G12`.

An id is never reused. Only this module knows the format of ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NewType, cast, get_args

RecordId = NewType("RecordId", str)
"""The id of a record: `G12` is document 12 of the table `goals`."""

Table = Literal[
    "team",
    "members",
    "team_goals",
    "goals",
    "checkins",
    "revisions",
    "feedback",
    "one_on_ones",
    "facts",
    "reviews",
    "standups",
]
"""The names of a board's tables in the file."""

LETTERS: dict[Table, str] = dict(zip(get_args(Table), "BMTGCVFOERS", strict=True))
"""The first letter of the ids of each table."""

ID_PATTERN = rf"^[{''.join(LETTERS.values())}][1-9][0-9]{{0,17}}\Z"
"""Matches an id as `make_id` writes it."""

LAST_NUMBER = 10**18 - 1
"""The highest number of a document: one of 18 digits, which 64 bits can hold."""

MOST_DIGITS = 40
"""A key of a table that has more digits is not read as a number."""

_TABLE_OF = {letter: table for table, letter in LETTERS.items()}


def make_id(table: Table, number: int) -> RecordId:
    """The id of document `number` of a table."""
    return RecordId(f"{LETTERS[table]}{number}")


def make_ids(table: Table, numbers: Iterable[int]) -> list[RecordId]:
    """The ids of many documents of a table, in a fifth of the time of `make_id` for each."""
    letter = LETTERS[table]
    return cast("list[RecordId]", [f"{letter}{number}" for number in numbers])


def table_of(record_id: RecordId) -> Table:
    """The table of a record id. Raises KeyError if no table has its letter."""
    return _TABLE_OF[record_id[:1]]


def known_table(text: str) -> Table | None:
    """The table of a text that may be a record id; None if no table has its first letter."""
    return _TABLE_OF.get(text[:1])


def is_record_id(text: str) -> bool:
    """True for an id as `make_id` writes it: a table's letter and a number from 1 without leading zeros."""
    number = text[1:]
    return text[:1] in _TABLE_OF and number.isascii() and number.isdigit() and number[0] != "0"


def to_record_id(text: str) -> RecordId:
    """The id that a text from a person stands for, in lower case and with spaces around it too.

    A text that is not an id stays as it is: no board has a record of it, so that looking it up finds nothing.
    """
    upper = text.strip().upper()
    return RecordId(upper if is_record_id(upper) else text)


def number_of(record_id: RecordId) -> int:
    """The document number of a record id: 12 for `G12`."""
    return int(record_id[1:])


def is_document_number(text: str) -> bool:
    """True for the number of a document as a key of its table: from 1, without leading zeros, of at most 40 digits."""
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= MOST_DIGITS


def id_sort_key(record_id: RecordId) -> tuple[str, int]:
    """The sort key of an id: by letter, then by number."""
    return record_id[:1], int(record_id[1:])


def last_numbers(tables: Mapping[str, dict[RecordId, Any]], ids: Mapping[str, int]) -> dict[str, int]:
    """The last document number of each table: its counter in `ids`, or a higher one inserted by another program.

    The records of each table are in the order of their numbers.
    """
    highest = {name: number_of(next(reversed(table))) for name, table in tables.items() if table}
    return highest_counters(ids, highest)


def numbers_used(record_ids: Iterable[RecordId]) -> dict[str, int]:
    """The highest document number of each table among some ids. Raises KeyError for an id of no table."""
    numbers: dict[str, int] = {}
    for record_id in record_ids:
        table, number = table_of(record_id), number_of(record_id)
        numbers[table] = max(number, numbers.get(table, 0))
    return numbers


def highest_counters(*counters: Mapping[str, int]) -> dict[str, int]:
    """The highest number that some counters have of each table."""
    highest: dict[str, int] = {}
    for counter in counters:
        highest |= {table: max(number, highest.get(table, 0)) for table, number in counter.items()}
    return highest
