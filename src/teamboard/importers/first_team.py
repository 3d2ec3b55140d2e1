"""A first team, from a short form: the same plain values that a team in YAML has, and built as one."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from msgspec import Struct

from teamboard.actions.base import Actor, find_member, perform
from teamboard.actions.renaming import is_handle
from teamboard.actions.team import ClaimLogin
from teamboard.domain.amounts import CURRENCIES, SCALE_WORDS, AmbiguousNumber, NumberFormat, parse_amount
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.ids import is_record_id
from teamboard.domain.input_parsing import RESERVED_HANDLES, is_timezone
from teamboard.domain.people import describe_namesakes
from teamboard.domain.records import NumberStyle, Period
from teamboard.domain.records.names import comparable
from teamboard.domain.sanitize import one_line
from teamboard.importers.fact_names import similar_names
from teamboard.importers.team import build_board
from teamboard.importers.yaml_text import Document, Place
from teamboard.store.codec import BoardFile, advance

MOST_NAMED = 8
"""How many members a refusal names."""

_SCALES = f"(?:[kmb]|(?:{'|'.join(SCALE_WORDS)})\\.?)(?!\\w)"
_TARGET = re.compile(
    rf"([{CURRENCIES}]?)\s*([\d.,_'’\s\u00a0\u202f]*\d\s?(?:{_SCALES})?)\s*(\D*)", re.ASCII | re.IGNORECASE
)
_NOT_IN_HANDLES = re.compile(r"[^a-z0-9._-]+")


class People:
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
            similar = " or ".join(map(one_line, similar_names(who, self.handles)))
            raise Refused(f"{place}: there is no member {one_line(who)!r}{f'; perhaps {similar}' if similar else ''}.")
        if len(found) > 1:
            raise Refused(f"{place}: {describe_namesakes(who, found)}")
        return found[0]


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
    document = new_document(form.team, Period(form.period, *_days(form)))
    you = (form.handle or propose_handle(form_name(form.you))).removeprefix("@")
    if you in RESERVED_HANDLES:
        raise Refused(f"{you!r} is a word of the command line: choose another handle.")
    if is_record_id(you.upper()):
        raise Refused(f"{you!r} looks like the id of a record: choose another handle.")
    if not is_handle(you):
        allowed = "use lower-case letters, digits, . _ and -"
        raise Refused(f"{one_line(you)!r} is not a valid handle: {allowed}, such as {propose_handle(form.you)}.")
    people = People()
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


def new_document(team: str, period: Period, numbers: NumberStyle = "") -> Document:
    """A document with a team, its period and how it writes numbers, in the time zone of this machine."""
    document = Document()
    form = {
        "name": one_line(team),
        "timezone": local_timezone(),
        "numbers": numbers,
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


def _goal(line: str, number: int, people: People) -> dict[str, Any]:
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
    target = number_in(match[2], place)
    return {"unit": match[1] or match[3].strip(), "start": 0, "target": target}


def number_in(text: str, place: str, format: NumberFormat | None = None, hint: str = "") -> float:
    """A number in the format of the team, if it has one. Raises Refused, with the place.

    `hint` is said of a number that can be read in two ways.
    """
    try:
        return parse_amount(text, format)
    except AmbiguousNumber as error:
        raise Refused(f"{place}: {error.both}: write one of these{hint}.") from None
    except Refused as error:
        raise Refused(f"{place}: {error}") from None


def local_timezone() -> str:
    """The name of this machine's time zone, or UTC."""
    named = os.environ.get("TZ", "").lstrip(":") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    return named if is_timezone(named) else "UTC"
