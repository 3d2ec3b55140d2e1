"""What a team with a CRM plans, does and wins in a year: its goals, quarters and rows, and how its targets rise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from msgspec import Struct

TEAM = """\
team:
  name: Northwind
  timezone: Europe/Madrid
  archive_after: never
  period: {name: Q1 2026, starts: 2026-01-01, ends: 2026-03-31}
members:
  - {handle: mara, name: Mara Lind}
  - {handle: ana, name: Ana Ruiz, manager: mara}
  - {handle: ben, name: Ben Okafor, manager: mara}
  - {handle: dora, name: Dora Papp, manager: mara}
team_goals:
  - {key: t, title: New ARR, rolls_up: sum, metric: {unit: €, target: 38000}}
goals:
  - {key: a, owner: ana, title: ARR Iberia, metric: {unit: €, target: 22000}, aligned: t}
  - {key: b, owner: ben, title: ARR Nordics, metric: {unit: €, target: 16000}, aligned: t}
  - {key: c, owner: ana, title: Meetings, metric: {unit: meetings, target: 50}}
  - {key: d, owner: ben, title: Meetings, metric: {unit: meetings, target: 50}}
  - {key: e, owner: dora, title: Meetings, metric: {unit: meetings, target: 50}}
  - {key: f, owner: ana, title: Demos, kind: skill, metric: {unit: demos, target: 10}}
"""
DEALS_MAP = """\
name: deals
source: CRM
member: Owner
date: Close date
date_format: "%d.%m.%Y"
decimal: ","
facts:
  - {name: Closed-won, aggregate: sum, value: Amount, where: {Stage: Won}, period: week, running: 2026-01-01, unit: €,
     goal: ARR}
"""
UNTIL_HANDED_OVER = "goals: {dora: []}\n"
"""Dora has no goal for deals before she takes Ana's."""
MEETINGS_MAP = """\
name: meetings
source: Calendar
member: who
date: day
facts:
  - {name: Meetings held, aggregate: sum, value: held, period: week, running: 2026-01-01,
     unit: meetings, goal: Meetings}
"""
NAMES = {"ana": "Ana Ruiz", "ben": "Ben Okafor", "dora": "Dora Papp"}
DAY = timedelta(days=1)
BEGUN, END = date(2026, 1, 1), date(2027, 1, 17)
Kind = Literal["deals", "meetings"]


class Row(NamedTuple):
    """A row of one of the files: a won deal, or the meetings of a day; it is in the file from the day `booked`."""

    kind: Kind
    owner: str
    day: date
    amount: float
    booked: date


class Quarter(NamedTuple):
    """A quarter, the day on which it is ended by the turn, and that on which its reviews are held."""

    name: str
    first: date
    last: date
    turned: date
    held: date


QUARTERS = (
    # The Sunday before the turn the files have days of April, for which there is no goal yet.
    Quarter("Q1 2026", date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 6), date(2026, 4, 21)),
    Quarter("Q2 2026", date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 15)),
    Quarter("Q3 2026", date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 14)),
    Quarter("Q4 2026", date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 13)),
)
AFTER = Quarter("Q1 2027", date(2027, 1, 1), date(2027, 3, 31), date.max, date.max)
HANDED_OVER = date(2026, 5, 13)
"""The day on which Dora takes what is left of Ana's goal for deals."""
REVIEWS = {
    date(2026, 2, 10): ("ana",),
    date(2026, 5, 20): ("ana", "dora"),
    date(2026, 8, 12): ("ben",),
    date(2026, 11, 11): ("ana", "dora"),
}
"""Whose reviews are set on a day, for the day on which those of the quarter are held."""
DEMOS = {date(2026, 3, 20): 4, date(2026, 4, 8): 5, date(2026, 6, 18): 7, date(2026, 10, 6): 9}
"""How many demos Ana says that she has held, each on a day."""
ASKED_FOR_HELP, HELPED, CALLED = date(2026, 2, 18), date(2026, 3, 18), date(2026, 8, 19)
RAISE = {"ben": 2500}
"""By how much a typed target is above the one before, by owner; all others rise by a tenth."""


class Span(Struct):
    """A goal that imports check in on: it counts the rows of its owner from `first` to `last`, both included.

    `call` is what its owner expected last.
    """

    id: str
    kind: Kind
    title: str
    owner: str
    first: date
    last: date
    target: float
    is_open: bool = True
    is_handed_over: bool = False
    call: float | None = None


def rows() -> Iterator[Row]:
    """Yield a deal a week of each member and meetings on two days, and deals that are booked late."""
    monday, week = date(2025, 12, 29), 0
    while monday <= END:
        for number, owner in enumerate(NAMES):
            day = max(monday + (3 * week + 2 * number) % 7 * DAY, BEGUN)
            yield Row("deals", owner, day, 1000 + 37 * week + 101 * number + 0.25, day)
            for held in (max(monday + DAY, BEGUN), monday + 3 * DAY):
                yield Row("meetings", owner, held, 1 + (week + number) % 3, held)
        monday, week = monday + 7 * DAY, week + 1
    for quarter in QUARTERS:
        for number, owner in enumerate(NAMES):
            yield Row("deals", owner, quarter.last - number * DAY, 501.5 + number, quarter.turned + 4 * DAY)
    for owner in ("ana", "dora"):
        for day in (HANDED_OVER - DAY, HANDED_OVER):
            yield Row("deals", owner, day, 70.5, HANDED_OVER + 21 * DAY)


def raised(goal: Span) -> float:
    """The target with which a goal begins again: a whole number stays whole, rounded half up."""
    if goal.kind == "deals" and goal.owner in RAISE:
        return goal.target + RAISE[goal.owner]
    return a_tenth_more(goal.target)


def a_tenth_more(target: float) -> float:
    places = Decimal(1) if target == int(target) else Decimal("0.01")
    return float((Decimal(str(target)) * Decimal("1.1")).quantize(places, ROUND_HALF_UP))
