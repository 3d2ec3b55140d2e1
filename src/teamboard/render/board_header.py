"""The header of a board: team, period, revision; and the mark of a board of a past day."""

from __future__ import annotations

from datetime import date

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.sanitize import one_line
from teamboard.render.line_layout import Line


def past_mark(day: date) -> str:
    """The mark of a board of a past day: `◀ as of 01 Nov 2026, read-only`."""
    return f"◀ as of {day:%d %b %Y}, read-only"


def header_line(shown: BoardOnDay, *, past: bool = False) -> Line:
    """The header line: team, period and day, revision; with `past`, the mark of a past day."""
    board = shown.board
    team = board.team
    if team is None:
        return (("teamboard", "strong"),)
    return (
        (f" {one_line(team.name)}", "strong"),
        (f"   {describe_period(shown)}", "dim"),
        (f"   {past_mark(shown.day)}" if past else "", "warn"),
        (f" · revision {board.revision}" if past else f"   revision {board.revision}", "dim"),
    )


def describe_period(shown: BoardOnDay) -> str:
    """The period and how far it is: `Q4 2026 · day 53 of 92`; empty without a team."""
    if shown.board.team is None:
        return ""
    period = shown.board.team.period
    days = (period.ends - period.starts).days + 1
    passed = (shown.day - period.starts).days + 1
    if passed < 1:
        progress = f"begins in {1 - passed} d"
    elif passed > days:
        progress = f"ended {passed - days} d ago"
    else:
        progress = f"day {passed} of {days}"
    return f"{one_line(period.name)} · {progress}"


def id_cells(board: Board) -> int:
    """The width of the longest goal id, in terminal cells."""
    return max((len(str(board.ids.get(table, 0))) + 1 for table in ("goals", "team_goals")), default=3)


def set_aside_notice(board: Board) -> str:
    """What to say of the records that do not fit the board: `G12 does not fit and is set aside: …`."""
    ids = list(board.set_aside)
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    what = "does not fit and is set aside" if len(ids) == 1 else "do not fit and are set aside"
    return f"▲ {', '.join(ids[:3])}{more} {what}: `teamboard board doctor` says why"
