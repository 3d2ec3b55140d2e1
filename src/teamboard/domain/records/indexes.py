"""The indexes of a board: by what each finds the records of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from teamboard.domain.ids import RecordId, Table, number_of, table_of
from teamboard.domain.records.base import Record
from teamboard.domain.records.names import comparable, first_word

Groups = dict[str, tuple[Record, ...]]
"""The records that an index finds, by key, in the order of their ids."""

INDEXES: dict[str, tuple[Table, Callable[[Any], Iterable[str]]]] = {
    "member": ("members", lambda m: (m.handle,)),
    "names": ("members", lambda m: {comparable(m.name), comparable(first_word(m.name))}),
    "formerly": ("members", lambda m: m.formerly),
    "reports": ("members", lambda m: (m.manager,) if m.manager else ()),
    "goals": ("goals", lambda g: (g.owner,)),
    "aligned": ("goals", lambda g: g.aligned),
    "rests": ("goals", lambda g: (g.continues,) if g.continues else ()),
    "serving": ("team_goals", lambda t: (t.serves,) if t.serves else ()),
    "checkins": ("checkins", lambda c: (c.goal,)),
    "late_checkins": ("checkins", lambda c: (c.goal,) if c.on else ()),
    "revisions": ("revisions", lambda v: (v.goal,)),
    "unagreed": ("revisions", lambda v: (v.goal,) if not v.before and v.state != "agreed" else ()),
    "feedback_to": ("feedback", lambda f: (f.to,)),
    "feedback_from": ("feedback", lambda f: (f.giver,)),
    "one_on_ones": ("one_on_ones", lambda o: (o.member,)),
    "open_actions": ("one_on_ones", lambda o: {a.owner for a in o.actions if a.done is None}),
    "open_review_actions": ("reviews", lambda r: {a.owner for a in r.actions if a.done is None}),
    "facts": ("facts", lambda e: (e.member,)),
    "reviews": ("reviews", lambda r: (r.member,)),
}
"""For each index its table, and the keys under which a record is found.

"unagreed" has the revisions by which a goal was proposed and that nobody has agreed to.
"""


def grouped(index: str, tables: Mapping[str, Mapping[RecordId, Record]]) -> Groups:
    """The groups of an index, built from its table."""
    table, keys = INDEXES[index]
    lists: dict[str, list[Record]] = {}
    for record in tables[table].values():
        for key in keys(record):
            lists.setdefault(key, []).append(record)
    return {key: tuple(records) for key, records in lists.items()}


def regrouped(
    index: str,
    groups: Groups,
    tables: Mapping[str, Mapping[RecordId, Record]],
    changes: Mapping[RecordId, Record | None],
) -> Groups:
    """The groups of an index after changes; `groups` and `tables` are as they were before, and stay so."""
    table, keys = INDEXES[index]
    result = groups
    for record_id, new in changes.items():
        if table_of(record_id) != table:
            continue
        if result is groups:
            result = dict(groups)
        old = tables[table].get(record_id)
        old_keys = tuple(keys(old)) if old is not None else ()
        new_keys = tuple(keys(new)) if new is not None else ()
        for key in old_keys:
            if key not in new_keys:
                others = tuple(r for r in result.pop(key) if r.id != record_id)
                result |= {key: others} if others else {}
        for key in new_keys:
            there = result.get(key, ())
            if key in old_keys:
                result[key] = tuple(cast(Record, new) if r.id == record_id else r for r in there)
            else:
                added = (*there, cast(Record, new))
                in_order = not there or _number(there[-1]) < number_of(record_id)
                result[key] = added if in_order else tuple(sorted(added, key=_number))
    return result


def _number(record: Record) -> int:
    return number_of(record.id)
