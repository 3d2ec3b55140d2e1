"""The schema of a fact map: a YAML file that says what each column of a CSV is, and which facts to compute from it.

docs/facts.md describes it for users.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from teamboard.domain.amounts import DecimalSign
from teamboard.importers.yaml_text import Document, YamlError, convert_document

Aggregate = Literal["sum", "count", "mean", "median", "ratio"]
PeriodLength = Literal["day", "week", "month", "quarter", "year", "all"]
Condition = dict[str, str | int | float | bool | list[str | int | float | bool]]
OTHERS: Literal["others"] = "others"
"""To ignore: all names that are not members."""
MOST_LINES_ABOVE = 1_000
AGGREGATES_OF_A_COLUMN: tuple[Aggregate, ...] = ("sum", "mean", "median")


class FactForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fact: which rows it counts (`where`), how (`aggregate`), over which period, in which unit.

    A ratio is the share of the rows that match `where` among those that match `of`. `running` is the day on which a
    running total begins. With `goal` (an id, or a part of the title) each value becomes a check-in on the goal of the
    member that was open on its day.
    """

    name: str
    aggregate: Aggregate
    value: str | None = None
    where: Condition = {}
    of: Condition = {}
    period: PeriodLength = "month"
    unit: str = ""
    running: date | None = None
    goal: str | None = None


class FactMap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole fact map. `members` maps names in the file to members; rows of names in `ignore` are left out.

    `goals` has the id of a member's goal, or several, where two could be meant. The header is below `skip` lines.
    """

    name: str
    source: str
    member: str
    date: str
    facts: Annotated[tuple[FactForm, ...], Meta(min_length=1)]
    link: str = ""
    date_format: str | None = None
    decimal: DecimalSign | None = None
    encoding: str | None = None
    separator: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    skip: Annotated[int, Meta(ge=0, le=MOST_LINES_ABOVE)] = 0
    members: dict[str, str] = {}
    goals: dict[str, str | tuple[str, ...]] = {}
    ignore: tuple[str, ...] | Literal["others"] = ()

    @property
    def columns(self) -> list[str]:
        """The columns of the CSV that the map uses, without duplicates."""
        columns = [self.member, self.date]
        for fact in self.facts:
            columns += [*([fact.value] if fact.value else []), *fact.where, *fact.of]
        return list(dict.fromkeys(columns))

    def goals_of(self, member: str) -> tuple[str, ...]:
        """The ids of the goals that are named for a member, as the map calls them."""
        named = self.goals[member]
        return (named,) if isinstance(named, str) else named


def read_fact_map(path: Path) -> FactMap:
    """Read a fact map from a YAML file. Raises YamlError with file, line and field."""
    document = Document()
    document.add(path)
    fact_map = convert_document(document, FactMap, path.name)
    for field in ("name", "source"):
        if not getattr(fact_map, field).strip():
            raise YamlError(f"{document.place(f'$.{field}')}, field {field}: the {field} is missing.")
    if fact_map.date_format is not None and (wrong := _find_error_in_format(fact_map.date_format)):
        raise YamlError(f"{document.place('$.date_format')}, field date_format: {wrong}.")
    if twice := _named_for_two(fact_map):
        raise YamlError(f"{document.place('$.goals')}, field goals: {twice}.")
    names = [fact.name.strip().casefold() for fact in fact_map.facts]
    for i, fact in enumerate(fact_map.facts):
        error_text = _find_error(fact) or ("another fact has the same name" if names.count(names[i]) > 1 else "")
        if error_text:
            raise YamlError(f"{document.place(f'$.facts[{i}]')}, field facts[{i}]: {error_text}.")
    return fact_map


def _find_error(fact: FactForm) -> str:
    """The first contradiction in a fact, as an error message; empty if there is none."""
    if not fact.name.strip():
        return "the name is missing"
    if fact.aggregate in AGGREGATES_OF_A_COLUMN and fact.value is None:
        return f"a {fact.aggregate} needs a value: the column with the numbers"
    if fact.aggregate not in AGGREGATES_OF_A_COLUMN and fact.value is not None:
        return f"a {fact.aggregate} counts rows and takes no value"
    if fact.aggregate == "ratio" and not fact.where:
        return "a ratio needs where: the rows whose share it is"
    if fact.of and fact.aggregate != "ratio":
        return "only a ratio takes of"
    if fact.running is not None and (fact.aggregate not in ("sum", "count") or fact.period == "all"):
        return "only a sum or a count by a period, such as week, can be a running total"
    if fact.goal is not None and fact.period == "all":
        return "a fact with a goal needs a period, such as week"
    return ""


def _find_error_in_format(date_format: str) -> str:
    """What is wrong with a date format, as an error message; empty for one with which days can be read."""
    how = "write it like '%d.%m.%Y'"
    try:
        days = [datetime(2017, 3, 14, 15, 9, 26, tzinfo=UTC), datetime(2026, 11, 5, 1, 2, 3, tzinfo=UTC)]
        read = [datetime.strptime(day.strftime(date_format), date_format) for day in days]  # noqa: DTZ007
    except (ValueError, re.error):
        return f"{date_format!r} is not a date format: {how}"
    parts = ("year", "month", "day")
    missing = [p for p in parts if any(getattr(a, p) != getattr(b, p) for a, b in zip(days, read, strict=True))]
    return f"{date_format!r} has no {' and no '.join(missing)}: {how}" if missing else ""


def _named_for_two(fact_map: FactMap) -> str:
    """That one goal is named for two members, as an error message; empty if none is."""
    owners: dict[str, str] = {}
    for member in fact_map.goals:
        for goal in fact_map.goals_of(member):
            other = owners.setdefault(goal.strip().casefold(), member)
            if other != member:
                return f"{goal} is named for {other} and for {member}: a goal counts what one member did"
    return ""
