"""Feedback: which is open, and what answers a request."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from teamboard.domain.records import Feedback, Reply

BALANCE_DAYS = 90
"""For so many days feedback and one-on-ones count in the balance of their themes."""


class OpenFeedback(Struct, frozen=True):
    """How much feedback is open, without requests; how much of that is not acknowledged; and open requests."""

    open: int
    unacknowledged: int
    asked: int


def is_open(feedback: Feedback) -> bool:
    """True if a feedback is open or acknowledged: somebody still has to act on it."""
    return feedback.state in ("open", "acknowledged")


def count_open(pieces: Iterable[Feedback]) -> OpenFeedback:
    """Count the open ones of some feedback and requests. A request is not feedback: it is to be answered."""
    open_pieces = [f for f in pieces if is_open(f)]
    given = [f for f in open_pieces if f.kind != "request"]
    unacknowledged = sum(f.state == "open" for f in given)
    return OpenFeedback(open=len(given), unacknowledged=unacknowledged, asked=len(open_pieces) - len(given))


def answer_to(request: Feedback) -> Reply | None:
    """The answer to a request: the last reply of the member asked; None if there is none or it was declined."""
    if request.kind != "request" or request.state == "declined":
        return None
    return next((r for r in reversed(request.replies) if r.by == request.to), None)
