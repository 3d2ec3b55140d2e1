"""Members by a handle that they have or had, and records with other handles in them.

The records' types say which fields hold handles: `Handle` and `Terms` in `domain/records/base.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct
from msgspec.structs import fields as fields_in

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Fields, fields_of, record_of
from teamboard.domain.ids import RecordId, Table, known_table
from teamboard.domain.records import TABLES, Goal, Member, Record
from teamboard.domain.records.names import comparable, first_word
from teamboard.domain.sanitize import one_line

Handles = Mapping[str, str]
"""New handles by the ones whose place they take."""
_Replace = Callable[[Any, Handles], Any]
"""A value with other handles in it; the same object if it holds none of those to replace."""


def current_handle(board: Board, handle: str | None) -> str | None:
    """The handle today of the member who has or had `handle`; the handle itself if nobody has."""
    member = board.known_as(handle)
    return handle if member is None else member.handle


def former_handles(board: Board) -> dict[str, str]:
    """The handles of members today, by each handle that they had before."""
    return {old: m.handle for m in board.members for old in m.formerly if board.member(old) is None}


def former_names(board: Board) -> dict[str, list[str]]:
    """The handles of members by each name that they had before, as `comparable` has it, by the history."""
    found: dict[str, list[str]] = {}
    for member in board.members:
        for _, entry in board.history.touching(member.id) if board.history else ():
            name = (entry.changes[member.id].before or {}).get("name")
            handles = found.setdefault(comparable(name), []) if isinstance(name, str) else []
            if member.handle not in handles:
                handles.append(member.handle)
    return found


def shares_name(board: Board, member: Member) -> bool:
    """True if somebody else has the member's name."""
    name = comparable(member.name)
    return any(m.id != member.id and comparable(m.name) == name for m in board.members_named(name))


def display_name(board: Board, member: Member) -> str:
    """A member's name on one line, with the handle where somebody else has the same name: `Ana Ruiz (ana2)`."""
    name = one_line(member.name)
    return f"{name} ({member.handle})" if shares_name(board, member) else name


def shares_first_name(board: Board, member: Member) -> bool:
    """True if somebody else's name begins with the same word as the member's."""
    return any(m.id != member.id for m in board.members_named(comparable(first_word(member.name))))


def all_handles(member: Member) -> tuple[str, ...]:
    """A member's handle, then those of before, newest first; among the latter are names too."""
    return (member.handle, *reversed(member.formerly))


def handle_fields(table: Table) -> tuple[str, ...]:
    """The fields of a table's records in which there are handles, by their names in the file."""
    return tuple(_replacers(TABLES[table]))


def with_handles(record_id: RecordId, fields: Fields, handles: Handles) -> Fields:
    """The fields of a record, as plain values, with other handles; the same object if it has none of those."""
    table = known_table(record_id)
    return fields if table is None or not handles else _replace_fields(TABLES[table], fields, handles)


def names_handle(record_id: RecordId, fields: Fields | None, handles: Collection[str]) -> bool:
    """True if the fields of a record, all or some of them, hold one of these handles."""
    # A new string, so that it is not the one whose place it takes.
    others = {handle: f"{handle} " for handle in handles}
    return fields is not None and with_handles(record_id, fields, others) is not fields


def with_other_handles(records: Iterator[Record], handles: Handles) -> Changes:
    """Those of some records that hold one of these handles, with the new ones in their place."""
    changes: Changes = {}
    for record in records:
        fields = fields_of(record) or {}
        renamed = with_handles(record.id, fields, handles)
        if renamed is not fields:
            changes[record.id] = record_of(record.id, renamed)
    return changes


def all_records(board: Board) -> Iterator[Record]:
    """The records of all tables."""
    return (record for table in board.tables.values() for record in table.values())


@cache
def _replacers(kind: Any) -> dict[str, _Replace]:
    """What replaces the handles in each field of a struct that holds some, by its name in the file."""
    hints = get_type_hints(kind, include_extras=True)
    found = {f.encode_name: _replacer(hints[f.name]) for f in fields_in(kind)}
    return {name: replace for name, replace in found.items() if replace is not None}


def _replacer(kind: Any) -> _Replace | None:
    """What replaces the handles in values of a type; None if such values hold no handles."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        holds = next((m.extra["holds"] for m in arguments[1:] if isinstance(m, Meta) and m.extra), None)
        return _BY_MARK[holds] if holds else _replacer(arguments[0])
    if origin in (Union, UnionType):
        found = [replace for part in arguments if (replace := _replacer(part)) is not None]
        return _optional(found[0]) if found else None
    if origin is tuple:
        item = _replacer(arguments[0])
        return None if item is None else _each(item)
    if origin is dict:
        key, value = map(_replacer, arguments)
        return None if key is None and value is None else _mapping(key or _keep, value or _keep)
    if isinstance(kind, type) and issubclass(kind, Struct) and _replacers(cast("Any", kind)):
        return lambda fields, handles: _replace_fields(kind, fields, handles)
    return None


def _replace_fields(kind: Any, fields: Fields, handles: Handles) -> Fields:
    changed = {
        name: now
        for name, replace in _replacers(kind).items()
        if name in fields and (now := replace(was := fields[name], handles)) is not was
    }
    return fields | changed if changed else fields


def _keep(value: Any, _: Handles) -> Any:
    return value


def _replace_handle(value: Any, handles: Handles) -> Any:
    return handles.get(value, value) if isinstance(value, str) else value


def _optional(replace: _Replace) -> _Replace:
    return lambda value, handles: value if value is None else replace(value, handles)


def _each(replace: _Replace) -> _Replace:
    def replace_each(values: Any, handles: Handles) -> Any:
        now = [replace(value, handles) for value in values]
        return values if all(a is b for a, b in zip(values, now, strict=True)) else type(values)(now)

    return replace_each


def _mapping(key: _Replace, value: _Replace) -> _Replace:
    def replace_both(values: Any, handles: Handles) -> Any:
        now = {key(k, handles): value(v, handles) for k, v in values.items()}
        same = all(a is b and values[a] is now[b] for a, b in zip(values, now, strict=False))
        return values if same and len(values) == len(now) else now

    return replace_both


def _replace_terms(terms: Any, handles: Handles) -> Any:
    return _replace_fields(Goal, cast("Fields", terms), handles)


_BY_MARK: dict[str, _Replace] = {"handle": _replace_handle, "terms": _replace_terms}
