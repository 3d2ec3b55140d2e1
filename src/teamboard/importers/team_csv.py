"""A team from a CSV file with a row for each goal; docs/team-csv.md describes it.

All that is wrong with a file is told at once.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from teamboard.actions.base import Actor
from teamboard.domain.amounts import number_format, plural
from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import parse_ramp
from teamboard.domain.periods import quarter_of
from teamboard.domain.records import GOAL_KINDS, NumberStyle
from teamboard.domain.records.names import comparable
from teamboard.domain.sanitize import one_line
from teamboard.importers.csv_file import CsvFile, refuse_workbook
from teamboard.importers.first_team import People, new_document, number_in, propose_handle
from teamboard.importers.source_file import STDIN, source_file
from teamboard.importers.team import build_board, parse_form, read_team
from teamboard.importers.yaml_text import MAX_BYTES, Document, Place, YamlError
from teamboard.store.codec import BoardFile

NAME, MANAGER, GOAL = "name", "manager", "goal"
PER_WEEK, FIRST_DAY, AWAY, LEFT = "per week", "first day", "away", "left"
COLUMNS = (
    NAME,
    "handle",
    MANAGER,
    "title",
    "region",
    "login",
    FIRST_DAY,
    "ramp",
    AWAY,
    LEFT,
    GOAL,
    "kind",
    "unit",
    "start",
    "target",
    PER_WEEK,
    "starts",
    "due",
    "weight",
)
"""The columns of a team in CSV; only the name must be there."""
MOST_ERRORS = 50
"""How many errors of a file are told."""

_YAML_LINE = re.compile(rb"""---|[{%]|[^,;|\t]*:(?:\s|$)""")
_DAY = r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}"
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_ABSENCE = re.compile(rf"({_DAY}) to ({_DAY})(?:: (.*))?", re.ASCII)
_NEXT_ABSENCE = re.compile(rf";\s*(?=(?:{_DAY}) to )", re.ASCII)
_LOGINS = re.compile(r"[;,\s]+")


T = TypeVar("T")


class FileErrors(Refused):
    """Several things that are wrong with a file, each in one line in `errors`; nothing was made of it."""

    def __init__(self, file: str, errors: list[str]) -> None:
        super().__init__(f"{file} has {plural(len(errors), 'error')}; no board was created. The first: {errors[0]}")
        self.file = file
        self.errors = errors


class _Row(NamedTuple):
    """A row of a CSV file: its line, its cells by column, its member's handle, and if it is the first of theirs."""

    line: int
    cells: dict[str, str]
    handle: str
    is_first: bool


def from_source(
    source: Path,
    team: str,
    now: datetime,
    by: Actor,
    tell: Callable[[str], None] | None = None,
    *,
    numbers: NumberStyle = "",
) -> BoardFile:
    """The board of a team in a CSV file, or in a file or folder of YAML. Raises Refused.

    A pipe or `-`, the standard input, may give either, and is read once. `tell` gets what is left out of a CSV file.
    `numbers` is how a CSV file, and its team, writes them; YAML says it itself.
    """

    def read_yaml(path: Path) -> BoardFile:
        if numbers:
            raise Refused(f"--numbers is for a CSV file; in YAML the team says it: numbers: {numbers}.")
        return read_team(path, now, by)

    if source.suffix.lower() == ".csv":
        return from_csv(source, team, now, by, tell, numbers=numbers)
    if source.is_dir():
        return read_yaml(source)
    if source != STDIN and source.is_file():
        _refuse_workbook(source)
        return read_yaml(source)
    with source_file(source, MAX_BYTES) as copy:
        _refuse_workbook(copy)
        return read_yaml(copy) if _is_yaml(copy) else from_csv(copy, team, now, by, tell, numbers=numbers)


def _refuse_workbook(path: Path) -> None:
    """Raise Refused for a workbook; a file that can't be read is told by whoever reads it."""
    try:
        with path.open("rb") as file:
            first_bytes = file.read(4)
    except OSError:
        return
    refuse_workbook(path.name, first_bytes)


def _is_yaml(path: Path) -> bool:
    """True if the first line with content looks like YAML, and not like the header of a CSV file."""
    with path.open("rb") as file:
        lines = (line.removeprefix(codecs.BOM_UTF8).strip() for line in file)
        first = next((line for line in lines if line and not line.startswith(b"#")), b"")
    return not first or _YAML_LINE.match(first) is not None


def from_csv(
    path: Path,
    team: str,
    now: datetime,
    by: Actor,
    tell: Callable[[str], None] | None = None,
    *,
    numbers: NumberStyle = "",
) -> BoardFile:
    """The board of a team in a CSV file. Raises Refused, with file and line; FileErrors if there are several errors."""
    with source_file(path) as copy:
        file = CsvFile(copy, [NAME], known=COLUMNS, has_map=False)
        for note in _left_out(file.header, path.name) if tell else ():
            tell(note)  # type: ignore[misc]  # there are none without it
        return _Reader(file, path.name, now.astimezone().date(), numbers).board(team, now, by)


def _left_out(header: list[str], file: str) -> Iterator[str]:
    """Which columns are left out, as nobody knows them, with known ones that they may be."""
    for name in header:
        if name and name not in COLUMNS:
            similar = get_close_matches(comparable(name), COLUMNS, n=1)
            which = f"did you mean {similar[0]}?" if similar else f"there are {', '.join(COLUMNS)}."
            yield f"{file}: the column {one_line(name)!r} is left out; {which}"


class _Reader:
    """Reads a CSV file to its end, and collects what is wrong with it."""

    def __init__(self, file: CsvFile, name: str, today: date, numbers: NumberStyle) -> None:
        self._file = file
        self._name = name
        self._today = today
        self._numbers: NumberStyle = numbers
        self._people = People()
        self._errors: dict[str, None] = {}

    def board(self, team: str, now: datetime, by: Actor) -> BoardFile:
        """The board of the team in the file. Raises Refused, and FileErrors if there are several errors."""
        document = new_document(team, quarter_of(self._today), self._numbers)
        rows = self._rows()
        if not self._people.handles and not self._errors:
            raise Refused(f"{self._name}: it has no members.")
        managers = self._managers(rows)
        # A manager comes before those who report to them.
        for row in sorted(rows, key=lambda row: _depth(row.handle, managers)):
            self._enter_member(document, row, managers.get(row.handle))
        leavers = {leaving["member"] for leaving in document.values.get("leaving", [])}
        for number, row in enumerate(rows, start=1):
            self._enter_goal(document, row, number, leavers)
        refused = list[str]()
        if rows:
            try:
                file = build_board(self._well_formed(document, now), now, by, founded=now, errors=refused)
            except YamlError as error:
                refused.append(str(error))
        errors = [*self._errors, *refused]
        if len(errors) > 1:
            raise FileErrors(self._name, errors)
        if errors:
            raise Refused(errors[0])
        return file

    def _well_formed(self, document: Document, now: datetime) -> Document:
        """The document with the goals and days away that have the form of such; each of the others is an error."""
        kept = self._without_events(document)
        for member, place in document.entries("members"):
            kept.append("members", member, place)
        for key in ("away", "leaving", "goals"):
            for entry, place in document.entries(key):
                alone = self._without_events(document)
                alone.append("members", document.values["members"][0], place)
                alone.append(key, entry, place)
                if self._checked(partial(parse_form, alone, now)) is not None:
                    kept.append(key, entry, place)
        return kept

    def _without_events(self, document: Document) -> Document:
        """A document with the team of another one, and nobody in it."""
        empty = Document()
        empty.put("team", document.values["team"], Place(self._name, 1))
        return empty

    def _place(self, line: int) -> str:
        return f"{self._name}, line {line}"

    def _rows(self) -> list[_Row]:
        """The rows with a name that is somebody's."""

        def note_width(wrong: str) -> None:
            self._errors[f"{self._name}, {wrong}."] = None

        cells_by_line = [
            (line, {k: v.strip() for k, v in row.items() if k})
            for line, row in self._file.rows(report_error=note_width)
        ]
        given = {cells.get("handle", "") for _, cells in cells_by_line}
        rows = []
        for line, cells in cells_by_line:
            if not cells[NAME]:
                self._errors[f"{self._place(line)}: the name is missing."] = None
                continue
            if (handle := self._handle(line, cells, given)) is not None:
                rows.append(_Row(line, cells, handle, is_first=self._people.add(cells[NAME], handle)))
        return rows

    def _handle(self, line: int, cells: dict[str, str], given: set[str]) -> str | None:
        """The handle of a row's member, given or proposed; None, with an error, if two may be meant."""
        if handle := cells.get("handle", ""):
            return handle
        if not self._people.named(cells[NAME]):
            return propose_handle(cells[NAME], {*given, *self._people.handles})
        return self._checked(lambda: self._people.find(cells[NAME], self._place(line)))

    def _checked(self, read: Callable[[], T]) -> T | None:
        """What `read` returns; None, with an error, if it raises Refused."""
        try:
            return read()
        except Refused as error:
            self._errors[str(error)] = None
            return None

    def _enter_member(self, document: Document, row: _Row, manager: str | None) -> None:
        """Enter the member of a row, if it is the first one that is about them."""
        if not row.is_first:
            return
        cells, place = row.cells, self._place(row.line)
        member: dict[str, Any] = {"handle": row.handle, "name": cells[NAME], "title": cells.get("title", "")}
        member["region"] = cells.get("region", "")
        member["logins"] = [login for login in _LOGINS.split(cells.get("login", "")) if login]
        if manager is not None and manager != row.handle:
            member["manager"] = manager
        member |= self._checked(lambda: _joining(cells, place)) or {}
        document.append("members", member, Place(self._name, row.line))
        entry = {"member": row.handle}
        for away in self._checked(lambda: [*_away(cells, place)]) or ():
            document.append("away", entry | away, Place(self._name, row.line))
        if cells.get(LEFT) and (day := self._checked(lambda: _last_day(cells, self._today, place))):
            document.append("leaving", entry | {"day": day}, Place(self._name, row.line))

    def _managers(self, rows: list[_Row]) -> dict[str, str]:
        """The managers by the handles of their reports: of the column, or, without it, the first member for all."""
        if MANAGER not in self._file.header:
            return {row.handle: rows[0].handle for row in rows if row.handle != rows[0].handle}
        managers: dict[str, str] = {}
        for line, cells, handle, _ in rows:
            if wanted := cells.get(MANAGER, ""):
                manager = self._checked(partial(self._people.find, wanted, f"{self._place(line)}, field manager"))
                managers |= {handle: manager} if manager else {}
        return managers

    def _enter_goal(self, document: Document, row: _Row, number: int, leavers: set[str]) -> None:
        """Enter the goal of a row, if it has one."""
        cells, place = row.cells, self._place(row.line)
        if not cells.get(GOAL):
            return
        if row.handle in leavers:
            who = one_line(cells[NAME])
            self._errors[f"{place}: {who} leaves: give the goal to somebody who stays."] = None
        errors = len(self._errors)
        for check in (_check_kind, _check_days, self._check_numbers):
            self._checked(partial(check, cells, place))
        goal = self._checked(lambda: self._goal(cells, number, row.handle, place))
        if goal is not None and len(self._errors) == errors and row.handle not in leavers:
            document.append("goals", goal, Place(self._name, row.line))

    def _check_numbers(self, row: dict[str, str], place: str) -> None:
        """Raise Refused for a number that can't be read, or only in two ways."""
        for column in ("start", "target", PER_WEEK):
            if text := row.get(column, ""):
                self._number(text, f"{place}, field {column}")

    def _number(self, text: str, place: str) -> float:
        hint = ", or say with `init --numbers` how the file writes them"
        return number_in(text, place, number_format(self._numbers), hint)

    def _goal(self, row: dict[str, str], number: int, owner: str, place: str) -> dict[str, Any]:
        """The goal of a row, with its measure. Raises Refused."""
        goal: dict[str, Any] = {"key": f"goal-{number}", "owner": owner, "title": row[GOAL]}
        goal |= {name: _as_iso(row[name]) for name in ("starts", "due") if row.get(name)}
        if row.get("kind"):
            goal["kind"] = row["kind"].lower()
        if row.get("weight"):
            goal["weight"] = self._number(row["weight"], f"{place}, field weight")
        if row.get(PER_WEEK):
            goal["activity"] = {"unit": row.get("unit", ""), "per_week": row[PER_WEEK]}
        if row.get("target"):
            goal["metric"] = {"unit": row.get("unit", ""), "start": row.get("start") or 0, "target": row["target"]}
        return goal


def _check_kind(row: dict[str, str], place: str) -> None:
    """Raise Refused for a kind that goals do not have."""
    if (kind := row.get("kind", "")) and kind.lower() not in GOAL_KINDS:
        raise Refused(f"{place}, field kind: {one_line(kind)!r} is not a kind of goal: {', '.join(GOAL_KINDS)}.")


def _check_days(row: dict[str, str], place: str) -> None:
    """Raise Refused for the first day or the due day of a goal that can't be read."""
    for column in ("starts", "due"):
        if text := row.get(column, ""):
            _day(text, f"{place}, field {column}")


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(_as_iso(text))
    except ValueError:
        raise Refused(f"{place}: {one_line(text)!r} is not a date; try 2026-12-31 or 31.12.2026.") from None


def _as_iso(text: str) -> str:
    """A day such as 31.12.2026 as 2026-12-31; other texts as they are. With points it is the day that comes first."""
    match = _DOTTED_DAY.fullmatch(text)
    return f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text


def _joining(row: dict[str, str], place: str) -> dict[str, Any]:
    """The first day that counts and the ramp of a member who joins in the middle. Raises Refused."""
    try:
        ramp = {"ramp": list(parse_ramp(row["ramp"]))} if row.get("ramp") else {}
    except Refused as error:
        raise Refused(f"{place}: {error}") from None
    if text := row.get(FIRST_DAY, ""):
        return ramp | {"starts": _day(text, f"{place}, field {FIRST_DAY}").isoformat()}
    return ramp


def _away(row: dict[str, str], place: str) -> Iterator[dict[str, str]]:
    """The days away in a cell such as `2026-11-13 to 2026-11-17: Moving house`, or several. Raises Refused."""
    for text in _NEXT_ABSENCE.split(row.get(AWAY, "")):
        match = _ABSENCE.fullmatch(text.strip())
        if match is not None:
            yield {"starts": _as_iso(match[1]), "ends": _as_iso(match[2]), "note": match[3] or ""}
        elif text.strip():
            raise Refused(
                f"{place}: {one_line(text)!r} is not days away; write 2026-11-13 to 2026-11-17: Moving house."
            )


def _last_day(row: dict[str, str], today: date, place: str) -> str:
    """The day from which a member is off the team. Raises Refused for one who left before the board begins."""
    day = _day(row[LEFT], place)
    if day < today:
        raise Refused(f"{place}: {one_line(row[NAME])} left before this board begins, on {day}: leave the row out.")
    return day.isoformat()


def _depth(handle: str, managers: dict[str, str]) -> int:
    depth = 0
    while handle in managers and depth <= len(managers):
        handle, depth = managers[handle], depth + 1
    return depth
