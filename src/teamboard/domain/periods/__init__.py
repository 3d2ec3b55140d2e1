"""Periods: calendar months and quarters, the next period, earlier ones by name, and the goals in one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.progress import progress
from teamboard.domain.periods.calendar import period_around
from teamboard.domain.periods.days import add_months, start_of_months
from teamboard.domain.records import EarlierPeriod, Period


def next_period(period: Period, starts: date | None = None, calendar: str = "") -> Period:
    """The period after `period`: as many whole months or days, from the day after it or from `starts`.

    Its name is a quarter, half-year, month or year (`Q1 2027`, `H1 2027`, `January 2027`, `2027`) if it is one, else
    its first and last day. With the team's `calendar` it is the one of that which has the day after `period`, whatever
    the length of `period` is; if it begins earlier or later, it ends on the same day.
    """
    after = period.ends + timedelta(days=1)
    starts = starts or after
    if calendar:
        around = period_around(calendar, max(starts, after))
        return Period(name=around.name, starts=starts, ends=around.ends)
    months = _whole_months(period.starts, period.ends)
    try:
        whole_months = months and starts.day == 1
        ends = (
            add_months(starts, months) - timedelta(days=1) if whole_months else starts + (period.ends - period.starts)
        )
    except (OverflowError, ValueError):
        # A period of thousands of years, after which no day is left for another.
        ends = date.max - timedelta(days=1)
    return Period(name=_period_name(starts, ends), starts=starts, ends=ends)


def _whole_months(starts: date, ends: date) -> int:
    """The number of months from `starts` to `ends`, both included; 0 if they are not whole calendar months."""
    after = ends + timedelta(days=1)
    if starts.day != 1 or after.day != 1:
        return 0
    return (after.year - starts.year) * 12 + after.month - starts.month


def quarter_of(day: date) -> Period:
    """The calendar quarter that a day is in."""
    starts = start_of_months(day, 3)
    ends = add_months(starts, 3) - timedelta(days=1)
    return Period(name=_period_name(starts, ends), starts=starts, ends=ends)


def _period_name(starts: date, ends: date) -> str:
    months = _whole_months(starts, ends)
    if months == 12 and starts.month == 1:
        return f"{starts.year}"
    if months in (3, 6) and (starts.month - 1) % months == 0:
        return f"{'Q' if months == 3 else 'H'}{(starts.month - 1) // months + 1} {starts.year}"
    if months == 1:
        return f"{starts:%B %Y}"
    return f"{starts} to {ends}"


def all_periods(board: Board) -> list[Period]:
    """The periods of a board, oldest first, the current one last."""
    return [*board.team.earlier, board.team.period] if board.team else []


def find_period(board: Board, name: str) -> Period | None:
    """The period with this name or first day (`2026-10-01`), or None."""
    wanted = " ".join(name.split()).casefold()
    for period in all_periods(board):
        if wanted in (period.name.casefold(), str(period.starts)):
            return period
    return None


def previous_period(board: Board, period: Period) -> EarlierPeriod | None:
    """The period before `period`, or None."""
    earlier = board.team.earlier if board.team else ()
    return next((p for p in reversed(earlier) if p.starts < period.starts), None)


def goals_in(board: Board, period: Period) -> list[AnyGoal]:
    """The team goals and goals of a period: started by its end and not closed before its start."""
    goals: Iterable[AnyGoal] = [*board.team_goals, *board.goals]
    return [g for g in goals if g.starts <= period.ends and (g.closed is None or g.closed >= period.starts)]


def unfinished(board: Board) -> list[AnyGoal]:
    """The open goals below their target that are due by the end of the current period.

    A new period asks what to do with them; a goal that is due later simply continues.
    """
    if board.team is None:
        return []
    ends = board.team.period.ends
    return [g for g in board.open_goals if g.due <= ends and progress(board, g) < 1.0]
