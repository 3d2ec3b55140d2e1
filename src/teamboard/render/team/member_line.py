"""A member's line on the board: name, what they owe and are owed, and the next review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.cells import cell_len

from teamboard.domain.amounts import plural
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import (
    actions_due,
    check_ins_due,
    feedback_standing,
    managers_feedback_due,
    next_review,
    one_on_one_due,
    planned_review_due,
)
from teamboard.domain.handles import display_name
from teamboard.domain.one_on_ones import open_actions
from teamboard.domain.people import absence_on, on_team
from teamboard.domain.records import Member
from teamboard.render import format
from teamboard.render.format import first_name
from teamboard.render.goals.board_line import Columns
from teamboard.render.line_layout import Line, Span, SpanStyle, filled, fit

SEPARATOR = " · "
AWAY_SOON = 14
"""For how many days ahead a member's line says that they will be away."""


def member_line(shown: BoardOnDay, member: Member, columns: Columns) -> Line:
    """Name and title, what is owed, next review. What does not fit is left out, the least pressing first."""
    left = columns.id + columns.title + 2
    full_name = display_name(shown.board, member)
    name = fit(full_name, min(cell_len(full_name), left - 1))
    title_cells = left - cell_len(name) - 3
    title = "  " + fit(member.role, title_cells) if member.role and title_cells > 4 else ""
    (when, style), signs = describe_next_review(shown, member)
    spans: list[Span] = [
        (" " * columns.margin, ""),
        (name, "strong"),
        (title, "dim"),
        (" " * (left - cell_len(name) - cell_len(title)), ""),
    ]
    due = f"{when} {signs}".strip()
    # In a wide line the reviews are aligned with the status column of the goals.
    room = columns.before_status if columns.wide else columns.width - 2 * columns.margin - left - cell_len(due)
    owed = list(_spans_that_fit(owed_spans(shown, member), room - 2))
    spans += [*owed, (" " * (room - sum(cell_len(text) for text, _ in owed)), "")]
    spans += [(f"{when} " if when else "", style), (signs, "text")]
    return filled(tuple(spans), columns.width)


def owed_line(shown: BoardOnDay, member: Member, width: int) -> Line:
    """What is owed, and at the right the next review, as a line without the name."""
    (when, style), signs = describe_next_review(shown, member)
    due = f"{when} {signs}".strip()
    owed = list(_spans_that_fit(owed_spans(shown, member), width - cell_len(due) - 2))
    room = width - cell_len(due) - sum(cell_len(text) for text, _ in owed)
    return (*owed, (" " * room, ""), (due, style))


def describe_next_review(shown: BoardOnDay, member: Member) -> tuple[Span, str]:
    """A member's next review, `(("review in 5 d", "dim"), "●○")`: when, and how far both sides are prepared.

    Both texts are empty without a planned one.
    """
    review = next_review(shown.board, member)
    if review is None:
        return ("", "dim"), ""
    due = planned_review_due(shown, review, member)
    since = "due " if due.on < shown.day and not due.overdue else ""
    style: SpanStyle = "warn" if due.on <= shown.day else "dim"
    return (f"review {since}{format.lateness(due, shown.day)}", style), format.preparation_signs(review)


def owed_spans(shown: BoardOnDay, member: Member) -> Iterator[Span]:
    """What a member is owed and owes, as spans, the most pressing first."""
    board, today = shown.board, shown.day
    if not on_team(member, today):
        yield f"left the team on {member.left}", "text"
        return
    here = presence(member, today)
    yield from ((text, "text") for text in here[:1])
    feedback = feedback_standing(shown, member)
    managers = managers_feedback_due(shown, member)
    one_on_one = one_on_one_due(shown, member)
    late_check_ins = [due for due in check_ins_due(shown, member) if due.overdue]
    actions = open_actions(board, member.handle)
    if feedback.overdue_days:
        yield f"feedback overdue {feedback.overdue_days} d", "bad"
    elif managers is not None and managers.overdue:
        yield f"{first_name(board, managers.owes or '')}'s feedback overdue {managers.overdue} d", "bad"
    if feedback.asked:
        yield f"{feedback.asked} to answer", "warn"
    if one_on_one is not None and one_on_one.overdue:
        yield f"1:1 overdue {one_on_one.overdue} d", "bad"
    if late_check_ins:
        yield f"{plural(len(late_check_ins), 'check-in')} overdue", "warn"
    yield from ((text, "text") for text in here[1:])
    if actions:
        overdue = any(due.overdue for due in actions_due(shown, member))
        yield f"☐ {len(actions)} agreed", "warn" if overdue else "dim"
    if feedback.open:
        yield f"{feedback.open} open", "dim"
    yield format.last_feedback(feedback), "dim"


def presence(member: Member, today: date) -> list[str]:
    """In short, until when a member is away, and when they start, leave or, within AWAY_SOON days, are away, by day."""
    ahead = sorted((a.starts, "away from") for a in member.away if 0 < (a.starts - today).days <= AWAY_SOON)[:1]
    if member.starts is not None and member.starts > today:
        ahead.append((member.starts, "starts"))
    if member.left is not None:
        ahead.append((member.left, "leaves"))
    absence = absence_on(member, today)
    away = [] if absence is None else [f"away until {absence.ends:%d %b}"]
    return away + [f"{what} {day:%d %b}" for day, what in sorted(ahead)]


def _spans_that_fit(spans: Iterator[Span], room: int) -> Iterator[Span]:
    """The first spans that fit into `room` cells, with separators between; the first is cut to fit if need be."""
    for i, (whole, style) in enumerate(spans):
        separator = SEPARATOR if i else ""
        text = fit(whole, min(cell_len(whole), max(room, 1))) if i == 0 else whole
        if cell_len(separator + text) > room and i:
            return
        room -= cell_len(separator + text)
        if i:
            yield separator, "dim"
        yield text, style
