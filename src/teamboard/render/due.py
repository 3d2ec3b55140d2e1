"""What is due, as lines and JSON: who owes what to whom, how late it is, and the key and command that settle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from rich.cells import cell_len

from teamboard.actions.one_on_ones import find_agreed_action
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import Due
from teamboard.domain.errors import NotFound
from teamboard.domain.goals.revisions import revisions_waiting_for_each
from teamboard.domain.ids import to_record_id
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import first_name
from teamboard.render.line_layout import REVISION_SIGN, Line, Span, SpanStyle, filled, fit, right_aligned
from teamboard.render.revisions import summarize_together

AHEAD_DAYS = 7
LATE_CELLS = 9
COMMAND_CELLS = 34
OVERDUE_NOTE = "   days are working days"
"""What stands behind the title of overdue items."""
LAST_CELLS = 15


class DueSection(Struct, frozen=True):
    """A section of the list: its title and its items."""

    title: str
    dues: tuple[Due, ...]


def due_sections(dues: Iterable[Due], today: date) -> list[DueSection]:
    """The items in three sections: overdue, due by today, due within AHEAD_DAYS; empty ones are left out."""
    all_dues = list(dues)
    overdue = tuple(d for d in all_dues if d.overdue)
    now = tuple(d for d in all_dues if not d.overdue and d.on <= today)
    upcoming = tuple(d for d in all_dues if today < d.on <= today + timedelta(days=AHEAD_DAYS))
    titled_dues = (("Overdue", overdue), ("Due now", now), (f"In the next {AHEAD_DAYS} days", upcoming))
    return [DueSection(title, dues) for title, dues in titled_dues if dues]


def describe_due(board: Board, due: Due) -> str:
    """Who owes what to whom: `feedback to Ben Okafor from Mara Lind`."""
    owes, to = (first_name(board, handle) if handle else "" for handle in (due.owes, due.to))
    match due.kind:
        case "check-in":
            goal = board.goal(to_record_id(due.about))
            return f"{owes} checks in on {due.about}{f' {one_line(goal.title)}' if goal else ''}"
        case "feedback":
            return f"feedback to {to} from anybody"
        case "manager's feedback":
            return f"feedback to {to} from {owes}"
        case "one-on-one":
            return f"one-on-one of {to} and {owes}"
        case "review":
            return f"review of {to} with {owes}"
        case "action":
            return f"{owes}: {_action_text(board, due)}"


def settling_command(due: Due) -> str:
    """The command that settles a due item, without `teamboard` in front: `checkin G12`."""
    match due.kind:
        case "check-in":
            return f"checkin {due.about}"
        case "feedback" | "manager's feedback":
            return f'feedback {due.to} "…"'
        case "one-on-one":
            return f"one-on-one {due.to} --held"
        case "review":
            return f"review hold {due.about}" if due.about else f"review schedule {due.to} DAY"
        case "action":
            return f"one-on-one --done {due.about}"


def due_row(shown: BoardOnDay, due: Due, width: int, *, key: str | None = None) -> Line:
    """One line of the list: how late, what, when it was last done, and the key and command that settle it.

    `key` is for the screen, "" if there is none. The command line has no keys, so it shows the command at every width.
    """
    today = shown.day
    command = settling_command(due)
    last = f"last {format.ago((today - due.last).days)}" if due.last else ""
    cells = width - LATE_CELLS - 4
    spans: list[Span] = []
    if key is not None:
        cells -= max(cell_len(key), 2) + 2
        spans.append((f"  {key:<2}", "accent"))
    # In a narrow window the command is left out first (not on the command line), then the day it was last done.
    if key is None or width >= 110:
        cells -= COMMAND_CELLS + 2
        spans.append(("  " + fit(f"teamboard {command}", COMMAND_CELLS), "dim"))
    if width >= 76 and cells >= 40 + LAST_CELLS:
        cells -= LAST_CELLS + 1
        spans.insert(0, (" " + right_aligned(last, LAST_CELLS), "dim"))
    description = fit(describe_due(shown.board, due), max(cells, 12))
    style: SpanStyle = "bad" if due.overdue else "warn" if due.on <= today else "dim"
    return filled(
        (
            (f" {right_aligned(format.lateness(due, today), LATE_CELLS)}", style),
            ("   ", ""),
            (description, "text"),
            *spans,
        ),
        width,
    )


def due_lines(shown: BoardOnDay, dues: Iterable[Due], width: int) -> Iterator[Line]:
    """The list for the command line, section by section."""
    sections = due_sections(dues, shown.day)
    for i, section in enumerate(sections):
        if i:
            yield ()
        note = OVERDUE_NOTE if section.dues[0].overdue else ""
        yield ((f" {section.title}", "strong"), (f"  {len(section.dues)}{note}", "dim"))
        for due in section.dues:
            yield due_row(shown, due, width)
    if not sections:
        yield ((f" Nothing is due in the next {AHEAD_DAYS} days.", "dim"),)


def to_answer_lines(shown: BoardOnDay, member: Member | None, width: int) -> Iterator[Line]:
    """The proposals and revisions that wait for a member's answer (None: for anybody's), with the command that answers.

    They have no day, so they are neither due nor overdue.
    """
    board = shown.board
    waiting = revisions_waiting_for_each(board)
    asked = [(handle, v) for handle, found in waiting.items() for v in found if member in (None, board.member(handle))]
    if asked:
        yield ()
        yield ((" To answer", "strong"), (f"  {len(asked)}", "dim"))
    for handle, revision in asked:
        command = f"revision {'agree' if revision.state == 'proposed' else 'acknowledge'} {revision.id}"
        what = f"{first_name(board, handle)}: {summarize_together(board, revision)}"
        cells = width - LATE_CELLS - 4 - COMMAND_CELLS - 2
        yield filled(
            (
                (f" {right_aligned(REVISION_SIGN, LATE_CELLS)}   ", "warn"),
                (fit(what, max(cells, 12)), "text"),
                ("  " + fit(f"teamboard {command}", COMMAND_CELLS), "dim"),
            ),
            width,
        )


def due_json(board: Board, due: Due) -> dict[str, Any]:
    """A due item as JSON values, with its description and the command that settles it."""
    return {
        **msgspec.to_builtins(due),
        "what": describe_due(board, due),
        "command": f"teamboard {settling_command(due)}",
    }


def _action_text(board: Board, due: Due) -> str:
    """The text of a due action; its id if it is not on the board."""
    try:
        return one_line(find_agreed_action(board, due.about).action.text)
    except NotFound:
        return due.about
