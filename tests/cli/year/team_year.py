"""A team's year, line by line on the command line, in a file or on PostgreSQL; and what the lines say, to reckon with.

Two leave, one of them a manager; one joins, with a ramp; one is away for two weeks; managers swap places.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from unittest.mock import patch

from msgspec import Struct

from teamboard.domain.board import Board
from tests.conftest import Run

CHECK_IN, FEEDBACK = 20, 25
"""The cadences of the team in days. Every day is a working day."""

TEAM = f"""\
team:
  name: Northwind
  timezone: Etc/UTC
  period: {{name: "2026", starts: 2026-01-01, ends: 2026-12-31}}
  cadence: {{check_in: {CHECK_IN}, feedback: {FEEDBACK}, one_on_one: 400, review: 400}}
  working_days: [mon, tue, wed, thu, fri, sat, sun]
members:
  - {{handle: mara, name: Mara Lind}}
  - {{handle: dana, name: Dana Moss, manager: mara}}
  - {{handle: otto, name: Otto Berg, manager: mara}}
  - {{handle: ana, name: Ana Ruiz, manager: dana}}
  - {{handle: ben, name: Ben Okafor, manager: dana}}
  - {{handle: pau, name: Pau Ferrer, manager: otto}}
  - {{handle: ines, name: Inés Vidal, manager: otto}}
team_goals:
  - {{key: arr, title: New ARR, metric: {{unit: k€, target: 1400}}, rolls_up: sum}}
  - {{key: partners, title: Partners, owner: otto, metric: {{unit: partners, target: 24}}, rolls_up: own}}
goals:
  - {{key: ana, owner: ana, title: ARR Iberia, metric: {{unit: k€, target: 300}}, aligned: arr}}
  - {{key: ben, owner: ben, title: ARR Nordics, metric: {{unit: k€, target: 300}}, aligned: arr}}
  - {{key: pau, owner: pau, title: ARR Benelux, metric: {{unit: k€, target: 300}}, aligned: arr}}
  - {{key: ines, owner: ines, title: ARR Alps, metric: {{unit: k€, target: 300}}, aligned: arr}}
  - {{key: tender, owner: ben, title: Tender course, kind: skill, milestones: [{{name: Part 1}}, {{name: Exam}}]}}
"""
NOW_CALLED = {"zoe": "zora"}
"""The handle that a member has got, by the one before."""
HANDLES = ("mara", "dana", "otto", "ana", "ben", "pau", "ines", "zoe")


class Place(Protocol):
    """Where the board of a year is."""

    def options(self, by: str) -> list[str]:
        """The options with which a member opens the board."""
        ...

    def set_clock(self, now: datetime) -> None:
        """Let the server of the board, if there is one, take `now` for the time."""
        ...

    def board(self) -> Board:
        """The board, as its administrator reads it."""
        ...


class CheckIn(Struct, frozen=True):
    """A value of a goal, as of a day."""

    goal: str
    day: date
    value: float


class Feedback(Struct, frozen=True):
    """That somebody gave feedback on a day; by the handles of today, `zoe` is `zora`."""

    giver: str
    to: str
    day: date


class Year:
    """The year of a team: what is done, each at noon of its day, and what there is to reckon with."""

    def __init__(self, run: Run, place: Place) -> None:
        self.run, self.place = run, place
        self.day = date(2026, 1, 1)
        self._commits = 0
        self.check_ins: list[CheckIn] = []
        self.feedback: list[Feedback] = []

    def now(self, _: object = None) -> datetime:
        """Noon of the day, a second later with each command."""
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC) + timedelta(seconds=self._commits)

    def command(self, by: str, *line: str) -> str:
        """What a command prints to a member on this day. It must not be refused."""
        self._commits += 1
        self.place.set_clock(self.now())
        with patch("teamboard.store.base.datetime", self):
            found = self.run(*line, *self.place.options(by))
        assert (found.returncode, found.stderr) == (0, ""), (self.day, by, line, found.stderr)
        return found.stdout

    def json(self, *line: str, by: str = "dana") -> Any:
        return json.loads(self.command(by, *line, "--json"))

    def check_in(self, by: str, goal: str, value: float) -> None:
        self.command(by, "checkin", goal, f"{value:g}")
        self.check_ins.append(CheckIn(goal, self.day, value))

    def give_feedback(self, giver: str, to: str) -> None:
        self.command(giver, "feedback", "give", to, f"Well done in {self.day:%B}")
        self.feedback.append(Feedback(NOW_CALLED.get(giver, giver), NOW_CALLED.get(to, to), self.day))

    def begin(self, day: date) -> date:
        """Go on to a day."""
        self.day, self._commits = day, 0
        return day


LINES: dict[date, tuple[tuple[str, str], ...]] = {
    # A newcomer, who is expected to reach a quarter in the first month, and acknowledges the goal that is set.
    date(2026, 3, 2): (
        ("dana", "member add zoe 'Zoe Lang' --manager dana --starts 2026-03-02 --ramp 25,50,75"),
        ("dana", "goal add 'ARR Baltics' --owner zoe --target 200 --unit k€ --align T1"),
        ("zoe", "revision acknowledge V1"),
    ),
    # Two weeks away, which were to be longer.
    date(2026, 4, 5): (("ines", "member away ines 2026-04-06 2026-04-30 -m 'parental leave'"),),
    date(2026, 4, 18): (("otto", "member away ines --back 2026-04-20"),),
    # Somebody leaves, and a colleague takes the rest of the territory.
    date(2026, 5, 11): (
        ("dana", "member leave ben today --goals-to pau"),
        ("pau", "revision acknowledge V3"),
    ),
    # Two managers swap places.
    date(2026, 7, 1): (
        ("mara", "member change dana --manager none"),
        ("dana", "member change mara --manager dana"),
        ("dana", "member change otto --manager dana"),
        ("dana", "member change ana --manager mara"),
    ),
    # A manager leaves in two weeks.
    date(2026, 9, 1): (("dana", "member leave otto 2026-09-15 --reports-to mara"),),
    # Somebody gets another handle, and name.
    date(2026, 10, 1): (
        ("dana", "member rename zoe zora"),
        ("dana", "member change zora --name 'Zora Lang'"),
    ),
    # Two propose a goal of their own; one of them is agreed.
    date(2026, 11, 2): (
        ("zora", "goal add 'ARR Poland' --target 50 --unit k€ --align T1 --starts 2026-11-02"),
        ("ana", "goal add 'ARR Malta' --target 40 --unit k€ --align T1"),
    ),
    date(2026, 11, 4): (
        ("dana", "revision agree V4"),
        ("mara", "revision decline V5 -m 'Not this year'"),
    ),
    # A goal goes to a colleague: what was reached stays, and both acknowledge it.
    date(2026, 12, 1): (
        ("mara", "goal hand-over G3 --to ines"),
        ("pau", "revision acknowledge V6"),
        ("ines", "revision acknowledge V7"),
    ),
}
"""What is done on a day besides check-ins, on the 5th of a month, and feedback, on the 10th: by whom, and the line."""
LOOKED_AT = (
    date(2026, 4, 12),
    date(2026, 4, 18),
    date(2026, 7, 1),
    date(2026, 9, 1),
    date(2026, 9, 15),
    date(2026, 11, 3),
    date(2026, 12, 1),
)
"""Days on which somebody is away, managers have changed or goals are proposed, beside each month's last day."""


def play(year: Year) -> Iterator[date]:
    """Play the year; yields the days on which the board is looked at, with all that was done on it."""
    for number in range(365):
        day = year.begin(date(2026, 1, 1) + timedelta(days=number))
        if day.day == 5:
            for by, goal, value in check_ins_of(day):
                year.check_in(by, goal, value)
        if day.day == 10:
            for giver, to in feedback_of(day):
                year.give_feedback(giver, to)
        for by, line in LINES.get(day, ()):
            year.command(by, *shlex.split(line))
        if day in LOOKED_AT or (day + timedelta(days=1)).day == 1:
            yield day


def check_ins_of(day: date) -> Iterator[tuple[str, str, float]]:
    """Who checks in on which goal on the 5th of a month, with the value."""
    owners, month = owners_on(day), day.month
    values = {"G1": 25 * month, "G2": 20 * month, "G3": 15 * month, "G4": 30 * month, "G6": 10 * (month - 3)}
    values |= {"G7": 10 * (month - 5), "G8": 20 * (month - 11) + 10, "T2": 2 * month}
    values |= {"G10": 10 * (month - 11)}
    yield from ((owners[goal], goal, value) for goal, value in values.items() if goal in owners and value > 0)


def feedback_of(day: date) -> Iterator[tuple[str, str]]:
    """Who gives feedback to whom on the 10th of a month: each manager to each report, but in February none to Ana."""
    if day.month == 9:
        # The day on which he leaves has not come.
        yield "otto", "pau"
    managers = managers_on(day)
    yield from ((manager, to) for to, manager in managers.items() if manager and (day.month, to) != (2, "ana"))


def managers_on(day: date) -> dict[str, str | None]:
    """The manager of each member who is on the team on a day, by handle, in the order of the board."""
    team: dict[str, str | None] = {"mara": None, "dana": "mara", "otto": "mara"}
    team |= {"ana": "dana", "ben": "dana", "pau": "otto", "ines": "otto"}
    if day >= date(2026, 3, 2):
        team["zoe"] = "dana"
    if day >= date(2026, 5, 11):
        del team["ben"]
    if day >= date(2026, 7, 1):
        team |= {"dana": None, "mara": "dana", "otto": "dana", "ana": "mara"}
    if day >= date(2026, 9, 1):
        team |= {"pau": "mara", "ines": "mara"}
    if day >= date(2026, 9, 15):
        del team["otto"]
    if day >= date(2026, 10, 1):
        team["zora"] = team.pop("zoe")
    return team


SINCE = {("dana", "mara"): 7, ("dana", "otto"): 7, ("mara", "ana"): 7, ("mara", "pau"): 9, ("mara", "ines"): 9}
"""The month on whose first day a manager has taken over a report from another one."""


def owners_on(day: date) -> dict[str, str]:
    """The owner of each goal that is open on a day, by id."""
    goals = {"T2": "otto" if day < date(2026, 9, 1) else "mara", "G1": "ana", "G3": "pau", "G4": "ines"}
    goals |= {"G2": "ben", "G5": "ben"} if day < date(2026, 5, 11) else {"G7": "pau"}
    if day >= date(2026, 12, 1):
        goals["G10"] = "ines"
        del goals["G3"]
    newcomer = "zoe" if day < date(2026, 10, 1) else "zora"
    goals |= {"G6": newcomer} if day >= date(2026, 3, 2) else {}
    return goals | ({"G8": "zora"} if day >= date(2026, 11, 4) else {})
