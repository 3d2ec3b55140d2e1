"""Rows of the board drawn big, to be read from afar: several lines each, the progress in big digits."""

from __future__ import annotations

from msgspec.structs import replace
from rich.cells import cell_len
from textual.renderables.digits import DIGITS, DIGITS3X3_BOLD

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.standing import Standing
from teamboard.domain.handles import display_name
from teamboard.domain.records import Member
from teamboard.render import format
from teamboard.render.goals.board_line import value_text
from teamboard.render.line_layout import HELP_SIGN, Line, filled, fit, full_state_span, has_pace, progress_bar
from teamboard.render.standup import thick_bar
from teamboard.render.team.member_line import owed_line
from teamboard.ui.widgets.rows import Row

GOAL_PARTS, MEMBER_PARTS = 4, 3
"""The number of lines of a goal and of a member; the last one is empty."""

NUMBER_CELLS = 14
VALUE_CELLS = 30
"""The most cells of a value and its target."""
_GLYPHS = DIGITS3X3_BOLD


def big_rows(rows: list[Row], board: Board) -> list[Row]:
    """The rows repeated for each of their lines; empty rows are left out, as each record ends with an empty line."""
    rows_with_text = [row for row in rows if row.record_id or row.text]
    return [replace(row, part=part) for row in rows_with_text for part in range(_parts(row, board))]


def _parts(row: Row, board: Board) -> int:
    if board.goal(row.record_id) is not None:
        return GOAL_PARTS
    return MEMBER_PARTS if isinstance(board.get(row.record_id), Member) else 1


def big_line(shown: BoardOnDay, record: AnyGoal | Member, part: int, width: int) -> Line:
    """The line of a goal or member with the index `part`."""
    if isinstance(record, Member):
        return _member(shown, record, part, width)
    return _goal(shown, record, part, width)


def _goal(shown: BoardOnDay, goal: AnyGoal, part: int, width: int) -> Line:
    """One line of a goal: title and state, bar, or blocker (else value and pace); beside it the progress in digits."""
    if part == GOAL_PARTS - 1:
        return ()
    now = shown.standing(goal)
    state, style = full_state_span(goal, now, shown.day)
    left = width - NUMBER_CELLS
    if part == 0:
        room = left - cell_len(state) - 4
        head = fit(f"{goal.id} ", cell_len(goal.id) + 1)
        line: Line = (
            ("  ", ""),
            (head, "accent"),
            (fit(goal.title, room - cell_len(head)), "strong"),
            (f"  {state}", style),
        )
    elif part == 1:
        paced = has_pace(goal) and not goal.outcome
        bar = progress_bar(now, max(left - 2, 1), paced=paced, call=shown.missed_call(goal), style=style)
        line = (("  ", ""), *thick_bar(bar))
    else:
        words = f"{HELP_SIGN} {now.blocker}" if now.blocker else _aside(shown, goal, now)
        line = (("  ", ""), (fit(words, left - 2), "help" if now.blocker else "dim"))
    number = format.percent(now.progress).replace(" ", "")
    return filled((*filled(line, left), ("  ", ""), (_digits(number, part), style)), width)


def _aside(shown: BoardOnDay, goal: AnyGoal, now: Standing) -> str:
    """Value and target, and the pace."""
    value = value_text(shown.board, goal, now, VALUE_CELLS)
    pace = f"pace {format.percent(now.pace)}" if has_pace(goal) else ""
    return " · ".join(filter(None, (value, pace)))


def _member(shown: BoardOnDay, member: Member, part: int, width: int) -> Line:
    """One line of a member: the name, or what they owe and are owed."""
    if part == 0:
        name = display_name(shown.board, member)
        spaced = " ".join(name.upper())
        name = spaced if cell_len(spaced) < width - 4 else name
        title = f"   {member.role}" if member.role else ""
        return filled((("  ", ""), (fit(name, min(cell_len(name), width - 4)), "strong"), (title, "dim")), width)
    if part == MEMBER_PARTS - 1:
        return ()
    return filled((("  ", ""), *owed_line(shown, member, width - 4)), width)


def _digits(text: str, part: int) -> str:
    """One row of a number in digits three rows high; other characters are in the last row only."""
    drawn = []
    for letter in text:
        place = DIGITS.find(letter)
        drawn.append(_GLYPHS[3 * place + part].ljust(3) if place > 0 else letter if part == GOAL_PARTS - 2 else " ")
    return "".join(drawn)
