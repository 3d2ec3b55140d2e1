"""What a commit did, held to its verb's row in the table of verbs."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

import msgspec

import teamboard.actions
from teamboard.domain.board import Board
from teamboard.domain.commit_log import Change, Fields, HistoryEntry, fields_after, fields_of
from teamboard.domain.ids import table_of
from teamboard.domain.verbs import ACTOR, FILLED, Values, Writes, find_verb

ENCRYPTED = "-----BEGIN AGE ENCRYPTED FILE-----\nabc\n-----END AGE ENCRYPTED FILE-----\n"
KEY = "age1" + "q" * 58
Touched = tuple[str, str, str]
"""A verb, a table, and "made", "removed" or the name of a field that was changed."""


def touched(entry: HistoryEntry) -> Iterator[tuple[Touched, object]]:
    """All that a commit did, each with the new value (None where a record was removed)."""
    for record_id, change in entry.changes.items():
        table = table_of(record_id)
        if change.before is None:
            yield (entry.verb, table, "made"), change.after
        elif change.after is None:
            yield (entry.verb, table, "removed"), None
        else:
            for name in {*change.before, *change.after}:
                yield (entry.verb, table, name), change.after.get(name)


def fields_before(board: Board, entry: HistoryEntry) -> dict[str, Fields]:
    """The records that a commit changed, as they were on the board before it."""
    return {i: fields_of(record) or {} for i in entry.changes if (record := board.get(i)) is not None}


def held_to_the_table(entry: HistoryEntry, before: Mapping[str, Fields] | None = None) -> None:
    """Fail where a commit did what its verb's row does not have. `before` has the records as they were, by id."""
    row = find_verb(entry.verb)
    assert row is not None, entry.verb
    assert len(entry.changes) <= row.at_most, entry.verb
    if row.anything:
        return
    for record_id, change in entry.changes.items():
        was = None if change.before is None else {**(before or {}).get(record_id, {}), **change.before}
        fields = fields_after(was, change)
        why = [
            why_not(writes, entry, was, fields, change) for writes in row.writes if writes.table == table_of(record_id)
        ]
        assert "" in why, (entry.verb, record_id, why)


def why_not(writes: Writes, entry: HistoryEntry, was: Fields | None, fields: Fields | None, change: Change) -> str:
    """Why a row of the table does not cover the change of one record; "" if it does."""
    if fields is None:
        return "" if writes.removes and fits(writes.given, was or {}, entry) else "it is removed"
    changed = {*(change.before or {}), *(change.after or {})} if was is not None else {*fields}
    tables = {table_of(record_id) for record_id in entry.changes}
    wrong = {
        "it is made, or other fields change": (
            changed - {*writes.changes} if was is not None else not writes.makes or {*writes.absent} & changed
        ),
        "it was something else before": was is not None and not fits(writes.given, was, entry),
        "it has become something else": not fits(writes.must, fields, entry),
        "it comes without the others": not {*writes.together} <= tables,
        "the actor is another": any(fields.get(n) not in (entry.by, None) for n in {*writes.actor} & changed),
        "it is in the future": any(
            fields.get(n) is not None and moment_of(fields[n]) > entry.at for n in {*writes.moment} & changed
        ),
        "it grew by another item": not all(grew(items(was, n), items(fields, n), entry) for n in writes.grows),
        "others came or went": any(
            {*items(was, n)} ^ {*items(fields, n)} != {entry.by} for n in writes.joins
        ),
    }  # fmt: skip
    return "; ".join(why for why, is_wrong in wrong.items() if is_wrong)


def fits(wanted: Values, fields: Fields, entry: HistoryEntry) -> bool:
    """Whether fields have the values that a row of the table wants."""
    return all(any(is_value(value, fields.get(name), entry) for value in values) for name, values in wanted.items())


def is_value(wanted: str | None, value: object, entry: HistoryEntry) -> bool:
    if wanted == FILLED:
        return value not in (None, "", [], (), {})
    return value == (entry.by if wanted == ACTOR else wanted)


def items(fields: Fields | None, name: str) -> list[Any]:
    found = (fields or {}).get(name, ())
    assert isinstance(found, (list, tuple))
    return list(found)


def grew(was: list[Any], now: list[Any], entry: HistoryEntry) -> bool:
    """Whether a list has one item more, at its end, which is the actor's."""
    if len(now) != len(was) + 1 or now[:-1] != was:
        return False
    last = now[-1]
    return last == entry.by or (isinstance(last, dict) and last["by"] == entry.by and moment_of(last["at"]) == entry.at)


def moment_of(value: object) -> datetime:
    return value if isinstance(value, datetime) else msgspec.convert(value, datetime)


def action_classes() -> list[type[Any]]:
    """Every action there is, but the one that only bundles others."""
    classes = {
        found
        for module in pkgutil.walk_packages(teamboard.actions.__path__, "teamboard.actions.")
        for _, found in inspect.getmembers(import_module(module.name), inspect.isclass)
        if isinstance(getattr(found, "verb", None), str)
    }
    return sorted(classes, key=lambda c: c.__name__)
