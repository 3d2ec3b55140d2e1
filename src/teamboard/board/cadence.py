"""Cadence: what is owed to whom, since when."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from teamboard.board.board import Board
from teamboard.board.records import Cadence, Feedback, Member, Reply, Review


class FeedbackStanding(Struct, frozen=True, kw_only=True):
    """A member's feedback on a day: how much is open, how much is asked of them, and what is due."""

    open: int
    asked: int
    last_days: int | None
    overdue_days: int


def feedback_standing(board: Board, member: Member, today: date) -> FeedbackStanding:
    """How a member stands with feedback.

    Due: the cadence after the last feedback received, or after the period began if there was none.
    A request is not feedback: it counts for the person asked, and its answer for who asked.
    """
    received = [f for f in board.feedback_to(member.handle) if f.kind != "request"]
    asked = [f for f in board.feedback_to(member.handle) if f.kind == "request"]
    answers = [r for f in board.feedback_from(member.handle) if (r := answer_to(f)) is not None]
    last = max([*(f.at for f in received), *(r.at for r in answers)], default=None)
    team = board.team
    cadence = team.cadence if team else Cadence()
    last_day = board.day_of(last) if last else None
    since = last_day or (team.period.starts if team else today)
    owed = member.manager is not None or last is not None
    overdue = (today - since).days - cadence.feedback if owed else 0
    return FeedbackStanding(
        open=sum(is_open(f) for f in received),
        asked=sum(f.state == "open" for f in asked),
        last_days=None if last_day is None else max((today - last_day).days, 0),
        overdue_days=max(overdue, 0),
    )


def is_open(feedback: Feedback) -> bool:
    """Whether a feedback still wants something of somebody."""
    return feedback.state in ("open", "acknowledged")


def answer_to(request: Feedback) -> Reply | None:
    """The answer to a request: what the member asked has said to it last; None to one that was declined."""
    if request.kind != "request" or request.state == "declined":
        return None
    return next((r for r in reversed(request.replies) if r.by == request.to), None)


def next_review(board: Board, member: Member) -> Review | None:
    """The next review that has not been held: the earliest, overdue ones first."""
    coming = [r for r in board.reviews_of(member.handle) if r.state in ("preparing", "ready")]
    return min(coming, key=lambda r: r.on, default=None)
