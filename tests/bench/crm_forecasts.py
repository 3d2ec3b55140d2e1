"""Mid-quarter forecasts of what each agent of a CRM export wins: `python -m tests.bench.crm FOLDER`.

For the quarters of the export but the first, on the 45th day of each (and pooled on two other days), for each agent who
won something in it: `at this pace` from a board with a check-in a week, beside simpler forecasts from the same deals.
The error of a forecast is its distance from what was won, as a ratio of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.forecast.at_this_pace import at_this_pace
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import next_period, quarter_of
from teamboard.domain.periods.days import add_months
from teamboard.domain.records import CheckIn, Goal, Member, Metric, Period, Team

FORECAST_DAY = 45
OTHER_DAYS = (38, 52)
MEAN_WEEKS = 8
METHODS = ("at this pace", "straight line", "mean of eight weeks", "as last quarter")
Deals = dict[str, list[tuple[date, float]]]
"""What each agent won: day and value."""


class Tried(Struct, frozen=True):
    """The errors of one agent's forecasts in one quarter, by method, and if what came was between the quartiles."""

    quarter: str
    errors: dict[str, float]
    within: bool


def deals_won(rows: Iterable[dict[str, str]]) -> Deals:
    """The deals that were won, by agent."""
    won: Deals = defaultdict(list)
    for row in rows:
        if row["deal_stage"] == "Won":
            won[row["sales_agent"]].append((date.fromisoformat(row["close_date"]), float(row["close_value"])))
    return won


def between(deals: Iterable[tuple[date, float]], first: date, last: date) -> float:
    """What was won from one day to another, both counted."""
    return sum(value for day, value in deals if first <= day <= last)


def board_on(deals: Sequence[tuple[date, float]], begins: date, quarter: Period, today: date) -> tuple[Board, Goal]:
    """The board of one agent with a goal for the last quarter and one for this, and a check-in each Friday until today.

    The goals also have a check-in on their last day, or today. Days before the export `begins` are in no goal.
    """
    last = quarter_of(quarter.starts - timedelta(days=1))
    member = Member(id=RecordId("M1"), handle="agent", name="Agent", manager=None)
    team = Team(id=RecordId("B1"), name="CRM export", timezone="UTC", period=quarter)
    goals: dict[RecordId, Goal] = {}
    checkins: dict[RecordId, CheckIn] = {}
    for period in (last, quarter):
        goal = Goal(
            id=RecordId(f"G{len(goals) + 1}"),
            owner="agent",
            title="Closed-won",
            measure=Metric(unit="$", start=0, target=1),
            kind="result",
            starts=max(period.starts, begins),
            due=period.ends,
        )
        goals[goal.id] = goal
        ends = min(goal.due, today)
        days = [goal.starts + timedelta(days=n) for n in range((ends - goal.starts).days + 1)]
        for day in days:
            if day.isoweekday() == 5 or day == ends:
                checkin = CheckIn(
                    id=RecordId(f"C{len(checkins) + 1}"),
                    goal=goal.id,
                    value=between(deals, goal.starts, day),
                    note="",
                    by="agent",
                    at=datetime.combine(day, time(17), UTC),
                )
                checkins[checkin.id] = checkin
    tables = {"team": {team.id: team}, "members": {member.id: member}, "goals": goals, "checkins": checkins}
    return Board(tables), goals[RecordId("G2")]  # type: ignore[arg-type]  # the tables of a board are of records


def forecasts(won: Deals, on: int = FORECAST_DAY) -> list[Tried]:
    """The errors of all forecasts on a day of each quarter, 1 for its first, by quarter and agent.

    The export has all days of the month of its last deal.
    """
    days = [day for deals in won.values() for day, _ in deals]
    begins, ends = min(days), add_months(max(days), 1) - timedelta(days=1)
    found: list[Tried] = []
    quarter = next_period(quarter_of(begins))
    while quarter.ends <= ends:
        found += filter(None, (_tried(deals, begins, quarter, on) for deals in won.values()))
        quarter = next_period(quarter)
    return found


def _tried(deals: Sequence[tuple[date, float]], begins: date, quarter: Period, on: int) -> Tried | None:
    """One agent's forecasts for one quarter; None if nothing was won in it, or nothing can be said."""
    today = quarter.starts + timedelta(days=on - 1)
    came = between(deals, quarter.starts, quarter.ends)
    board, goal = board_on(deals, begins, quarter, today)
    ending = at_this_pace(board, goal, today)
    if came <= 0 or ending is None:
        return None
    value = between(deals, quarter.starts, today)
    left = (quarter.ends - today).days
    since = max(today - timedelta(days=7 * MEAN_WEEKS - 1), begins)
    a_day = between(deals, since, today) / ((today - since).days + 1)
    last = quarter_of(quarter.starts - timedelta(days=1))
    guesses = (
        ending.value,
        value * (on + left) / on,
        value + a_day * left,
        between(deals, last.starts, last.ends),
    )
    errors = {name: abs(guess - came) / came for name, guess in zip(METHODS, guesses, strict=True)}
    return Tried(quarter.name, errors, ending.low <= came <= ending.high)


def table(won: Deals) -> list[str]:
    """The median errors by method and quarter, pooled, and pooled on other days, as lines of a table in Markdown."""
    tried = forecasts(won)
    quarters = list(dict.fromkeys(t.quarter for t in tried))
    columns = {quarter: [t for t in tried if t.quarter == quarter] for quarter in quarters}
    columns |= {"pooled": tried} | {f"day {day}": forecasts(won, day) for day in OTHER_DAYS}

    def row(name: str, of: Callable[[Sequence[Tried]], str]) -> str:
        return f"| {name} | {' | '.join(of(group) for group in columns.values())} |"

    def median_of(name: str) -> str:
        return row(name, lambda group: f"{median(t.errors[name] for t in group):.3f}")

    heads = [f"| median error of | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    rows = [median_of(name) for name in METHODS]
    within = row("came between the quartiles", lambda group: f"{sum(t.within for t in group) / len(group):.0%}")
    return [*heads, *rows, within, row("forecasts", lambda group: f"{len(group)}")]
