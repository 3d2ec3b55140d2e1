"""Feedback between members, in sight of the team."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, NotFound, find_member, line, prose, require
from teamboard.board.board import Board, Changes
from teamboard.board.records import Feedback, FeedbackKind, Reply


class GiveFeedback(Struct, frozen=True, kw_only=True):
    """Say something to a member; a `request` asks them for feedback."""

    verb: ClassVar[str] = "give feedback"

    to: str
    text: str
    kind: FeedbackKind = "praise"
    about: str | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        feedback = Feedback(
            id=board.next_id("feedback"),
            kind=self.kind,
            giver=member.handle,
            to=find_member(board, self.to).handle,
            text=prose(self.text, "The feedback", required=True),
            at=at,
            about=line(self.about, "What it is about") if self.about else None,
        )
        return {feedback.id: feedback}


class ReplyToFeedback(Struct, frozen=True, kw_only=True):
    """Answer in a feedback's thread."""

    verb: ClassVar[str] = "reply to feedback"

    feedback: str
    text: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        feedback = _find(board, self.feedback)
        reply = Reply(by=member.handle, at=at, text=prose(self.text, "The reply", required=True))
        return {feedback.id: msgspec.structs.replace(feedback, replies=(*feedback.replies, reply))}


class ResolveFeedback(Struct, frozen=True, kw_only=True):
    """Close a feedback that has been dealt with."""

    verb: ClassVar[str] = "resolve feedback"

    feedback: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        feedback = _find(board, self.feedback)
        require(board, by, self.verb, board.member(feedback.to))
        return {feedback.id: msgspec.structs.replace(feedback, state="resolved")}


def _find(board: Board, feedback_id: str) -> Feedback:
    feedback = board.get(feedback_id)
    if not isinstance(feedback, Feedback):
        raise NotFound(f"There is no feedback {feedback_id!r}.")
    return feedback
