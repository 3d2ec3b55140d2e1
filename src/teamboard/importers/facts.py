"""Compute facts from the rows of a CSV file by a fact map: one value for each member and period."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from statistics import median
from typing import NamedTuple

from msgspec import Struct

from teamboard.actions.base import find_member, find_members
from teamboard.actions.facts import ImportFacts, NewFact
from teamboard.domain.amounts import DecimalSign, column_decimal_sign, parse_amount_with
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import date_in_range
from teamboard.domain.people import describe_namesakes
from teamboard.domain.periods import add_months, start_of_months
from teamboard.domain.records.names import comparable
from teamboard.importers.csv_file import CsvFile, ReportProgress
from teamboard.importers.fact_map import Condition, FactForm, FactMap, PeriodLength

MAX_LINES = 5
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class LeftOut(Struct):
    """Rows that were left out for one reason: how many, and the first line numbers (up to MAX_LINES)."""

    count: int = 0
    lines: list[int] = []


class ImportPlan(Struct, frozen=True, kw_only=True):
    """What an import of a file would do; `action` does it.

    `totals` are sums and counts over all members, by name of the fact. `left_out` is by reason. `unknown` are names
    that match no member, with their number of rows and similar names of members; `errors` say, by line, what can't
    be read. With unknown names or errors nothing is imported.
    """

    action: ImportFacts
    totals: dict[str, float]
    rows: int
    left_out: dict[str, LeftOut]
    unknown: dict[str, tuple[int, list[str]]]
    errors: list[str]


class _Tally:
    """The running aggregate of the rows of one member and period; keeps the values only if `keep` (for a median)."""

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


class _MemberDay(NamedTuple):
    """The member and the day that a row is about."""

    handle: str
    on: date


class Importer:
    """Plans the import of a CSV file by a fact map. Reads row by row, so that large files need little memory."""

    def __init__(self, board: Board, fact_map: FactMap, file: CsvFile) -> None:
        self._board = board
        self._map = fact_map
        self._file = file
        self._handles: dict[str, str | None] = {}
        self._left_out: dict[str, LeftOut] = {}
        self._unknown: dict[str, int] = {}
        self._errors: list[str] = []
        self._mapped = {comparable(name): member for name, member in fact_map.members.items()}
        self._ignored = {*map(comparable, fact_map.ignore)}
        self._namesakes: dict[str, list[str]] = {}
        """The handles of those whom a name of several members may mean."""
        self._tallies: list[dict[tuple[str, date | None], _Tally]] = [{} for _ in fact_map.facts]
        self._conditions = [(_allowed_texts(f.where), _allowed_texts(f.of)) for f in fact_map.facts]

    def plan(self, report_progress: ReportProgress | None = None) -> ImportPlan:
        """Read the whole file and return what it would import. Raises Refused if the file can't be read at all."""
        decimals = {column: self._decimal(column) for column in self._value_columns()}
        rows, first, last = 0, date.max, date.min
        for line, row in self._file.rows(report_progress):
            rows += 1
            counted = [self._is_counted(i, row) for i in range(len(self._map.facts))]
            if not any(counted):
                self._leave_out("no fact counts it", line)
                continue
            member_day = self._member_day(line, row)
            if member_day is None:
                continue
            first, last = min(first, member_day.on), max(last, member_day.on)
            for i, fact in enumerate(self._map.facts):
                if counted[i]:
                    self._add(i, fact, line, row, member_day, decimals)
        facts = tuple(self._facts(last)) if rows and last >= first else ()
        source, link = self._map.source, self._map.link
        return ImportPlan(
            action=ImportFacts(batch=self._map.name, source=source, first=first, last=last, facts=facts, link=link),
            totals=self._totals(),
            rows=rows,
            left_out=self._left_out,
            unknown={name: (count, self._similar_names(name)) for name, count in self._unknown.items()},
            errors=self._errors,
        )

    # -- a row

    def _is_counted(self, index: int, row: dict[str, str]) -> bool:
        """Whether the fact at `index` of the map counts a row."""
        where, of = self._conditions[index]
        if self._map.facts[index].aggregate == "ratio":
            return _matches(of, row)
        return _matches(where, row)

    def _member_day(self, line: int, row: dict[str, str]) -> _MemberDay | None:
        """The member and day of a row; None where it is left out or can't be read, which is noted."""
        name = row[self._map.member].strip()
        if not name:
            self._leave_out("no member", line)
            return None
        handle = self._find_handle(name)
        if handle is None:
            if comparable(name) in self._ignored:
                self._leave_out("a name to ignore", line)
            elif len(namesakes := self._namesakes.get(name, ())) > 1:
                self._add_error(f"line {line}: {describe_namesakes(name, namesakes)}")
            else:
                self._unknown[name] = self._unknown.get(name, 0) + 1
            return None
        day = row[self._map.date].strip()
        if not day:
            self._leave_out("no day", line)
            return None
        on = self._parse_day(line, day)
        return _MemberDay(handle, on) if on is not None else None

    def _parse_day(self, line: int, text: str) -> date | None:
        """The day in a cell, by the date format of the map, else ISO 8601; None (and an error) if invalid."""
        date_format = self._map.date_format
        try:
            day = datetime.strptime(text, date_format).date() if date_format else datetime.fromisoformat(text).date()  # noqa: DTZ007
        except ValueError:
            if date_format:
                self._add_error(f"line {line}: {text!r} is not a date of the format {date_format}")
            else:
                hint = "name its date_format in the map, such as '%d.%m.%Y'"
                self._add_error(f"line {line}: {text!r} is not a date such as 2017-03-01; {hint}")
            return None
        try:
            return date_in_range(day)
        except ValueError as error:
            self._add_error(f"line {line}: {error}")
            return None

    def _add(
        self,
        index: int,
        fact: FactForm,
        line: int,
        row: dict[str, str],
        member_day: _MemberDay,
        decimals: dict[str, DecimalSign],
    ) -> None:
        """Add a row to the aggregate of the fact at `index`, for the member and period of the row."""
        if fact.running is not None and member_day.on < fact.running:
            return
        key = (member_day.handle, period_start(member_day.on, fact.period))
        tally = self._tallies[index].get(key)
        if tally is None:
            tally = self._tallies[index][key] = _Tally(keep=fact.aggregate == "median")
        tally.of += 1
        if fact.aggregate == "ratio":
            tally.rows += _matches(self._conditions[index][0], row)
            return
        if fact.value is None:
            tally.add(1.0)
            return
        text = row[fact.value].strip()
        value = parse_amount_with(text, decimals[fact.value]) if text else None
        if value is not None:
            tally.add(value)
        elif text:
            self._add_error(f"line {line}: {text!r} in column {fact.value!r} is not a number")
        else:
            self._leave_out(f"no {fact.value}", line)

    def _value_columns(self) -> set[str]:
        """The columns whose numbers are aggregated."""
        return {fact.value for fact in self._map.facts if fact.value}

    def _decimal(self, column: str) -> DecimalSign:
        """A column's decimal sign: the map's, or detected from the column's numbers. Raises Refused if ambiguous."""
        if self._map.decimal is not None:
            return self._map.decimal
        cells = ((line, row[column]) for line, row in self._file.rows())
        return column_decimal_sign(column, cells, self._board.number_format)

    # -- what was left out

    def _leave_out(self, reason: str, line: int) -> None:
        """Note that a row is left out, and why."""
        rows = self._left_out.setdefault(reason, LeftOut())
        rows.count += 1
        if len(rows.lines) < MAX_LINES:
            rows.lines.append(line)

    def _add_error(self, message: str) -> None:
        """Note an error; one more than MAX_LINES are kept, enough to show that there are more."""
        if len(self._errors) <= MAX_LINES:
            self._errors.append(message)

    # -- names of members

    def _find_handle(self, name: str) -> str | None:
        """The handle of the member that a name in the file means; None if there is none. Looked up once a name."""
        if name not in self._handles:
            try:
                self._handles[name] = find_member(self._board, self._mapped.get(comparable(name), name)).handle
            except NotFound:
                self._handles[name] = None
                self._namesakes[name] = [m.handle for m in find_members(self._board, name)]
        return self._handles[name]

    def _similar_names(self, name: str) -> list[str]:
        """Up to two names of members that are similar to an unknown name."""
        names = {comparable(m.name): m.name for m in self._board.members} | {
            m.handle: m.name for m in self._board.members
        }
        return list(dict.fromkeys(names[n] for n in get_close_matches(comparable(name), names, n=2)))

    # -- the facts

    def _facts(self, last: date) -> Iterator[NewFact]:
        """The facts of the map with their values for each member and period."""
        for fact, tallies in zip(self._map.facts, self._tallies, strict=True):
            for handle in dict.fromkeys(handle for handle, _ in tallies):
                goal = self._find_goal(fact.goal, handle) if fact.goal else None
                period_tallies = {starts: tally for (member, starts), tally in tallies.items() if member == handle}
                for starts, value, rows in _values(fact, period_tallies, last):
                    last_day = min(period_end(starts, fact.period), last) if starts else last
                    yield NewFact(
                        member=handle,
                        name=fact.name,
                        value=value,
                        on=last_day,
                        starts=starts,
                        unit=fact.unit,
                        rows=rows,
                        goal=goal,
                    )

    def _totals(self) -> dict[str, float]:
        """The sums and counts over all members and days, by name of the fact, to compare with the file."""
        summed = [i for i, fact in enumerate(self._map.facts) if fact.aggregate in ("sum", "count")]
        return {self._map.facts[i].name: sum(t.total for t in self._tallies[i].values()) for i in summed}

    def _find_goal(self, goal_name: str, handle: str) -> RecordId:
        """The id of the member's goal with the id or title `wanted`, or the only one with it in its title.

        Raises Refused if there is none, or several.
        """
        goals = [
            g for g in self._board.goals_of(handle) if goal_name.casefold() in (g.id.casefold(), g.title.casefold())
        ]
        goals = goals or [g for g in self._board.goals_of(handle) if goal_name.casefold() in g.title.casefold()]
        if len(goals) != 1:
            count = "no goal" if not goals else f"{len(goals)} goals"
            raise Refused(
                f"{handle} has {count} with {goal_name!r} in its title: use the goal's id or its whole title."
            )
        return goals[0].id


def _values(fact: FactForm, tallies: dict[date | None, _Tally], last: date) -> Iterator[tuple[date | None, float, int]]:
    """Each period's first day (None: all days), value and number of rows, oldest first.

    A running total has a value for every period up to `last`; other facts only for periods with rows.
    """
    if fact.running is None:
        for starts in sorted(tallies, key=lambda day: day or date.min):
            tally = tallies[starts]
            value = _value(fact, tally)
            if value is not None:
                yield starts, value, tally.rows if fact.aggregate != "ratio" else tally.of
        return
    starts = period_start(fact.running, fact.period)
    total, rows = 0.0, 0
    while starts is not None and starts <= last:
        if starts in tallies:
            total, rows = total + tallies[starts].total, rows + tallies[starts].rows
        yield starts, total, rows
        starts = period_end(starts, fact.period) + timedelta(days=1)


def _value(fact: FactForm, tally: _Tally) -> float | None:
    """The value of an aggregate; None without rows. A ratio in the unit % is in percent, else 0 to 1."""
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


def period_start(day: date, length: PeriodLength) -> date | None:
    """The first day of the period that contains `day`; None for the length `all`. Weeks begin on Monday."""
    match length:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month" | "quarter" | "year":
            return start_of_months(day, _MONTHS[length])
        case "all":
            return None


def period_end(starts: date, length: PeriodLength) -> date:
    """The last day of the period that begins on `starts`."""
    if length in ("day", "all"):
        return starts
    if length == "week":
        return starts + timedelta(days=6)
    return add_months(starts, _MONTHS[length]) - timedelta(days=1)


def _allowed_texts(condition: Condition) -> dict[str, set[str]]:
    """The texts that a condition allows in each column, case-folded, as `_matches` compares them."""
    texts_by_column = {}
    for column, allowed in condition.items():
        values = allowed if isinstance(allowed, list) else [allowed]
        texts_by_column[column] = {str(w).strip().casefold() for w in values}
    return texts_by_column


def _matches(condition: dict[str, set[str]], row: dict[str, str]) -> bool:
    """Whether a row has an allowed text in every column of a condition."""
    return all(row[column].strip().casefold() in allowed for column, allowed in condition.items())
