"""What stands above a board: team, period and day; and the mark of a board of the past."""

from __future__ import annotations

from datetime import date

from teamboard.domain.board import Board
from teamboard.domain.sanitize import one_line
from teamboard.render.line_layout import Line


def past_mark(day: date) -> str:
    """What marks a board of a past day."""
    return f"◀ as of {day:%d %b %Y}, read-only"


def header_line(board: Board, today: date, *, past: bool = False) -> Line:
    """Team, period and day, revision; a board of a past day says so."""
    team = board.team
    if team is None:
        return (("teamboard", "strong"),)
    return (
        (f" {one_line(team.name)}", "strong"),
        (f"   {describe_period(board, today)}", "dim"),
        (f"   {past_mark(today)}" if past else "", "warn"),
        (f" · revision {board.revision}" if past else f"   revision {board.revision}", "dim"),
    )


def describe_period(board: Board, today: date) -> str:
    """The period and how far it is: `Q4 2026 · day 53 of 92`."""
    if board.team is None:
        return ""
    found = board.team.period
    days = (found.ends - found.starts).days + 1
    passed = (today - found.starts).days + 1
    if passed < 1:
        where = f"begins in {1 - passed} d"
    elif passed > days:
        where = f"ended {passed - days} d ago"
    else:
        where = f"day {passed} of {days}"
    return f"{one_line(found.name)} · {where}"


def id_cells(board: Board) -> int:
    """The cells that the longest goal id takes."""
    return max((len(str(board.ids.get(table, 0))) + 1 for table in ("goals", "team_goals")), default=3)
