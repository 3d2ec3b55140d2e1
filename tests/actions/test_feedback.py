"""Feedback: giving, asking, and the thread; who may do which, and what is refused with nothing changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.feedback import (
    AcknowledgeFeedback,
    AskForFeedback,
    DeclineRequest,
    GiveFeedback,
    ReopenFeedback,
    ReplyToFeedback,
    ResolveFeedback,
)
from teamboard.actions.team import AddMember
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import feedback_standing
from teamboard.domain.feedback import answer_to
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Feedback, Member, Skill
from tests.conftest import ANA, BEN, MARA, NOW, STRANGER, TODAY, Maker
from tests.helpers.refusing import refused


def feedback(maker: Maker, feedback_id: RecordId) -> Feedback:
    found = maker.board.get(feedback_id)
    assert isinstance(found, Feedback)
    return found


def test_what_it_is_about_is_a_goal_a_skill_or_words(maker: Maker) -> None:
    skills = (Skill(name="Negotiation", level=2, target=4),)
    maker.do(AddMember(handle="eve", name="Eve", manager="mara", skills=skills))
    for about in ("g1", "negotiation", "the offsite", "G99", ""):
        maker.do(GiveFeedback(to="eve", text="x", about=about), BEN)
    assert [f.about for f in maker.board.feedback_to("eve")] == ["G1", "Negotiation", "the offsite", "G99", None]


def test_a_thread_is_acknowledged_resolved_and_reopened_by_those_who_may(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="Ask twice", kind="coaching"), BEN)
    assert "Ana Ruiz" in refused(maker, AcknowledgeFeedback(feedback=RecordId("F1")), BEN)
    assert "Ana Ruiz" in refused(maker, AcknowledgeFeedback(feedback=RecordId("F1")), MARA)
    maker.do(AcknowledgeFeedback(feedback=RecordId("f1")), ANA)
    assert "acknowledged already" in refused(maker, AcknowledgeFeedback(feedback=RecordId("F1")), ANA)
    assert feedback_standing(BoardOnDay(maker.board, TODAY), _member(maker, "ana")).open == 1
    assert "Only" in refused(maker, ResolveFeedback(feedback=RecordId("F1")), BEN)
    maker.do(ResolveFeedback(feedback=RecordId("F1")), MARA)
    assert "resolved already" in refused(maker, ResolveFeedback(feedback=RecordId("F1")), ANA)
    assert feedback_standing(BoardOnDay(maker.board, TODAY), _member(maker, "ana")).open == 0
    maker.do(AddMember(handle="eve", name="Eve", manager="mara"))
    assert "Only" in refused(maker, ReopenFeedback(feedback=RecordId("F1")), Actor("eve"))
    maker.do(ReopenFeedback(feedback=RecordId("F1")), BEN)
    assert feedback(maker, RecordId("F1")).state == "open"
    assert "is open" in refused(maker, ReopenFeedback(feedback=RecordId("F1")), ANA)
    maker.do(ReplyToFeedback(feedback=RecordId("F1"), text="Every call"), Actor("eve"))
    assert [r.by for r in feedback(maker, RecordId("F1")).replies] == ["eve"]


def _member(maker: Maker, handle: str) -> Member:
    found = maker.board.member(handle)
    assert found is not None
    return found


def test_a_request_is_open_until_it_is_answered_or_declined(maker: Maker) -> None:
    maker.do(AskForFeedback(of=("ben",), text="Too long?", about="G1"), ANA, NOW - timedelta(days=3))
    assert feedback_standing(BoardOnDay(maker.board, TODAY), _member(maker, "ben")).asked == 1
    for action in (AcknowledgeFeedback(feedback=RecordId("F1")), ResolveFeedback(feedback=RecordId("F1"))):
        assert "reply to it, or decline" in refused(maker, action, BEN)
    maker.do(ReplyToFeedback(feedback=RecordId("F1"), text="Not only you"), MARA)
    assert feedback(maker, RecordId("F1")).state == "open"
    maker.do(ReplyToFeedback(feedback=RecordId("F1"), text="By ten minutes"), BEN)
    found = feedback(maker, RecordId("F1"))
    answer = answer_to(found)
    assert (found.state, answer.text if answer else None) == ("resolved", "By ten minutes")
    assert feedback_standing(BoardOnDay(maker.board, TODAY), _member(maker, "ben")).asked == 0
    assert feedback_standing(BoardOnDay(maker.board, TODAY), _member(maker, "ana")).last_days == 0
    assert "nothing to decline" in refused(maker, DeclineRequest(feedback=RecordId("F1"), word="x"), BEN)
    maker.do(ReopenFeedback(feedback=RecordId("F1")), ANA)
    assert "word" in refused(maker, DeclineRequest(feedback=RecordId("F1"), word=" "), BEN)
    assert "Only" in refused(maker, DeclineRequest(feedback=RecordId("F1"), word="x"), ANA)
    maker.do(DeclineRequest(feedback=RecordId("F1"), word="I was not there"), BEN)
    found = feedback(maker, RecordId("F1"))
    assert (found.state, found.replies[-1].text, answer_to(found)) == ("declined", "I was not there", None)
    maker.do(GiveFeedback(to="ana", text="x"), BEN)
    assert "is a praise, not a request" in refused(maker, DeclineRequest(feedback=RecordId("F2"), word="x"), ANA)


def test_a_round_asks_several_at_once(maker: Maker) -> None:
    maker.do(AskForFeedback(of=("ben", "mara", "BEN"), text="What should I keep doing?"), ANA)
    assert [(f.to, f.round) for f in maker.board.feedback_from("ana")] == [("ben", "F1"), ("mara", "F1")]
    maker.do(AskForFeedback(of=("ben",), text="And now?"), ANA)
    assert feedback(maker, RecordId("F3")).round is None


def test_words_from_outside_name_their_source(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="The best call this year", source="Iberdrola,\npurchasing"), ANA)
    assert feedback(maker, RecordId("F1")).source == "Iberdrola, purchasing"


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (GiveFeedback(to="ana", text="x"), "Feedback to yourself"),
        (GiveFeedback(to="ben", text=" \n"), "missing"),
        (GiveFeedback(to="ben", text="x" * 20_001), "too long"),
        (GiveFeedback(to="zoe", text="x"), "no member 'zoe'"),
        (GiveFeedback(to="ben", text="x", about="y" * 301), "too long"),
        (AskForFeedback(of=("ana",), text="x"), "yourself"),
        (AskForFeedback(of=(), text="x"), "whom you ask"),
        (AskForFeedback(of=("ben", "zoe"), text="x"), "no member 'zoe'"),
        (AskForFeedback(of=("ben",), text=""), "question is missing"),
        (ReplyToFeedback(feedback=RecordId("F9"), text="x"), "no feedback"),
        (ReplyToFeedback(feedback=RecordId(""), text="x"), "no feedback"),
        (AcknowledgeFeedback(feedback=RecordId("G1")), "no feedback"),
        (ReopenFeedback(feedback=RecordId("F9")), "no feedback"),
        (DeclineRequest(feedback=RecordId("F9"), word="x"), "no feedback"),
    ],
)
def test_what_makes_no_sense_is_refused(maker: Maker, action: Action, says: str) -> None:
    assert says in refused(maker, action, ANA)
    if not isinstance(action, ReplyToFeedback | AcknowledgeFeedback | ReopenFeedback | DeclineRequest):
        assert "does not know you" in refused(maker, action, STRANGER)
