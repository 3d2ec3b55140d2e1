"""Signing a review: who can sign at this terminal, and the message afterwards."""

from __future__ import annotations

from typing import Literal

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import review_due
from teamboard.domain.records import Review
from teamboard.domain.sanitize import shell_command
from teamboard.render.format import name_of

Signer = Literal["own", "other"]
"""Who signs at this terminal: the person for themselves, or the other side, with the person as witness."""


def sign_choices(board: Board, review: Review, me: str | None) -> dict[Signer, str]:
    """The options to offer before signing, as texts by signer; empty if there is nothing to ask."""
    signed = {signature.by for signature in review.signatures}
    other = review.manager if me == review.member else review.member
    if me not in (review.member, review.manager) or other in signed:
        return {}
    own: dict[Signer, str] = {} if me in signed else {"own": "Sign for yourself"}
    # Ask even if only the other side can sign: a second press must not sign for somebody who is not there.
    return own | {"other": f"{name_of(board, other)} is here and signs; you are the witness"}


def describe_signed(shown: BoardOnDay, review: Review) -> str:
    """The message after signing: who has signed, and, once both have, when the next review is due."""
    board = shown.board
    message = f"Signed by {' and '.join(name_of(board, s.by) for s in review.signatures)}."
    member = board.member(review.member)
    due = review_due(shown, member) if member is not None and review.state == "signed" else None
    if due is not None and not due.about:
        schedule = shell_command("review", "schedule", review.member, due.on)
        message += f" The next review is due on {due.on}: {schedule}."
    return message
