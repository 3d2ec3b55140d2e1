"""Feedback: which is open, and what answers a request."""

from __future__ import annotations

from teamboard.domain.records import Feedback, Reply

BALANCE_DAYS = 90
"""For so many days feedback and one-on-ones count in the balance of their themes."""


def is_open(feedback: Feedback) -> bool:
    """True if a feedback is open or acknowledged: somebody still has to act on it."""
    return feedback.state in ("open", "acknowledged")


def answer_to(request: Feedback) -> Reply | None:
    """The answer to a request: the last reply of the member asked; None if there is none or it was declined."""
    if request.kind != "request" or request.state == "declined":
        return None
    return next((r for r in reversed(request.replies) if r.by == request.to), None)
