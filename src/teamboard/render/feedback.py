"""Feedback as lines: inbox, thread, row of a list; its filter; and a text of situation, behaviour and impact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import open_feedback
from teamboard.domain.feedback import answer_to, is_open
from teamboard.domain.ids import to_record_id
from teamboard.domain.records import Feedback
from teamboard.domain.records.names import comparable
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import first_name, name_of, shorten
from teamboard.render.line_layout import FEEDBACK_SIGNS, Line, filled, fit, right_aligned, wrapped

INDENT_CELLS = 8
SBI_LABELS = ("Situation", "Behaviour", "Impact")


def join_sbi(situation: str, behaviour: str, impact: str) -> str:
    """One feedback text from the three parts of situation, behaviour, impact (SBI); empty parts are left out."""
    texts = zip(SBI_LABELS, (situation, behaviour, impact), strict=True)
    return "\n".join(f"{name}: {text.strip()}" for name, text in texts if text.strip())


def about_text(board: Board, feedback: Feedback) -> str:
    """What a feedback is about: the goal's id and title, or the text that was given; empty if neither."""
    if not feedback.about:
        return ""
    goal = board.goal(to_record_id(feedback.about))
    return format.goal_label(goal) if goal else one_line(feedback.about)


def feedback_heading(board: Board, feedback: Feedback) -> str:
    """Kind, giver, receiver and subject: `praise from Ana Ruiz to Ben Okafor about G12 ARR Iberia`."""
    giver, to = name_of(board, feedback.giver), name_of(board, feedback.to)
    about = about_text(board, feedback)
    source = f" for {one_line(feedback.source)}" if feedback.source else ""
    kind = f"{giver} asks {to}" if feedback.kind == "request" else f"{feedback.kind} from {giver}{source} to {to}"
    return kind + (f" about {about}" if about else "")


def thread_lines(shown: BoardOnDay, feedback: Feedback, width: int) -> Iterator[Line]:
    """A feedback with its heading, text and replies, wrapped to `width`."""
    board = shown.board
    open_now = is_open(feedback)
    age = format.ago(max((shown.day - board.day_of(feedback.at)).days, 0))
    aside = f"{age}{'' if feedback.state == 'open' else f', {feedback.state}'}"
    pieces = wrapped(feedback_heading(board, feedback), max(width - INDENT_CELLS - 1, 20))
    aside_fits = cell_len(pieces[-1]) + cell_len(aside) + 2 < width - INDENT_CELLS
    for i, piece in enumerate(pieces):
        sign = f" {FEEDBACK_SIGNS[feedback.state]} " if i == 0 else "   "
        yield (
            (sign, "warn" if open_now else "dim"),
            (f"{feedback.id if i == 0 else '':<5}", "accent"),
            (piece, "strong" if open_now else "dim"),
            (f"  {aside}" if aside_fits and i == len(pieces) - 1 else "", "dim"),
        )
    if not aside_fits:
        yield ((" " * INDENT_CELLS, ""), (aside, "dim"))
    for piece in wrapped(feedback.text, max(width - INDENT_CELLS - 1, 20)):
        yield ((" " * INDENT_CELLS, ""), (piece, "text"))
    for reply in feedback.replies:
        reply_text = f"{name_of(board, reply.by)}: {reply.text}"
        for piece in wrapped(reply_text, max(width - INDENT_CELLS - 3, 20)):
            yield ((" " * (INDENT_CELLS + 2), ""), (piece, "dim"))


def open_thread_lines(shown: BoardOnDay, handle: str, width: int) -> Iterator[Line]:
    """What is open with a member and waits for nothing they have to answer, for the command line.

    That is the feedback that they have acknowledged, and their own open requests.
    """
    board = shown.board
    acknowledged = [f for f in board.feedback_to(handle) if f.kind != "request" and f.state == "acknowledged"]
    own_requests = [
        f for f in board.feedback_from(handle) if f.kind == "request" and is_open(f) and f.to not in shown.gone
    ]
    is_first = True
    for title, pieces in (("Acknowledged, still open", acknowledged), ("You have asked", own_requests)):
        if not pieces:
            continue
        if not is_first:
            yield ()
        is_first = False
        yield ((f" {title}", "strong"), (f"  {len(pieces)}", "dim"))
        for feedback in pieces:
            yield from thread_lines(shown, feedback, width)
            yield from round_line(board, feedback)
            if feedback.giver != handle:
                yield ((" " * INDENT_CELLS, ""), (f"teamboard feedback resolve {feedback.id}", "dim"))


def round_line(board: Board, request: Feedback) -> Iterator[Line]:
    """Who has answered a request that went to several members (a round); shown once, below the first of them."""
    if request.round is None:
        return
    requests = [f for f in board.feedback_from(request.giver) if f.round == request.round]
    if requests[0].id != request.id and is_open(requests[0]):
        return
    answers = ", ".join(f"{name_of(board, f.to)} {'✓' if answer_to(f) else FEEDBACK_SIGNS[f.state]}" for f in requests)
    yield ((" " * INDENT_CELLS, ""), (f"round: {answers}", "dim"))


def feedback_row(shown: BoardOnDay, feedback: Feedback, width: int) -> Line:
    """A feedback as one row of a list: state, id, giver → receiver, kind, age, and the start of its text."""
    open_now = is_open(feedback)
    giver, to = (first_name(shown.board, handle) for handle in (feedback.giver, feedback.to))
    people = f"{giver} → {to}"
    cells = min(max(width // 4, 13), 22)
    return filled(
        (
            (f" {FEEDBACK_SIGNS[feedback.state]} ", "warn" if open_now else "dim"),
            (fit(feedback.id, 5), "accent"),
            (fit(people, cells) + " ", "strong" if open_now else "dim"),
            (fit(feedback.kind, 9), "dim"),
            (right_aligned(format.age(max((shown.day - shown.board.day_of(feedback.at)).days, 0)), 5) + "  ", "dim"),
            (one_line(feedback.text), "text" if open_now else "dim"),
        ),
        width,
    )


FILTER_HINT = "from:ana to:ben kind:idea about:G12 state:open >14d, any word"
_AGE = re.compile(r"([<>])(\d{1,5})d?", re.ASCII)


def matches_filter(shown: BoardOnDay, feedback: Feedback, words: str) -> bool:
    """Whether a feedback matches every word of a filter.

    `from:`, `to:`, `kind:`, `about:` and `state:` search one field, `>14d` and `<7d` compare its age in days;
    any other word may occur anywhere: in a name, the kind, state, goal or text. Case is ignored.
    """
    board = shown.board
    giver, to = (_called(board, handle) for handle in (feedback.giver, feedback.to))
    state = f"{feedback.state} {'open' if is_open(feedback) else 'closed'}"
    about = comparable(about_text(board, feedback))
    fields = {"from": giver, "to": to, "kind": feedback.kind, "about": about, "state": state}
    text = comparable(f"{feedback.id} {giver} {to} {feedback.kind} {state} {about} {feedback.source} {feedback.text}")
    days = (shown.day - board.day_of(feedback.at)).days

    def matches(word: str) -> bool:
        age = _AGE.fullmatch(word)
        if age:
            return days > int(age[2]) if age[1] == ">" else days < int(age[2])
        name, colon, value = word.partition(":")
        return value in fields[name] if colon and name in fields else word in text

    return all(matches(word) for word in comparable(words).split())


def _called(board: Board, handle: str) -> str:
    """All that a member is and was called, to be searched."""
    member = board.member(handle)
    return comparable(" ".join((handle, name_of(board, handle), *(member.formerly if member else ()))))


def open_feedback_lines(shown: BoardOnDay, width: int) -> Iterator[Line]:
    """All open feedback of the team as threads, oldest first."""
    pieces = open_feedback(shown)
    for feedback in sorted(pieces, key=lambda f: f.at):
        yield from thread_lines(shown, feedback, width)
    if not pieces:
        yield ((" No feedback is open.", "dim"),)


def describe_change(board: Board, feedback: Feedback, after: Mapping[str, object]) -> str:
    """The predicate for a reply to feedback, or a change of its state."""
    label = f"{feedback.id} of {name_of(board, feedback.giver)}"
    replies = cast("list[dict[str, str]]", after.get("replies", []))
    reply = f": {shorten(replies[-1]['text'])}" if replies else ""
    match after.get("state"):
        case "resolved":
            return f"answered {label}{reply}" if feedback.kind == "request" and reply else f"resolved {label}"
        case "acknowledged":
            return f"acknowledged {label}"
        case "declined":
            return f"declined {label}{reply}"
        case None if reply:
            return f"replied to {label}{reply}"
        case _:
            return f"reopened {label}"
