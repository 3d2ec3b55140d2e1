"""A member's line on the board: what they owe and are owed before any score."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.due import (
    check_in_due,
    feedback_standing,
    managers_feedback_due,
    next_review,
    one_on_one_due,
)
from teamboard.domain.one_on_ones import open_promises
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import first_name
from teamboard.render.line_layout import PERCENT_CELLS, SPARK_CELLS, Columns, Line, Span, filled, fit

SEPARATOR = " · "


def member_line(board: Board, member: Member, today: date, c: Columns) -> Line:
    """Name and title, what is owed, next review; the pieces that find no room are left out, the last ones first."""
    left = c.id + c.title + 2
    name = fit(member.name, min(cell_len(one_line(member.name)), left - 1))
    beside = left - cell_len(name) - 3
    title = "  " + fit(member.title, beside) if member.title and beside > 4 else ""
    when, signs = format.next_review(next_review(board, member), today)
    late = _is_late(when)
    spans: list[Span] = [
        (" " * c.margin, ""),
        (name, "strong"),
        (title, "dim"),
        (" " * (left - cell_len(name) - cell_len(title)), ""),
    ]
    due = f"{when} {signs}".strip()
    # In a wide line the reviews stand under one another, where the goals have their status.
    room = c.bar + 1 + PERCENT_CELLS + 2 + SPARK_CELLS + 2 if c.wide else c.width - 2 * c.margin - left - cell_len(due)
    owed = list(_spans_that_fit(owed_spans(board, member, today), room - 1))
    spans += [*owed, (" " * (room - sum(cell_len(text) for text, _ in owed)), "")]
    spans += [(f"{when} " if when else "", "warn" if late else "dim"), (signs, "text")]
    return filled(tuple(spans), c.width)


def owed_line(board: Board, member: Member, today: date, width: int) -> Line:
    """What is owed, and at the right when the next review is, in a line of its own."""
    when, signs = format.next_review(next_review(board, member), today)
    due = f"{when} {signs}".strip()
    owed = list(_spans_that_fit(owed_spans(board, member, today), width - cell_len(due) - 2))
    room = width - cell_len(due) - sum(cell_len(text) for text, _ in owed)
    return (*owed, (" " * room, ""), (due, "warn" if _is_late(when) else "dim"))


def _is_late(when: str) -> bool:
    return when.endswith(("late", "today"))


def owed_spans(board: Board, member: Member, today: date) -> Iterator[Span]:
    """What a member is owed and owes, the most pressing first, each with the role that draws it."""
    found = feedback_standing(board, member, today)
    managers = managers_feedback_due(board, member, today)
    talk = one_on_one_due(board, member, today)
    late = [d for g in board.open_goals_of(member.handle) if (d := check_in_due(board, g, today)) and d.overdue]
    promised = open_promises(board, member.handle)
    if found.overdue_days:
        yield f"feedback overdue {found.overdue_days} d", "bad"
    elif managers is not None and managers.overdue:
        yield f"{first_name(board, managers.owes or '')}'s feedback overdue {managers.overdue} d", "bad"
    if found.asked:
        yield f"{found.asked} to answer", "warn"
    if talk is not None and talk.overdue:
        yield f"1:1 overdue {talk.overdue} d", "bad"
    if late:
        yield f"{len(late)} check-in{'s' if len(late) > 1 else ''} overdue", "warn"
    if promised:
        overdue = any(p.action.due is not None and p.action.due < today for p in promised)
        yield f"☐ {len(promised)} agreed", "warn" if overdue else "dim"
    if found.open and not found.overdue_days:
        yield f"{found.open} open", "dim"
    yield format.last_feedback(found), "dim"


def _spans_that_fit(pieces: Iterator[Span], room: int) -> Iterator[Span]:
    """The first pieces that there is room for, set apart; the first one whatever room there is."""
    for i, (text, role) in enumerate(pieces):
        apart = SEPARATOR if i else ""
        text = fit(text, min(cell_len(text), max(room, 1))) if i == 0 else text
        if cell_len(apart + text) > room and i:
            return
        room -= cell_len(apart + text)
        if i:
            yield apart, "dim"
        yield text, role
