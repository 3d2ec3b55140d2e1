"""Boards for forecasts: goals with a value on each of some days, without the actions that make them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.ids import RecordId, table_of
from teamboard.domain.records import CheckIn, Goal, Measure, Member, Metric, Period, Team, TeamGoal

STARTS, DUE = date(2026, 10, 1), date(2026, 12, 31)
"""The first and last day of a goal: 92 days."""
MEASURE = Metric(unit="€", start=0, target=1000)
ByDay = Mapping[date, float | Mapping[str, Any]]


def goal(number: int = 1, measure: Measure = MEASURE, owner: str = "ana", **fields: Any) -> Goal:
    """A result goal of Q4."""
    given: dict[str, Any] = {"title": "ARR", "kind": "result", "starts": STARTS, "due": DUE} | fields
    return Goal(id=RecordId(f"G{number}"), owner=owner, measure=measure, **given)


def team_goal(number: int = 1, measure: Measure = MEASURE, **fields: Any) -> TeamGoal:
    """A team goal of Q4."""
    given: dict[str, Any] = {"title": "Team", "owner": "mara", "starts": STARTS, "due": DUE, "rolls_up": "sum"} | fields
    return TeamGoal(id=RecordId(f"T{number}"), measure=measure, **given)


def board_of(*goals: tuple[AnyGoal, ByDay], team: Team | None = None, **ana: Any) -> Board:
    """A board of Mara and her reports Ana and Ben with goals, each with its check-ins by day.

    A check-in is a value, or its fields; `ana` has further fields of Ana.
    """
    period = Period(name="Q4 2026", starts=STARTS, ends=DUE)
    team = team or Team(id=RecordId("B1"), name="Northwind", timezone="UTC", period=period)
    members = [
        Member(id=RecordId("M1"), handle="mara", name="Mara", manager=None),
        Member(id=RecordId("M2"), handle="ana", name="Ana", manager="mara", **ana),
        Member(id=RecordId("M3"), handle="ben", name="Ben", manager="mara"),
    ]
    tables: dict[str, dict[RecordId, Any]] = {"team": {team.id: team}, "members": {m.id: m for m in members}}
    tables |= {"goals": {}, "team_goals": {}, "checkins": {}}
    for made, by_day in goals:
        tables[table_of(made.id)][made.id] = made
        for day, given in by_day.items():
            fields = dict(given) if isinstance(given, Mapping) else {"value": given}
            checkin = CheckIn(
                id=RecordId(f"C{len(tables['checkins']) + 1}"),
                goal=made.id,
                note="",
                by=made.owner,
                at=datetime.combine(day, time(12), UTC),
                **({"value": 0.0} | fields),
            )
            tables["checkins"][checkin.id] = checkin
    return Board(tables)


def forecasts_on(board: Board, day: date) -> Forecasts:
    """The forecasts of a board on a day."""
    return Forecasts(BoardOnDay(board, day))


def days_after(first: date, *days: int) -> list[date]:
    """The days that are so many days after the day before `first`: 1 is the first itself."""
    return [first + timedelta(days=n - 1) for n in days]


def weekly(*values: float, first: date = STARTS) -> dict[date, float | Mapping[str, Any]]:
    """A value at the end of each week from the first day on."""
    return dict(zip(days_after(first, *(7 * n for n in range(1, len(values) + 1))), values, strict=True))
