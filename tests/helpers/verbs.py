"""What a commit did, held to its verb's row in the table of verbs."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from typing import Any

import msgspec

import teamboard.actions
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import table_of
from teamboard.domain.verbs import VERBS

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


def held_to_the_table(entry: HistoryEntry) -> None:
    """Fail where a commit did what its verb's row does not have."""
    row = VERBS[entry.verb]
    if row.anything:
        return
    by_table = {w.table: w for w in row.writes}
    for (verb, table, what), value in touched(entry):
        writes = by_table.get(table)  # type: ignore[call-overload]
        assert writes is not None, (verb, table, what)
        if what == "made":
            assert writes.makes, (verb, table)
            assert isinstance(value, dict)
            written = value
        elif what == "removed":
            assert writes.removes, (verb, table)
            continue
        else:
            assert what in writes.changes, (verb, table, what)
            written = {what: value}
        for name in {*writes.actor} & {*written}:
            assert written[name] in (entry.by, None), (verb, table, name)
        for name in {*writes.moment} & {*written}:
            assert moment_of(written[name]) <= entry.at, (verb, table, name)


def moment_of(value: object) -> datetime:
    return value if isinstance(value, datetime) else msgspec.convert(value, datetime)


def action_classes() -> list[type[Any]]:
    """Every action there is, but the one that only bundles others."""
    classes = {
        found
        for module in pkgutil.iter_modules(teamboard.actions.__path__)
        for _, found in inspect.getmembers(import_module(f"teamboard.actions.{module.name}"), inspect.isclass)
        if isinstance(getattr(found, "verb", None), str)
    }
    return sorted(classes, key=lambda c: c.__name__)
