"""From the rows of a file to facts: what counts, for whom, over which days; and what was left out, and why."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from statistics import median
from typing import NamedTuple

from msgspec import Struct

from teamboard.actions.base import find_goal, find_member
from teamboard.actions.facts import ImportFacts, NewFact
from teamboard.domain.amounts import Decimal, bare, decimal_of, value_of
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.records import Goal
from teamboard.importers.csv_file import CsvFile, Read
from teamboard.importers.fact_map import Condition, Every, FactForm, FactMap

MOST_LINES = 5
_QUARTER = 3


class LeftOut(Struct):
    """Rows that were left out for one reason: how many, and the first lines."""

    count: int = 0
    lines: list[int] = []


class Plan(Struct, frozen=True, kw_only=True):
    """What a file would bring in; `totals` are what sums and counts come to in all.

    `unknown` are names that match no member, with how many rows they have and the nearest ones; `wrong`
    says, by line, what can't be read. With either of them nothing comes in.
    """

    action: ImportFacts
    totals: dict[str, float]
    rows: int
    left_out: dict[str, LeftOut]
    unknown: dict[str, tuple[int, list[str]]]
    wrong: list[str]


class _Tally:
    """What the rows of one member and period come to."""

    __slots__ = ("of", "rows", "total", "values")

    def __init__(self, *, keep: bool) -> None:
        self.total = 0.0
        self.rows = 0
        self.of = 0
        self.values: array[float] | None = array("d") if keep else None

    def add(self, value: float) -> None:
        self.rows += 1
        self.total += value
        if self.values is not None:
            self.values.append(value)


class _Found(NamedTuple):
    handle: str
    on: date


class Importer:
    """Reads a file by its map, for a board; row by row, and keeps no row."""

    def __init__(self, board: Board, chart: FactMap, file: CsvFile) -> None:
        self._board = board
        self._map = chart
        self._file = file
        self._handles: dict[str, str | None] = {}
        self._left_out: dict[str, LeftOut] = {}
        self._unknown: dict[str, int] = {}
        self._wrong: list[str] = []
        self._tallies: list[dict[tuple[str, date | None], _Tally]] = [{} for _ in chart.facts]
        self._conditions = [(_texts(f.where), _texts(f.of)) for f in chart.facts]

    def plan(self, read: Read | None = None) -> Plan:
        """What the file would bring in. Raises Refused where the file can't be read at all."""
        decimals = {column: self._decimal(column) for column in self._valued()}
        rows, first, last = 0, date.max, date.min
        for line, row in self._file.rows(read):
            rows += 1
            counted = [self._counts(i, row) for i in range(len(self._map.facts))]
            if not any(counted):
                self._leave_out("no fact counts it", line)
                continue
            found = self._row(line, row)
            if found is None:
                continue
            first, last = min(first, found.on), max(last, found.on)
            for i, fact in enumerate(self._map.facts):
                if counted[i]:
                    self._add(i, fact, line, row, found, decimals)
        facts = tuple(self._facts(last)) if rows and last >= first else ()
        source, link = self._map.source, self._map.link
        return Plan(
            action=ImportFacts(batch=self._map.name, source=source, first=first, last=last, facts=facts, link=link),
            totals=self._totals(),
            rows=rows,
            left_out=self._left_out,
            unknown={name: (count, self._nearest(name)) for name, count in self._unknown.items()},
            wrong=self._wrong,
        )

    # -- a row

    def _counts(self, i: int, row: dict[str, str]) -> bool:
        where, of = self._conditions[i]
        if self._map.facts[i].aggregate == "ratio":
            return _holds(of, row)
        return _holds(where, row)

    def _row(self, line: int, row: dict[str, str]) -> _Found | None:
        name = row[self._map.member].strip()
        if not name:
            self._leave_out("no member", line)
            return None
        handle = self._handle(name)
        if handle is None:
            if name in self._map.ignore:
                self._leave_out("a name to ignore", line)
            else:
                self._unknown[name] = self._unknown.get(name, 0) + 1
            return None
        day = row[self._map.date].strip()
        if not day:
            self._leave_out("no day", line)
            return None
        on = self._day(line, day)
        return _Found(handle, on) if on is not None else None

    def _day(self, line: int, text: str) -> date | None:
        given = self._map.date_format
        try:
            return datetime.strptime(text, given).date() if given else datetime.fromisoformat(text).date()  # noqa: DTZ007
        except ValueError:
            how = f"as {given}" if given else "such as 2017-03-01; say date_format in the map, such as '%d.%m.%Y'"
            self._is_wrong(f"line {line}: {text!r} is no day {how}")
            return None

    def _add(
        self, i: int, fact: FactForm, line: int, row: dict[str, str], found: _Found, decimals: dict[str, Decimal]
    ) -> None:
        if fact.running is not None and found.on < fact.running:
            return
        key = (found.handle, begins(found.on, fact.period))
        tally = self._tallies[i].get(key)
        if tally is None:
            tally = self._tallies[i][key] = _Tally(keep=fact.aggregate == "median")
        tally.of += 1
        if fact.aggregate == "ratio":
            tally.rows += _holds(self._conditions[i][0], row)
            return
        if fact.value is None:
            tally.add(1.0)
            return
        text = row[fact.value].strip()
        number = bare(text) if text else None
        value = value_of(number, decimals[fact.value]) if number else None
        if value is not None:
            tally.add(value)
        elif text:
            self._is_wrong(f"line {line}: {text!r} in {fact.value!r} is no number")
        else:
            self._leave_out(f"no {fact.value}", line)

    def _valued(self) -> set[str]:
        return {fact.value for fact in self._map.facts if fact.value}

    def _decimal(self, column: str) -> Decimal:
        """A column's decimal sign: as the map says, or as its numbers show."""
        if self._map.decimal is not None:
            return self._map.decimal
        return decimal_of(column, ((line, n) for line, row in self._file.rows() if (n := bare(row[column]))))

    # -- what was left out

    def _leave_out(self, why: str, line: int) -> None:
        found = self._left_out.setdefault(why, LeftOut())
        found.count += 1
        if len(found.lines) < MOST_LINES:
            found.lines.append(line)

    def _is_wrong(self, what: str) -> None:
        if len(self._wrong) <= MOST_LINES:
            self._wrong.append(what)

    # -- whose it is

    def _handle(self, name: str) -> str | None:
        if name not in self._handles:
            try:
                self._handles[name] = find_member(self._board, self._map.members.get(name, name)).handle
            except NotFound:
                self._handles[name] = None
        return self._handles[name]

    def _nearest(self, name: str) -> list[str]:
        known = {m.name.casefold(): m.name for m in self._board.members} | {
            m.handle: m.name for m in self._board.members
        }
        return list(dict.fromkeys(known[n] for n in get_close_matches(name.casefold(), known, n=2)))

    # -- the facts

    def _facts(self, last: date) -> Iterator[NewFact]:
        for fact, tallies in zip(self._map.facts, self._tallies, strict=True):
            for handle in dict.fromkeys(handle for handle, _ in tallies):
                goal = self._goal(fact.goal, handle) if fact.goal else None
                mine = {starts: tally for (whose, starts), tally in tallies.items() if whose == handle}
                for starts, value, rows in _values(fact, mine, last):
                    on = min(ends(starts, fact.period), last) if starts else last
                    yield NewFact(
                        member=handle,
                        name=fact.name,
                        value=value,
                        on=on,
                        starts=starts,
                        unit=fact.unit,
                        rows=rows,
                        goal=goal,
                    )

    def _totals(self) -> dict[str, float]:
        """What the sums and counts come to over all members and days, to hold against the file."""
        adding = [i for i, fact in enumerate(self._map.facts) if fact.aggregate in ("sum", "count")]
        return {self._map.facts[i].name: sum(t.total for t in self._tallies[i].values()) for i in adding}

    def _goal(self, wanted: str, handle: str) -> str:
        """The goal of a member that a map means: its id, or the only one with that in its title."""
        mine = [g for g in self._board.goals_of(handle) if wanted.casefold() in (g.id.casefold(), g.title.casefold())]
        mine = mine or [g for g in self._board.goals_of(handle) if wanted.casefold() in g.title.casefold()]
        if len(mine) != 1:
            which = "no goal" if not mine else f"{len(mine)} goals"
            raise Refused(f"{handle} has {which} with {wanted!r} in its title: name it so that there is one.")
        goal = find_goal(self._board, mine[0].id)
        return goal.id if isinstance(goal, Goal) else wanted


def _values(fact: FactForm, tallies: dict[date | None, _Tally], last: date) -> Iterator[tuple[date | None, float, int]]:
    """The value of each period, the oldest first, with the rows it rests on; a running total has every one of them."""
    if fact.running is None:
        for starts in sorted(tallies, key=lambda day: day or date.min):
            tally = tallies[starts]
            value = _value(fact, tally)
            if value is not None:
                yield starts, value, tally.rows if fact.aggregate != "ratio" else tally.of
        return
    starts = begins(fact.running, fact.period)
    total, rows = 0.0, 0
    while starts is not None and starts <= last:
        found = tallies.get(starts)
        if found is not None:
            total, rows = total + found.total, rows + found.rows
        yield starts, total, rows
        starts = ends(starts, fact.period) + timedelta(days=1)


def _value(fact: FactForm, tally: _Tally) -> float | None:
    match fact.aggregate:
        case "sum" | "count":
            return tally.total
        case "mean":
            return tally.total / tally.rows if tally.rows else None
        case "median":
            return float(median(tally.values)) if tally.values else None
        case "ratio":
            share = tally.rows / tally.of
            return share * 100 if fact.unit.strip() == "%" else share


def begins(day: date, every: Every) -> date | None:
    """The first day of the period that a day is in; None where all days are one."""
    match every:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)
        case "year":
            return date(day.year, 1, 1)
        case "all":
            return None


def ends(starts: date, every: Every) -> date:
    """The last day of the period that begins on a day."""
    if every in ("day", "all"):
        return starts
    if every == "week":
        return starts + timedelta(days=6)
    months = {"month": 1, "quarter": _QUARTER, "year": 12}[every]
    year, month = divmod(starts.month - 1 + months, 12)
    return date(starts.year + year, month + 1, 1) - timedelta(days=1)


def _texts(condition: Condition) -> dict[str, set[str]]:
    """What a condition allows, as a file has it: any of several texts, in any case of letters."""
    found = {}
    for column, wanted in condition.items():
        several = wanted if isinstance(wanted, list) else [wanted]
        found[column] = {str(w).strip().casefold() for w in several}
    return found


def _holds(condition: dict[str, set[str]], row: dict[str, str]) -> bool:
    return all(row[column].strip().casefold() in wanted for column, wanted in condition.items())
