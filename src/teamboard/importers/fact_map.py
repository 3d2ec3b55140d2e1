"""The schema of a fact map: a YAML file that says what each column of a CSV is, and which facts to compute from it.

docs/facts.md describes it for users.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from teamboard.domain.amounts import DecimalSign
from teamboard.importers.yaml_text import Document, YamlError, convert_document

Aggregate = Literal["sum", "count", "mean", "median", "ratio"]
PeriodLength = Literal["day", "week", "month", "quarter", "year", "all"]
Condition = dict[str, str | int | float | bool | list[str | int | float | bool]]
AGGREGATES_OF_A_COLUMN: tuple[Aggregate, ...] = ("sum", "mean", "median")


class FactForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fact: which rows it counts (`where`), how (`aggregate`), over which period, in which unit.

    A ratio is the share of the rows that match `where` among those that match `of`. `running` is the day on which a
    running total begins. With `goal` (an id, or a part of the title) each value becomes a check-in on that goal.
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
    """A whole fact map. `members` maps names in the file to members; rows of names in `ignore` are left out."""

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
    members: dict[str, str] = {}
    ignore: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns of the CSV that the map uses, without duplicates."""
        columns = [self.member, self.date]
        for fact in self.facts:
            columns += [*([fact.value] if fact.value else []), *fact.where, *fact.of]
        return list(dict.fromkeys(columns))


def read_fact_map(path: Path) -> FactMap:
    """Read a fact map from a YAML file. Raises YamlError with file, line and field."""
    document = Document()
    document.add(path)
    fact_map = convert_document(document, FactMap, path.name)
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
