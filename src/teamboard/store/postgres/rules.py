"""The table of verbs and the shapes of the records as data for the database: the SQL of the newest migration `rules`.

`python -m teamboard.store.postgres.rules` prints it. When either changes, it becomes a new migration of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from teamboard.domain.ids import LETTERS
from teamboard.domain.input_parsing import RESERVED_HANDLES
from teamboard.domain.records import TABLES
from teamboard.domain.references import REFERENCES
from teamboard.domain.sanitize import LONGEST_TEXT
from teamboard.domain.verbs import Writes, all_verbs
from teamboard.store.postgres.rows import PRIVATE

LONGEST_ENCRYPTED = 400_000
"""The most characters of a text that is encrypted; any other has LONGEST_TEXT at most."""

HEAD = """\
-- What the verbs may write, and what the records look like: made by `python -m teamboard.store.postgres.rules` from
-- `domain/verbs` and `domain/records.py`, and compared with them by a test. Nobody edits it by hand.

SET LOCAL search_path = pg_catalog, pg_temp;
"""


def migration() -> str:
    """The SQL that puts the rules of this version in the place of those before."""
    kinds = [_values(*row) for row in kind_rows()]
    verbs = [_values(verb, row.anything, row.in_database, row.at_most) for verb, row in all_verbs().items()]
    rules = [_values(*row) for row in rule_rows()]
    handles = [_values(handle) for handle in sorted(RESERVED_HANDLES)]
    return "\n".join(
        [
            HEAD,
            "DELETE FROM teamboard.rules;\nDELETE FROM teamboard.verbs;\nDELETE FROM teamboard.kinds;",
            "DELETE FROM teamboard.reserved_handles;\n",
            _insert("kinds", "kind, letter, private, shape, people", kinds),
            _insert("verbs", "verb, anything, in_database, at_most", verbs),
            _insert("rules", "verb, place, kind, rule", rules),
            _insert("reserved_handles", "handle", handles),
        ]
    )


def kind_rows() -> Iterator[tuple[str, str, list[str], dict[str, Any], list[str]]]:
    """Yield each table: its name, the letter of its ids, private fields, shape, and the fields with a handle."""
    for table, record in TABLES.items():
        names = {f.name: f.encode_name for f in msgspec.structs.fields(record)}
        private = list(PRIVATE.get(table, ()))
        found = shape(inspect.type_info(record))
        del found["fields"]["id"]
        if table == "reviews":
            # Read and dropped: see ReviewPeriod.
            del found["fields"]["period"]["fields"]["revision"]
        for name in private:
            _allow_long_texts(found["fields"][name])
        people = [names[ref.field] for ref in REFERENCES if (ref.table, ref.to) == (table, ("members",))]
        yield table, LETTERS[table], private, found, people


def rule_rows() -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    """Yield each row of the table of verbs: the verb, the row's place among the verb's, the table, and the rule."""
    for verb, row in all_verbs().items():
        for place, writes in enumerate(row.writes):
            yield verb, place, writes.table, _rule(writes) | {"may": list(row.may)}


def _rule(writes: Writes) -> dict[str, Any]:
    """What a row says, without its table and without what it leaves at its default."""
    plain: dict[str, Any] = msgspec.to_builtins(writes)
    defaults = msgspec.to_builtins(Writes(table=writes.table))
    found = {name: value for name, value in plain.items() if name == "whose" or value != defaults[name]}
    found.pop("table", None)
    return found


def shape(kind: inspect.Type) -> dict[str, Any]:
    """What the database holds a value to: the type `t`, bounds, and the shapes of the parts."""
    match kind:
        case inspect.VarTupleType():
            return {"t": "list", "item": shape(kind.item_type), "least": kind.min_length or 0}
        case inspect.DictType():
            keys = kind.key_type.extra if isinstance(kind.key_type, inspect.Metadata) else None
            return {"t": "map", "value": shape(kind.value_type)} | ({"keys": keys["holds"]} if keys else {})
        case inspect.Metadata():
            return shape(kind.type) | (kind.extra or {})
        case inspect.UnionType():
            return _union(kind)
        case inspect.StructType():
            return _record(kind)
        case _:
            return _scalar(kind)


def _scalar(kind: inspect.Type) -> dict[str, Any]:
    match kind:
        case inspect.StrType():
            return {"t": "text", "most": LONGEST_TEXT} | ({"like": kind.pattern} if kind.pattern else {})
        case inspect.IntType() | inspect.FloatType():
            bounds = {"ge": kind.ge, "gt": kind.gt, "le": kind.le}
            word = "whole" if isinstance(kind, inspect.IntType) else "number"
            return {"t": word} | {name: value for name, value in bounds.items() if value is not None}
        case inspect.BoolType():
            return {"t": "flag"}
        case inspect.DateType():
            return {"t": "day"}
        case inspect.DateTimeType():
            return {"t": "moment"}
        case inspect.LiteralType():
            return {"t": "word", "of": list(kind.values)}
        case inspect.AnyType() | inspect.CustomType():
            return {"t": "any"}
        case _:
            raise TypeError(kind)


def _union(kind: inspect.UnionType) -> dict[str, Any]:
    parts = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
    if len(parts) == 1:
        return shape(parts[0]) | {"null": True}
    tagged = {str(part.tag): _record(part) for part in parts if isinstance(part, inspect.StructType)}
    return {"t": "union", "tag": "kind", "of": tagged}


def _record(kind: inspect.StructType) -> dict[str, Any]:
    fields = {field.encode_name: _field(field) for field in kind.fields}
    needs = [field.encode_name for field in kind.fields if field.required]
    if kind.tag_field is not None:
        fields[kind.tag_field] = {"t": "word", "of": [kind.tag]}
        needs.append(kind.tag_field)
    return {"t": "record", "fields": fields, "needs": needs}


def _field(field: inspect.Field) -> dict[str, Any]:
    found = shape(field.type)
    if field.default is not msgspec.NODEFAULT:
        found["default"] = msgspec.to_builtins(field.default)
    elif field.default_factory is not msgspec.NODEFAULT:
        found["default"] = msgspec.to_builtins(field.default_factory())
    return found


def _allow_long_texts(found: dict[str, Any]) -> None:
    """Allow texts of LONGEST_ENCRYPTED in a shape and its parts."""
    if found["t"] == "text":
        found["most"] = LONGEST_ENCRYPTED
    for part in (found.get("item"), found.get("value"), *found.get("fields", {}).values()):
        if part is not None:
            _allow_long_texts(part)


def _insert(table: str, columns: str, rows: list[str]) -> str:
    return f"INSERT INTO teamboard.{table} ({columns}) VALUES\n" + ",\n".join(f"    ({row})" for row in rows) + ";\n"


def _values(*values: Any) -> str:
    return ", ".join(_literal(value) for value in values)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return _quoted("{" + ",".join(value) + "}")
    return _quoted(value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


if __name__ == "__main__":
    print(migration(), end="")
