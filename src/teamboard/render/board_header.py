"""The header of a board: team, period, revision; and the mark of a board of a past day."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.records import Period
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import name_some
from teamboard.render.line_layout import REVISION_SIGN, Line, Span, fit


def team_name(board: Board) -> str:
    """The name of the board's team; `teamboard` without a team."""
    return one_line(board.team.name) if board.team else "teamboard"


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


def screen_header_line(shown: BoardOnDay, *, live: bool, past: bool, member: str, width: int, waiting: int = 0) -> Line:
    """The header of a screen: team, period, live or past, revision; how much waits for the person, and their name."""
    board = shown.board
    margin = 2 if width >= 104 else 1
    # Long names are cut, so that the state of the board always has room.
    team = _short(team_name(board), width)
    when = describe_period(shown)
    state = ("● live", "on-track") if live else ("▲ not live", "behind")
    if live and board.set_aside:
        state = (f"▲ {len(board.set_aside)} set aside", "warn")
    if past:
        state = (past_mark(shown.day), "warn")
    revision = f" · revision {board.revision}"
    # The state of the board has priority over the long form of what waits.
    member = _short(member, width)
    needed = cell_len(f"{team}   {when}   {state[0]}  {member}") + 2 * margin
    words = (f"{REVISION_SIGN} {waiting} for you   ", f"{REVISION_SIGN} {waiting}  ") if waiting else ("",)
    asked = next((word for word in words if needed + cell_len(word) <= width), words[-1])
    who = asked + member
    room = width - 2 * margin - cell_len(who) - 2
    parts: list[Span] = [(team, "strong")]
    used = cell_len(team)
    middle: list[Span] = []
    # The state has priority over the period, the period over the revision.
    for pieces in (((when, "dim"), state, (revision, "dim")), ((when, "dim"), state), (state,)):
        cells = sum(cell_len(text) for text, _ in pieces) + 3 * len(pieces) - 3 * ((revision, "dim") in pieces)
        if used + cells <= room:
            middle = [span for piece in pieces for span in (("" if piece[0] is revision else "   ", ""), piece)]
            used += cells
            break
    if used > room:
        parts = [(fit(team, max(room, 1)), "strong")]
        used = max(room, 1)
    space = max(width - 2 * margin - used - cell_len(who), 1)
    return ((" " * margin, ""), *parts, *middle, (" " * space, ""), (asked, "warn"), (member, "accent"))


def _short(name: str, width: int) -> str:
    return fit(name, min(cell_len(one_line(name)), max(width // 3, 8)))


def describe_period(shown: BoardOnDay) -> str:
    """The period and how far it is: `Q4 2026 · day 53 of 92`; empty without a team."""
    if shown.board.team is None:
        return ""
    period = shown.board.team.period
    if shown.day < period.starts:
        progress = f"begins in {(period.starts - shown.day).days} d"
    elif shown.day > period.ends:
        progress = f"ended {(shown.day - period.ends).days} d ago"
    else:
        progress = day_of_period(period, shown.day)
    return f"{one_line(period.name)} · {progress}"


def day_of_period(period: Period, day: date) -> str:
    """How far a period is on a day: `day 53 of 92`; day 0 before it, the last one after it."""
    days, passed = ((until - period.starts).days + 1 for until in (period.ends, min(day, period.ends)))
    return f"day {max(passed, 0)} of {days}"


def id_cells(board: Board) -> int:
    """The width of the longest goal id, in terminal cells."""
    return max((len(str(board.ids.get(table, 0))) + 1 for table in ("goals", "team_goals")), default=3)


def set_aside_notice(board: Board) -> str:
    """What to say of the records that do not fit the board: `G12 does not fit and is set aside: …`."""
    ids = list(board.set_aside)
    what = "does not fit and is set aside" if len(ids) == 1 else "do not fit and are set aside"
    return f"▲ {name_some(ids, 3)} {what}: `teamboard board doctor` says why"
