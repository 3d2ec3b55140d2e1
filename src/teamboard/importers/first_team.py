"""A first team, from a short form or a CSV file: the same plain values that a team in YAML has, and built as one.

docs/team-csv.md describes the CSV.
"""

from __future__ import annotations

import codecs
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from teamboard.actions.base import Actor, find_member, perform
from teamboard.actions.renaming import is_handle
from teamboard.actions.team import ClaimLogin
from teamboard.domain.amounts import CURRENCIES, AmbiguousNumber, parse_amount
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.ids import is_record_id
from teamboard.domain.input_parsing import RESERVED_HANDLES, is_timezone, parse_ramp
from teamboard.domain.people import describe_namesakes
from teamboard.domain.periods import quarter_of
from teamboard.domain.records import Period
from teamboard.domain.records.names import comparable
from teamboard.domain.sanitize import one_line
from teamboard.importers.csv_file import CsvFile
from teamboard.importers.source_file import STDIN, source_file
from teamboard.importers.team import build_board, read_team
from teamboard.importers.yaml_text import MAX_BYTES, Document, Place
from teamboard.store.codec import BoardFile, advance

NAME, MANAGER, GOAL = "name", "manager", "goal"
PER_WEEK, FIRST_DAY, AWAY, LEFT = "per week", "first day", "away", "left"
COLUMNS = (
    NAME,
    "handle",
    MANAGER,
    "title",
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

MOST_NAMED = 8
"""How many members a refusal names."""

_TARGET = re.compile(rf"([{CURRENCIES}]?)\s*([\d.,_'’\s\u00a0\u202f]*\d\s?(?:[kKmMbB](?!\w))?)\s*(\D*)", re.ASCII)
_YAML_LINE = re.compile(rb"""---|[{%]|[^,;|\t]*:(?:\s|$)""")
_ABSENCE = re.compile(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)(?:: (.*))?", re.ASCII)
_NEXT_ABSENCE = re.compile(r";\s*(?=\d{4}-\d\d-\d\d to )", re.ASCII)
_NOT_IN_HANDLES = re.compile(r"[^a-z0-9._-]+")


class _People:
    """The members of a team that is read, by handle and by name."""

    def __init__(self) -> None:
        self.handles: dict[str, str] = {}
        """The name of each, by handle."""
        self._named: dict[str, list[str]] = {}

    def add(self, name: str, handle: str) -> bool:
        """Add somebody; False if they are there already. Two may have one name."""
        if comparable(self.handles.get(handle, "")) == comparable(name):
            return False
        self.handles[handle] = name
        self._named.setdefault(comparable(name), []).append(handle)
        return True

    def named(self, name: str) -> list[str]:
        """The handles of those who have a name."""
        return self._named.get(comparable(name), [])

    def find(self, who: str, place: str, *, by_first_name: bool = False) -> str:
        """The handle of somebody by handle or name. Raises Refused if none, or several, have it."""
        found = [who] if who in self.handles else self.named(who)
        if by_first_name and who not in self.handles:
            wanted = comparable(who)
            found = [
                handle
                for handle, name in self.handles.items()
                if wanted in (comparable(handle), comparable(name), comparable(name.split()[0]))
            ]
        if not found:
            raise Refused(f"{place}: there is no member {one_line(who)!r}.")
        if len(found) > 1:
            raise Refused(f"{place}: {describe_namesakes(who, found)}")
        return found[0]


class _Row(NamedTuple):
    """A row of a CSV file: its line, its cells by column, and the handle of the member that it is about."""

    line: int
    cells: dict[str, str]
    handle: str


class FirstTeam(Struct, frozen=True, kw_only=True):
    """What the guided form asks: the team, its period, you, and one line a member and a goal.

    `handle` is yours; by default it is made from your name.
    """

    team: str
    period: str
    starts: str
    ends: str
    you: str
    handle: str = ""
    members: Sequence[str] = ()
    goals: Sequence[str] = ()


def from_form(form: FirstTeam, now: datetime, by: Actor) -> BoardFile:
    """The board of a first team. Raises Refused, with the line that can't be used."""
    document = _document(form.team, Period(form.period, *_days(form)))
    you = (form.handle or propose_handle(form_name(form.you))).removeprefix("@")
    if you in RESERVED_HANDLES:
        raise Refused(f"{you!r} is a word of the command line: choose another handle.")
    if is_record_id(you.upper()):
        raise Refused(f"{you!r} looks like the id of a record: choose another handle.")
    if not is_handle(you):
        allowed = "use lower-case letters, digits, . _ and -"
        raise Refused(f"{one_line(you)!r} is not a valid handle: {allowed}, such as {propose_handle(form.you)}.")
    people = _People()
    for i, line in enumerate([form.you, *form.members]):
        name, _, title = (part.strip() for part in line.partition(","))
        if not name:
            raise Refused("Your name is missing." if i == 0 else f"members, line {i}: the name is missing.")
        handle = you if i == 0 else propose_handle(name, people.handles)
        people.add(name, handle)
        member: dict[str, Any] = {"handle": handle, "name": name, "title": title}
        member |= {"logins": [by.login] if by.login else []} if i == 0 else {"manager": you}
        document.append("members", member, Place("members", max(i, 1)))
    for i, line in enumerate(form.goals, start=1):
        document.append("goals", _goal(line, i, people), Place("goals", i))
    return build_board(document, now, by, founded=now)


def claim_member(file: BoardFile, member: str, now: datetime, by: Actor) -> BoardFile:
    """The file of a new board in which `by` is a member: by handle or name, with their login. Raises Refused."""
    try:
        who = find_member(file.board, member)
    except NotFound:
        handles = ", ".join(islice((m.handle for m in file.board.members), MOST_NAMED))
        raise Refused(f"The team has no member {member!r}, but {handles}: say with --as who you are.") from None
    if not by.login or by.login in who.logins:
        return file
    if who.logins:
        raise Refused(
            f"The login of {who.name} is {who.logins[0]} in that team, yours is {by.login}: correct it there, or leave "
            "out --as. No board was created."
        )
    board, entry, changes = perform(file.board, ClaimLogin(), Actor(who.handle, by.login, by.host), now)
    return advance(file, board, changes, entry)


def form_name(line: str) -> str:
    """The name in a line of the form."""
    return line.partition(",")[0].strip()


def _days(form: FirstTeam) -> tuple[date, date]:
    try:
        return date.fromisoformat(form.starts), date.fromisoformat(form.ends)
    except ValueError as error:
        raise Refused(f"The period's days are written like 2026-10-01 ({error}).") from None


def _document(team: str, period: Period) -> Document:
    document = Document()
    form = {
        "name": one_line(team),
        "timezone": local_timezone(),
        "period": {"name": one_line(period.name), "starts": period.starts.isoformat(), "ends": period.ends.isoformat()},
    }
    document.put("team", form, Place("team", 1))
    return document


def propose_handle(name: str, taken: Iterable[str] = ()) -> str:
    """The first free handle for a name: the first name, first name and initial, or first name and number."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [_NOT_IN_HANDLES.sub("", word).strip("._-") for word in plain.split()]
    words = [word for word in words if word] or ["member"]
    first = words[0][:24]
    options = [first, f"{first}.{words[-1][0]}", *(f"{first}{i}" for i in range(2, 1000))]
    used = {*taken, *RESERVED_HANDLES}
    return next(option for option in options if option not in used and not is_record_id(option.upper()))


def _goal(line: str, number: int, people: _People) -> dict[str, Any]:
    """A goal from `Ana: ARR Iberia = €1.2M`, or, done or not, from `Ana: Mentor a colleague`."""
    who, colon, rest = line.partition(":")
    title, equals, target = (part.strip() for part in rest.rpartition("=")) if "=" in rest else (rest.strip(), "", "")
    if not colon or not title:
        raise Refused(f"goals, line {number}: write whose it is, what, and how much: Ana: Discovery calls = 120 calls.")
    goal: dict[str, Any] = {"key": f"goal-{number}", "title": title}
    goal["owner"] = people.find(who.strip(), f"goals, line {number}", by_first_name=True)
    if equals:
        goal["metric"] = _metric(target, number)
    return goal


def _metric(text: str, number: int) -> dict[str, Any]:
    match = _TARGET.fullmatch(text)
    place = f"goals, line {number}"
    if match is None:
        raise Refused(f"{place}: {one_line(text)!r} is not a number; write €1.2M or 120 calls.")
    target = _number(match[2], place)
    return {"unit": match[1] or match[3].strip(), "start": 0, "target": target}


def _number(text: str, place: str) -> float:
    """A number of a team that has not said yet how it writes them. Raises Refused, with the place."""
    try:
        return parse_amount(text, None)
    except AmbiguousNumber as error:
        raise Refused(f"{place}: {error.both}: write one of these.") from None
    except Refused as error:
        raise Refused(f"{place}: {error}") from None


def from_source(source: Path, team: str, now: datetime, by: Actor) -> BoardFile:
    """The board of a team in a CSV file, or in a file or folder of YAML. Raises Refused.

    A pipe or `-`, the standard input, may give either, and is read once.
    """
    if source.suffix.lower() == ".csv":
        return from_csv(source, team, now, by)
    if source.is_dir() or (source != STDIN and source.is_file()):
        return read_team(source, now, by)
    with source_file(source, MAX_BYTES) as copy:
        return read_team(copy, now, by) if _is_yaml(copy) else from_csv(copy, team, now, by)


def _is_yaml(path: Path) -> bool:
    """True if the first line with content looks like YAML, and not like the header of a CSV file."""
    with path.open("rb") as file:
        lines = (line.removeprefix(codecs.BOM_UTF8).strip() for line in file)
        first = next((line for line in lines if line and not line.startswith(b"#")), b"")
    return not first or _YAML_LINE.match(first) is not None


def from_csv(path: Path, team: str, now: datetime, by: Actor) -> BoardFile:
    """The board of a team in a CSV file. Raises Refused, with file and line."""
    with source_file(path) as copy:
        return _from_csv(CsvFile(copy, [NAME]), path, team, now, by)


def _from_csv(file: CsvFile, path: Path, team: str, now: datetime, by: Actor) -> BoardFile:
    unknown = [name for name in file.header if name and name not in COLUMNS]
    if unknown:
        raise Refused(f"{path.name}, line 1: there is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}.")
    today = now.astimezone().date()
    document = _document(team, quarter_of(today))
    people = _People()
    rows: list[_Row] = []
    found = [(line, {k: v.strip() for k, v in row.items() if k}) for line, row in file.rows()]
    given = {cells.get("handle", "") for _, cells in found}
    for line, cells in found:
        name, place = cells[NAME], f"{path.name}, line {line}"
        handle = cells.get("handle", "")
        if not handle:
            known = people.named(name)
            handle = people.find(name, place) if known else propose_handle(name, {*given, *people.handles})
        rows.append(_Row(line, cells, handle))
        if name and people.add(name, handle):
            member: dict[str, Any] = {"handle": handle, "name": name, "title": cells.get("title", "")}
            document.append("members", member | _joining(cells, path.name, line), Place(path.name, line))
            _absences(document, rows[-1], today, path.name)
    if not people.handles:
        raise Refused(f"{path.name}: it has no members.")
    _managers(document, rows, people, path.name, has_column=MANAGER in file.header)
    _csv_goals(document, rows, path.name)
    return build_board(document, now, by, founded=now)


def _csv_goals(document: Document, rows: Iterable[_Row], file: str) -> None:
    """Enter the goals of the rows. Raises Refused, with file and line."""
    leavers = {leaving["member"] for leaving in document.values.get("leaving", [])}
    for i, (line, cells, handle) in enumerate(rows, start=1):
        if not cells[NAME]:
            raise Refused(f"{file}, line {line}: the name is missing.")
        if cells.get(GOAL):
            if handle in leavers:
                who = one_line(cells[NAME])
                raise Refused(f"{file}, line {line}: {who} leaves: give the goal to somebody who stays.")
            document.append("goals", _csv_goal(cells, i, handle, f"{file}, line {line}"), Place(file, line))


def _joining(row: dict[str, str], file: str, line: int) -> dict[str, Any]:
    """The first day that counts and the ramp of a member who joins in the middle. Raises Refused."""
    try:
        ramp = {"ramp": list(parse_ramp(row["ramp"]))} if row.get("ramp") else {}
    except Refused as error:
        raise Refused(f"{file}, line {line}: {error}") from None
    return ramp | ({"starts": row[FIRST_DAY]} if row.get(FIRST_DAY) else {})


def _away(row: dict[str, str], place: str) -> Iterator[dict[str, str]]:
    """The days away in a cell such as `2026-11-13 to 2026-11-17: Moving house`, or several. Raises Refused."""
    for text in _NEXT_ABSENCE.split(row.get(AWAY, "")):
        match = _ABSENCE.fullmatch(text.strip())
        if match is not None:
            yield {"starts": match[1], "ends": match[2], "note": match[3] or ""}
        elif text.strip():
            raise Refused(
                f"{place}: {one_line(text)!r} is not days away; write 2026-11-13 to 2026-11-17: Moving house."
            )


def _absences(document: Document, row: _Row, today: date, file: str) -> None:
    """Enter the days away of a row's member, and the day from which they are off the team. Raises Refused."""
    place, entry = f"{file}, line {row.line}", {"member": row.handle}
    for away in _away(row.cells, place):
        document.append("away", entry | away, Place(file, row.line))
    if row.cells.get(LEFT):
        document.append("leaving", entry | {"day": _last_day(row.cells, today, place)}, Place(file, row.line))


def _last_day(row: dict[str, str], today: date, place: str) -> str:
    """The day from which a member is off the team. Raises Refused for one who left before the board begins."""
    try:
        day = date.fromisoformat(row[LEFT])
    except ValueError:
        raise Refused(f"{place}: {one_line(row[LEFT])!r} is not a date; try 2026-12-31.") from None
    if day < today:
        raise Refused(f"{place}: {one_line(row[NAME])} left before this board begins, on {day}: leave the row out.")
    return day.isoformat()


def _managers(document: Document, rows: Iterable[_Row], people: _People, file: str, *, has_column: bool) -> None:
    """Set managers from the column, or, without it, the first member for all others; sort managers first."""
    members = document.values["members"]
    first = members[0]["handle"]
    named: dict[str, str] = {}
    for line, cells, handle in rows:
        wanted = cells.get(MANAGER, "")
        if wanted and cells[NAME]:
            named[handle] = people.find(wanted, f"{file}, line {line}")
    for member in members:
        manager = named.get(member["handle"]) if has_column else first
        if manager is not None and manager != member["handle"]:
            member["manager"] = manager
    # A manager comes before those who report to them.
    order = [m["handle"] for m in members]
    members.sort(key=lambda m: (_depth(m["handle"], named if has_column else {}), order.index(m["handle"])))


def _depth(handle: str, managers: dict[str, str]) -> int:
    depth = 0
    while handle in managers and depth <= len(managers):
        handle, depth = managers[handle], depth + 1
    return depth


def _csv_goal(row: dict[str, str], number: int, owner: str, place: str) -> dict[str, Any]:
    goal: dict[str, Any] = {"key": f"goal-{number}", "owner": owner, "title": row[GOAL]}
    goal |= {name: row[name] for name in ("kind", "starts", "due") if row.get(name)}
    if row.get("weight"):
        goal["weight"] = _number(row["weight"], f"{place}, field weight")
    if row.get(PER_WEEK):
        goal["activity"] = {"unit": row.get("unit", ""), "per_week": row[PER_WEEK]}
    if row.get("target"):
        goal["metric"] = {"unit": row.get("unit", ""), "start": row.get("start") or 0, "target": row["target"]}
    return goal


def local_timezone() -> str:
    """The name of this machine's time zone, or UTC."""
    named = os.environ.get("TZ", "").lstrip(":") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    return named if is_timezone(named) else "UTC"
