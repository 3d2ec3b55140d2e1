"""What is wrong with a document that does not fit its table, in words for people who write a script now and then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from teamboard.domain.ids import Table
from teamboard.domain.records import LARGEST, TABLES
from teamboard.domain.records.patterns import words_of

KINDS: dict[Table, str] = {
    "team": "a team",
    "members": "a member",
    "team_goals": "a team goal",
    "goals": "a goal",
    "checkins": "a check-in",
    "revisions": "a revision",
    "feedback": "feedback",
    "one_on_ones": "a one-on-one",
    "facts": "a fact",
    "reviews": "a review",
    "standups": "a standup",
}
"""What one document of a table is called."""

_AT = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_STEP = re.compile(r"\.?(\w+)|\[(\d+|\.\.\.)\]")
_NAMED = re.compile(r"`(\w+)`")
_WORDS: dict[type, str] = {
    inspect.StrType: "a text",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.DateType: "a date such as 2026-12-31",
    inspect.DateTimeType: "a time with its zone, such as 2026-12-31T17:00:00Z",
    inspect.VarTupleType: "a list",
    inspect.DictType: "an object",
    inspect.StructType: "an object",
    inspect.NoneType: "None",
    inspect.AnyType: "any value",
}


def describe_type(kind: inspect.Type) -> str:
    """What a value of this type is, in words: `a number from 0 to 10`."""
    if isinstance(kind, inspect.Metadata):
        return describe_type(kind.type)
    if isinstance(kind, inspect.UnionType):
        return listed(dict.fromkeys(map(describe_type, kind.types)), "or")
    if isinstance(kind, inspect.LiteralType):
        return listed(map(repr, kind.values), "or")
    words = _WORDS.get(type(kind), "another value")
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        if kind.ge == -LARGEST:
            words += " of up to 18 digits"
        elif kind.ge is not None and kind.le is not None:
            words += f" from {kind.ge:g} to {kind.le:g}"
        elif kind.gt == 0:
            words += " above 0"
    if isinstance(kind, inspect.StrType) and kind.pattern:
        words = words_of(kind.pattern)
    if isinstance(kind, inspect.VarTupleType) and kind.min_length:
        words += " that is not empty"
    return words


def listed(words: Iterable[str], last: str = "and") -> str:
    """Some words as a list in a sentence: `owner, title and measure`."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def needed_fields(kind: inspect.StructType) -> list[str]:
    """The names of the fields that a document must have."""
    return [*([kind.tag_field] if kind.tag_field else []), *(f.encode_name for f in _fields(kind) if f.required)]


def other_fields(kind: inspect.StructType) -> list[str]:
    """The names of the fields that a document may have."""
    return [f.encode_name for f in _fields(kind) if not f.required]


def explain_misfit(name: Table, document: Mapping[str, Any], error: msgspec.ValidationError) -> str:
    """Why a document does not fit its table, within a sentence, from what the decoder says."""
    message = str(error)
    path = found[1].removeprefix(".") if (found := _AT.search(message)) else ""
    kind, is_tag = _type_at(path, inspect.type_info(TABLES[name]), document)
    named = _NAMED.search(message)
    if isinstance(kind, inspect.StructType) and named and ("missing" in message or "unknown field" in message):
        place, owner = (f" in {path!r}", "it") if path else ("", KINDS[name])
        if "missing" in message:
            return f"{named[1]!r} is missing{place}; {owner} needs {listed(needed_fields(kind))}"
        return f"{named[1]!r} is not known{place}; {owner} has {listed(needed_fields(kind) + other_fields(kind))}"
    if is_tag or (named and "missing" in message):
        path = path if is_tag else f"{path}.{named[1] if named else ''}"
    each = "each value of " if path.endswith("[...]") else ""
    return f"{each}{path.removesuffix('[...]')!r} must be {describe_type(kind)}"


def _fields(kind: inspect.StructType) -> Iterator[inspect.Field]:
    """The fields of a document; its number is its id."""
    return (f for f in kind.fields if f.encode_name != "id")


def _type_at(path: str, kind: inspect.Type, value: Any) -> tuple[inspect.Type, bool]:
    """The type that the value at a path must have, and whether it is the tag that tells apart several kinds."""
    kind = _chosen(kind, value)
    for step in _STEP.finditer(path):
        field, index = step[1], step[2]
        if isinstance(kind, inspect.StructType):
            fields = {f.encode_name: f.type for f in kind.fields}
            kind = fields.get(field, kind)
            value = value.get(field) if isinstance(value, Mapping) else None
        elif isinstance(kind, inspect.LiteralType):
            return kind, True
        elif isinstance(kind, inspect.VarTupleType):
            kind = kind.item_type
            value = value[int(index)] if isinstance(value, list | tuple) else None
        elif isinstance(kind, inspect.DictType):
            kind, value = kind.value_type, None
        kind = _chosen(kind, value)
    return kind, False


def _chosen(kind: inspect.Type, value: Any) -> inspect.Type:
    """The one of several kinds of objects that a value is by its tag; all tags, if it has none of them."""
    kind = kind.type if isinstance(kind, inspect.Metadata) else kind
    if not isinstance(kind, inspect.UnionType) or not isinstance(value, Mapping):
        return kind
    structs = [one for one in kind.types if isinstance(one, inspect.StructType)]
    tagged = [one for one in structs if not one.tag_field or value.get(one.tag_field) == one.tag]
    if tagged:
        return tagged[0]
    return kind if not structs else inspect.LiteralType(tuple(str(one.tag) for one in structs))
