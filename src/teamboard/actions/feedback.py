"""Feedback between members, which the team can read: giving it, asking for it, and the replies."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, get_args

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_colleague, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.feedback import is_open
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Feedback, FeedbackKind, Member, Reply
from teamboard.domain.sanitize import clean_line, clean_text
from teamboard.domain.verbs import VerbName

GIVEN_KINDS: tuple[FeedbackKind, ...] = tuple(k for k in get_args(FeedbackKind) if k != "request")
"""The kinds of feedback that can be given: all but the request."""

MOST_ASKED = 30


class GiveFeedback(Struct, frozen=True, kw_only=True):
    """Give a member feedback, about a goal, a skill or anything else; `source` is who said it, if somebody else."""

    verb: ClassVar[VerbName] = "give feedback"

    to: str
    text: str
    kind: FeedbackKind = "praise"
    about: str | None = None
    source: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        to = find_colleague(board, self.to, board.day_of(at))
        feedback = Feedback(
            id=board.next_id("feedback"),
            kind=self.kind,
            giver=member.handle,
            to=to.handle,
            text=clean_text(self.text, "The feedback", required=True),
            at=at,
            about=find_subject(board, to, self.about),
            source=clean_line(self.source, "The source"),
        )
        if to.handle == member.handle and not (feedback.source or feedback.kind == "request"):
            raise Refused("Feedback to yourself is a note: write it in a check-in, or say who it is from (--source).")
        return {feedback.id: feedback}


class AskForFeedback(Struct, frozen=True, kw_only=True):
    """Ask one or several members for feedback; several requests form a round."""

    verb: ClassVar[VerbName] = "ask for feedback"

    of: tuple[str, ...]
    text: str
    about: str | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        today = board.day_of(at)
        asked = list(dict.fromkeys(find_colleague(board, handle, today).handle for handle in self.of))
        if not asked:
            raise Refused("Say whom you ask.")
        if len(asked) > MOST_ASKED:
            raise Refused(f"A round can ask {MOST_ASKED} members at most, not {len(asked)}.")
        if member.handle in asked:
            raise Refused("You can't ask yourself.")
        round_id = board.next_id("feedback")
        requests = [
            Feedback(
                id=board.next_id("feedback", after=i),
                kind="request",
                giver=member.handle,
                to=handle,
                text=clean_text(self.text, "The question", required=True),
                at=at,
                about=find_subject(board, member, self.about),
                round=round_id if len(asked) > 1 else None,
            )
            for i, handle in enumerate(asked)
        ]
        return {request.id: request for request in requests}


class ReplyToFeedback(Struct, frozen=True, kw_only=True):
    """Reply to feedback; a request is resolved by the reply of the member asked."""

    verb: ClassVar[VerbName] = "reply to feedback"

    feedback: RecordId
    text: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        feedback = find_feedback(board, self.feedback)
        reply = Reply(by=member.handle, at=at, text=clean_text(self.text, "The reply", required=True))
        replied = msgspec.structs.replace(feedback, replies=(*feedback.replies, reply))
        if feedback.kind == "request" and feedback.to == member.handle and is_open(feedback):
            replied = msgspec.structs.replace(replied, state="resolved")
        return {feedback.id: replied}


class AcknowledgeFeedback(Struct, frozen=True, kw_only=True):
    """Acknowledge feedback as read; it stays open until it is resolved."""

    verb: ClassVar[VerbName] = "acknowledge feedback"

    feedback: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        feedback = _find_given_feedback(board, self.feedback, by, self.verb)
        if feedback.state != "open":
            raise Refused(f"{feedback.id} is {feedback.state} already.")
        return {feedback.id: msgspec.structs.replace(feedback, state="acknowledged", acknowledged=at)}


class ResolveFeedback(Struct, frozen=True, kw_only=True):
    """Close feedback that has been dealt with."""

    verb: ClassVar[VerbName] = "resolve feedback"

    feedback: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        feedback = _find_given_feedback(board, self.feedback, by, self.verb)
        if not is_open(feedback):
            raise Refused(f"{feedback.id} is {feedback.state} already.")
        acknowledged = feedback.acknowledged or at
        return {feedback.id: msgspec.structs.replace(feedback, state="resolved", acknowledged=acknowledged)}


class ReopenFeedback(Struct, frozen=True, kw_only=True):
    """Reopen feedback, or a request, that was closed too early."""

    verb: ClassVar[VerbName] = "reopen feedback"

    feedback: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        feedback = find_feedback(board, self.feedback)
        require(board, by, self.verb, board.member(feedback.to), feedback.giver)
        if is_open(feedback):
            raise Refused(f"{feedback.id} is open: {feedback.state}.")
        return {feedback.id: msgspec.structs.replace(feedback, state="open")}


class DeclineRequest(Struct, frozen=True, kw_only=True):
    """Decline a request for feedback, with a word on why."""

    verb: ClassVar[VerbName] = "decline a request"

    feedback: RecordId
    word: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        feedback = find_feedback(board, self.feedback)
        member = require(board, by, self.verb, board.member(feedback.to))
        if feedback.kind != "request" or not is_open(feedback):
            what = f"is {feedback.state}" if feedback.kind == "request" else f"is a {feedback.kind}, not a request"
            raise Refused(f"{feedback.id} {what}: there is nothing to decline.")
        word = Reply(by=member.handle, at=at, text=clean_text(self.word, "A word on why", required=True))
        return {
            feedback.id: msgspec.structs.replace(feedback, state="declined", replies=(*feedback.replies, word)),
        }


def find_feedback(board: Board, feedback_id: str) -> Feedback:
    """The feedback of an id, in upper or lower case. Raises NotFound."""
    feedback = board.get(to_record_id(feedback_id))
    if not isinstance(feedback, Feedback):
        raise NotFound(f"There is no feedback {feedback_id!r}. List open feedback with `teamboard inbox --team`.")
    return feedback


def _find_given_feedback(board: Board, feedback_id: RecordId, by: Actor, verb: VerbName) -> Feedback:
    """Feedback on which the actor may act. Raises NotFound or Refused, also for a request, which needs a reply."""
    feedback = find_feedback(board, feedback_id)
    require(board, by, verb, board.member(feedback.to))
    if feedback.kind == "request":
        raise Refused(f"{feedback.id} asks for feedback: reply to it, or decline it with a word on why.")
    return feedback


def find_subject(board: Board, of: Member, about: str | None) -> str | None:
    """What feedback is about: the id of a goal, the name of the member's skill, or any other text; None if empty."""
    text = clean_line(about or "", "What it is about")
    if not text:
        return None
    goal = board.goal(to_record_id(text))
    if goal is not None:
        return goal.id
    return next((s.name for s in of.skills if s.name.casefold() == text.casefold()), text)
