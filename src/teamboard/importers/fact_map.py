"""The map of a file with facts, in YAML: which column is what, and which facts are made of it.

docs/facts.md describes it for people.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from teamboard.domain.amounts import Decimal
from teamboard.importers.yaml_text import Document, YamlError, split_error

Aggregate = Literal["sum", "count", "mean", "median", "ratio"]
Every = Literal["day", "week", "month", "quarter", "year", "all"]
Condition = dict[str, str | int | float | bool | list[str | int | float | bool]]
VALUED: tuple[Aggregate, ...] = ("sum", "mean", "median")


class FactForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fact: which rows it counts (`where`), how (`aggregate`), over which period, in which unit.

    A ratio is the share of the rows `where` of the rows `of`. `running` begins a running total on that
    day. `goal` is the goal whose check-in it becomes: its id, or a part of its title.
    """

    name: str
    aggregate: Aggregate
    value: str | None = None
    where: Condition = {}
    of: Condition = {}
    period: Every = "month"
    unit: str = ""
    running: date | None = None
    goal: str | None = None


class FactMap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole map. `members` says which member a name in the file is, `ignore` which names are nobody's."""

    name: str
    source: str
    member: str
    date: str
    facts: Annotated[tuple[FactForm, ...], Meta(min_length=1)]
    link: str = ""
    date_format: str | None = None
    decimal: Decimal | None = None
    encoding: str | None = None
    separator: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    members: dict[str, str] = {}
    ignore: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        found = [self.member, self.date]
        for fact in self.facts:
            found += [*([fact.value] if fact.value else []), *fact.where, *fact.of]
        return list(dict.fromkeys(found))


def read_map(path: Path) -> FactMap:
    """The map in a file. Raises YamlError with file, line and field."""
    document = Document()
    document.add(path)
    try:
        found = msgspec.convert(document.values, FactMap)
    except msgspec.ValidationError as error:
        what, where = split_error(str(error))
        field = where.removeprefix("$").lstrip(".")
        place = document.place(where) or path.name
        raise YamlError(f"{place}{f', field {field}' if field else ''}: {what[:1].lower()}{what[1:]}.") from error
    names = [fact.name.strip().casefold() for fact in found.facts]
    for i, fact in enumerate(found.facts):
        wrong = _wrong(fact) or ("the name is there twice" if names.count(names[i]) > 1 else "")
        if wrong:
            raise YamlError(f"{document.place(f'$.facts[{i}]')}, field facts[{i}]: {wrong}.")
    return found


def _wrong(fact: FactForm) -> str:
    """What makes no sense in a fact; empty where it does."""
    if not fact.name.strip():
        return "it wants a name"
    if fact.aggregate in VALUED and fact.value is None:
        return f"a {fact.aggregate} wants a value: the column with the numbers"
    if fact.aggregate not in VALUED and fact.value is not None:
        return f"a {fact.aggregate} counts rows and takes no value"
    if fact.aggregate == "ratio" and not fact.where:
        return "a ratio wants where: which of the rows it is the share of"
    if fact.of and fact.aggregate != "ratio":
        return "of belongs to a ratio"
    if fact.running is not None and (fact.aggregate not in ("sum", "count") or fact.period == "all"):
        return "a running total is one of a sum or a count, by a period"
    if fact.goal is not None and fact.period == "all":
        return "check-ins want a period, such as week"
    return ""
