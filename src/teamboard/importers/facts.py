"""Compute facts from the rows of a CSV file by a fact map: one value for each member and period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from teamboard.actions.facts import ImportFacts, NewFact
from teamboard.domain.amounts import DecimalSign, column_decimal_sign, parse_amount_with
from teamboard.domain.board import Board
from teamboard.domain.goals.progress import checkin_on, value_of
from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import date_in_range
from teamboard.importers.csv_file import CsvFile, ReportProgress
from teamboard.importers.fact_goals import GoalFinder, GoalQuestion, Stretch, stretch_of
from teamboard.importers.fact_map import Condition, FactForm, FactMap
from teamboard.importers.fact_names import OTHER_TEAMS, FactNames, NamedRows
from teamboard.importers.fact_periods import Tally, period_end, period_start, value_of_tally

MAX_LINES = 5
NO_VALUE = frozenset(("", "-", "–", "—", "n/a", "#n/a", "na", "nan", "null", "none", "(blank)", "(empty)"))
"""What systems write in a cell without a number or a day, case-folded."""
TO_COME = "of a day to come, until then"
"""Why a row is left out that is about a day after today, such as the expected close of an open opportunity."""
_KNOWN_DAYS = 5_000
"""How many different texts of days are remembered."""
_DAY = timedelta(days=1)


class LeftOut(Struct):
    """Rows that were left out for one reason: how many, and the first line numbers (up to MAX_LINES)."""

    count: int = 0
    lines: list[int] = []


class ImportPlan(Struct, frozen=True, kw_only=True):
    """What an import of a file would do; `action` does it.

    `totals` are sums and counts over all members, by name of the fact. `left_out` is by reason. `renamed`, `others` and
    `unknown` are by the names in the file: former ones, those that the map ignores as others, and those that match no
    member. `errors` say, by line, what can't be read, `questions` which goals are not told apart. With unknown names,
    errors or questions nothing is imported. `without_goal` counts the facts for which no goal was open.
    """

    action: ImportFacts
    totals: dict[str, float]
    rows: int
    left_out: dict[str, LeftOut]
    unknown: dict[str, NamedRows]
    errors: list[str]
    renamed: dict[str, NamedRows] = {}
    others: dict[str, NamedRows] = {}
    questions: list[GoalQuestion] = []
    without_goal: int = 0

    @property
    def is_clear(self) -> bool:
        """True if all of the file can come in."""
        return not (self.errors or self.unknown or self.questions)

    def names_left_out(self, reason: str) -> dict[str, NamedRows]:
        """The names whose rows are left out for a reason, where that is their name."""
        return self.others if reason == OTHER_TEAMS else {}


class _MemberDay(NamedTuple):
    """The member and the day that a row is about."""

    handle: str
    on: date


class Importer:
    """Plans the import of a CSV file by a fact map. Reads row by row, so that large files need little memory."""

    def __init__(self, board: Board, fact_map: FactMap, file: CsvFile, today: date) -> None:
        """Rows of days after `today` are left out. Raises Refused if the map names a goal that can't be meant."""
        self._board = board
        self._today = today
        self._map = fact_map
        self._file = file
        self._goals = GoalFinder(board, fact_map)
        self._members = FactNames(board, fact_map)
        self._left_out: dict[str, LeftOut] = {}
        self._errors: list[str] = []
        self._questions: dict[tuple[str, str], GoalQuestion] = {}
        self._without_goal = 0
        self._days: dict[str, date] = {}
        self._tallies: list[dict[str, dict[date | None, Tally]]] = [{} for _ in fact_map.facts]
        """By fact, the handle of the member, and the first day of the period."""
        self._conditions = [(_allowed_texts(f.where), _allowed_texts(f.of)) for f in fact_map.facts]
        counting = zip(fact_map.facts, self._conditions, strict=True)
        self._counted = [of if fact.aggregate == "ratio" else where for fact, (where, of) in counting]
        """By fact, the condition of the rows that it counts."""
        self._since = [fact.running or date.min for fact in fact_map.facts]
        """By fact, the first day that it counts."""

    def plan(self, report_progress: ReportProgress | None = None) -> ImportPlan:
        """Read the whole file and return what it would import. Raises Refused if the file can't be read at all."""
        decimals = {column: self._decimal(column) for column in self._value_columns()}
        rows, first, last = 0, date.max, date.min
        for line, row in self._file.rows(report_progress):
            rows += 1
            counted = [i for i, condition in enumerate(self._counted) if _matches(condition, row)]
            if not counted:
                self._leave_out("no fact counts it", line)
                continue
            member_day = self._member_day(line, row)
            if member_day is None:
                continue
            counted = [i for i in counted if member_day.on >= self._since[i]]
            if not counted:
                self._leave_out("no fact counts it", line)
                continue
            first, last = min(first, member_day.on), max(last, member_day.on)
            for i in counted:
                self._add(i, line, row, member_day, decimals)
        facts = tuple(self._facts(last)) if rows and last >= first else ()
        source, link = self._map.source, self._map.link
        return ImportPlan(
            action=ImportFacts(batch=self._map.name, source=source, first=first, last=last, facts=facts, link=link),
            totals=self._totals(),
            rows=rows,
            left_out=self._left_out,
            unknown=self._members.unknown(),
            errors=self._errors,
            renamed=self._members.renamed(),
            others=self._members.others(),
            questions=[*self._questions.values()],
            without_goal=self._without_goal,
        )

    # -- a row

    def _member_day(self, line: int, row: dict[str, str]) -> _MemberDay | None:
        """The member and day of a row; None where it is left out or can't be read, which is noted."""
        name = row[self._map.member].strip()
        if not name:
            self._leave_out("no member", line)
            return None
        handle = self._members.handle(name)
        if handle is None:
            if reason := self._members.why_ignored(name):
                self._leave_out(reason, line)
            elif namesakes := self._members.namesakes(name):
                self._add_error(f"line {line}: {namesakes}")
            return None
        text = row[self._map.date].strip()
        on = self._days.get(text)
        if on is None:
            if text.casefold() in NO_VALUE:
                self._leave_out("no day", line)
                return None
            on = self._parse_day(line, text)
            if on is None:
                return None
            if len(self._days) < _KNOWN_DAYS:
                self._days[text] = on
        if on > self._today:
            self._leave_out(TO_COME, line)
            return None
        return _MemberDay(handle, on)

    def _parse_day(self, line: int, text: str) -> date | None:
        """The day in a cell, by the date format of the map, else ISO 8601; None (and an error) if invalid.

        A time with an offset from UTC is on a day of the team's time zone.
        """
        date_format = self._map.date_format
        try:
            moment = datetime.strptime(text, date_format) if date_format else datetime.fromisoformat(text)  # noqa: DTZ007
            day = moment.date() if moment.tzinfo is None else moment.astimezone(self._board.zone).date()
        except (ValueError, OverflowError):
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
        self, index: int, line: int, row: dict[str, str], member_day: _MemberDay, decimals: dict[str, DecimalSign]
    ) -> None:
        """Add a row to the aggregate of the fact at `index`, for the member and period of the row."""
        fact = self._map.facts[index]
        handle, on = member_day
        starts = period_start(on, fact.period)
        if fact.running is not None and fact.goal and starts is not None:
            starts = max(starts, stretch_of(self._goals.stretches(fact, handle), on).first)
        periods = self._tallies[index].setdefault(handle, {})
        tally = periods.get(starts)
        if tally is None:
            tally = periods[starts] = Tally(keep=fact.aggregate == "median")
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
        elif text.casefold() in NO_VALUE:
            self._leave_out(f"no {fact.value}", line)
        else:
            self._add_error(f"line {line}: {text!r} in column {fact.value!r} is not a number")

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

    # -- the facts

    def _facts(self, last: date) -> Iterator[NewFact]:
        """The facts of the map with their values for each member and period, up to the day `last`."""
        for fact, members in zip(self._map.facts, self._tallies, strict=True):
            if fact.running is not None:
                yield from self._running_totals(fact, members, last)
                continue
            for handle, periods in members.items():
                for starts in sorted(periods, key=lambda day: day or date.min):
                    tally = periods[starts]
                    value = value_of_tally(fact, tally)
                    if value is None:
                        continue
                    rows = tally.of if fact.aggregate == "ratio" else tally.rows
                    on = min(period_end(starts, fact.period), last) if starts else last
                    goal = self._goal(fact, handle, on)
                    yield _new_fact(fact, handle, starts, on, value, rows, goal)

    def _running_totals(
        self, fact: FactForm, members: dict[str, dict[date | None, Tally]], last: date
    ) -> Iterator[NewFact]:
        """A running total for every period up to `last`; it begins anew with each goal, of which it is the value.

        A goal that somebody took over goes on from its value.
        """
        found: dict[str, list[NewFact]] = {handle: [] for handle in members}
        totals = dict.fromkeys(members, (0.0, 0))
        reached: dict[RecordId, float] = {}
        every = [(stretch, handle) for handle in members for stretch in self._goals.stretches(fact, handle)]
        # Whoever had a goal before comes first.
        for stretch, handle in sorted(every, key=lambda item: item[0].first):
            total, rows = (self._base(stretch, reached), 0) if stretch.goals else totals[handle]
            for starts, ends in _periods(fact, stretch, last):
                tally = members[handle].get(starts)
                if tally is not None:
                    total, rows = total + tally.total, rows + tally.rows
                goal = self._goal(fact, handle, max(starts, stretch.first, fact.running or starts))
                if goal is not None:
                    reached[goal] = total
                found[handle].append(_new_fact(fact, handle, starts, min(ends, last), total, rows, goal))
            totals[handle] = total, rows
        for facts in found.values():
            yield from facts

    def _base(self, stretch: Stretch, reached: dict[RecordId, float]) -> float:
        """The value from which a running total goes on at the first day of a goal."""
        goal = self._board.goal(stretch.goals[0]) if stretch.taken_over and len(stretch.goals) == 1 else None
        if goal is None:
            return 0.0
        before = checkin_on(self._board, goal.id, stretch.first - _DAY)
        return reached.get(goal.id, value_of(goal, before))

    def _goal(self, fact: FactForm, handle: str, day: date) -> RecordId | None:
        """The goal of a member that a fact of a day checks in on, if any; with a question if there are several."""
        if fact.goal is None:
            return None
        goals = stretch_of(self._goals.stretches(fact, handle), day).goals
        if len(goals) > 1:
            self._questions.setdefault((fact.name, handle), GoalQuestion(fact.name, handle, goals, day))
        if not goals:
            self._without_goal += 1
        return goals[0] if len(goals) == 1 else None

    def _totals(self) -> dict[str, float]:
        """The sums and counts over all members and days, by name of the fact, to compare with the file."""
        summed = [i for i, fact in enumerate(self._map.facts) if fact.aggregate in ("sum", "count")]
        every = {i: (tally for periods in self._tallies[i].values() for tally in periods.values()) for i in summed}
        return {self._map.facts[i].name: sum(tally.total for tally in tallies) for i, tallies in every.items()}


def _new_fact(
    fact: FactForm, handle: str, starts: date | None, on: date, value: float, rows: int, goal: RecordId | None
) -> NewFact:
    return NewFact(
        member=handle, name=fact.name, value=value, on=on, starts=starts, unit=fact.unit, rows=rows, goal=goal
    )


def _periods(fact: FactForm, stretch: Stretch, last: date) -> Iterator[tuple[date, date]]:
    """The first and the last day of each period of a running total in a stretch, up to the one with the day `last`."""
    day = max(stretch.first, fact.running or date.min)
    while day <= min(stretch.last, last):
        whole = period_start(day, fact.period) or day
        ends = min(period_end(whole, fact.period), stretch.last)
        yield max(whole, stretch.first), ends
        day = ends + _DAY


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
