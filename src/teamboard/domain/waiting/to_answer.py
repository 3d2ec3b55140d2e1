"""To answer: what others have put to a member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.feedback import is_open
from teamboard.domain.goals.revisions import is_notice
from teamboard.domain.records import GoalRevision, Member
from teamboard.domain.standup import HelpWanted
from teamboard.domain.verbs import VerbName
from teamboard.domain.waiting.model import AnswerKind, ToAnswer, WantedBy


def answers_asked(
    shown: BoardOnDay, member: Member, revisions: Iterable[GoalRevision], wanted: WantedBy
) -> tuple[ToAnswer, ...]:
    """What a member is asked, the longest waiting first; `revisions` has those that wait for them."""
    found = (
        *_feedback(shown.board, member),
        *_revisions(shown.board, revisions),
        *_offers(shown.board, wanted.get(member.handle, ())),
    )
    return tuple(sorted(found, key=lambda answer: answer.since))


def _feedback(board: Board, member: Member) -> Iterator[ToAnswer]:
    """Yield the open requests to a member, and the feedback that they have not acknowledged."""
    for feedback in board.feedback_to(member.handle):
        if feedback.kind == "request" and is_open(feedback):
            kind: AnswerKind = "request"
            settled_by: VerbName = "reply to feedback"
        elif feedback.kind != "request" and feedback.state == "open":
            kind, settled_by = "feedback", "acknowledge feedback"
        else:
            continue
        since = board.day_of(feedback.at)
        yield ToAnswer(kind=kind, about=feedback.id, by=feedback.giver, since=since, settled_by=settled_by)


def _revisions(board: Board, revisions: Iterable[GoalRevision]) -> Iterator[ToAnswer]:
    """Yield the proposals, revised team goals and notices that wait for a member."""
    for revision in revisions:
        kind: AnswerKind = (
            "proposal" if revision.state == "proposed" else "notice" if is_notice(revision) else "revision"
        )
        settled_by: VerbName = "agree to a revision" if kind == "proposal" else "acknowledge a revision"
        since = board.day_of(revision.at)
        yield ToAnswer(kind=kind, about=revision.id, by=revision.by, since=since, settled_by=settled_by)


def _offers(board: Board, all_wanted: Iterable[HelpWanted]) -> Iterator[ToAnswer]:
    """Yield the offers of help with a member's goals, until they check in on the goal again."""
    for wanted in all_wanted:
        since = board.checkin_day(wanted.checkin)
        for helper in wanted.checkin.helpers:
            yield ToAnswer(kind="offer of help", about=wanted.goal.id, by=helper, since=since, settled_by="check in")
