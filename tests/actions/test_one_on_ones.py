"""One-on-ones: who may write what, where it goes, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, RateOneOnOne, WriteOneOnOne
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.one_on_ones import (
    current_one_on_one,
    held_one_on_ones,
    last_held_one_on_one,
    next_one_on_one,
    open_actions,
    open_actions_between,
)
from teamboard.domain.records import OneOnOne, Topic
from teamboard.render.activity_log import describe_commit, matching_commits
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker
from tests.helpers.refusing import refused

CHI = Actor("chi", "chi", "desk")


def the_one(board: Board, handle: str = "ana") -> OneOnOne:
    found = next_one_on_one(board, handle)
    assert found is not None
    return found


def test_both_fill_the_agenda_of_the_one_to_come(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ana", topics=(NewTopic("skills", " The  silence "),)), ANA)
    more = (NewTopic("career", "Lead"), NewTopic("skills", "the silence"))
    maker.do(WriteOneOnOne(member="Ana Ruiz", topics=more, on=date(2026, 11, 26)), MARA)
    talk = the_one(maker.board)
    assert (talk.id, talk.on, talk.held) == ("O1", date(2026, 11, 26), None)
    assert talk.topics == (
        Topic(theme="skills", text="The silence", by="ana"),
        Topic(theme="career", text="Lead", by="mara"),
    )
    maker.do(WriteOneOnOne(member="ana", without=("THE SILENCE",)), MARA)
    assert [t.text for t in the_one(maker.board).topics] == ["Lead"]


def test_without_a_day_it_is_when_it_is_due_and_never_in_the_past(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ana", note="x"), MARA)
    assert the_one(maker.board).on == date(2026, 12, 7)
    maker.do(WriteOneOnOne(member="ben", held=date(2026, 10, 2)), MARA)
    maker.do(WriteOneOnOne(member="ben", note="x"), BEN)
    assert the_one(maker.board, "ben").on == TODAY


def test_what_is_said_on_the_day_goes_into_the_talk_that_was_held(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ana", topics=(NewTopic("skills", "Silence"),)), ANA)
    maker.do(WriteOneOnOne(member="ana", held=TODAY), MARA)
    maker.do(WriteOneOnOne(member="ana", note="Line one\nline two", agreed=(NewAction(text="Wait"),)), ANA)
    assert current_one_on_one(BoardOnDay(maker.board, TODAY), "ana") == last_held_one_on_one(maker.board, "ana")
    talk = last_held_one_on_one(maker.board, "ana")
    assert talk is not None
    assert [n.text for n in talk.notes] == ["Line one\nline two"]
    assert [(a.text, a.owner) for a in talk.actions] == [("Wait", "ana")]
    # A new topic is for the next time; so is a note on the day after.
    maker.do(WriteOneOnOne(member="ana", topics=(NewTopic("career", "Lead"),)), ANA)
    assert the_one(maker.board).id == "O2"
    maker.do(WriteOneOnOne(member="ana", note="For next time"), ANA, NOW + timedelta(days=1))
    assert [n.text for n in the_one(maker.board).notes] == ["For next time"]
    assert [o.id for o in held_one_on_ones(maker.board, "ana")] == ["O1"]


def test_an_agreed_action_stays_open_until_it_is_done(maker: Maker) -> None:
    agreed = (NewAction(text="Price story", owner="mara", due=TODAY), NewAction(text="Two calls"))
    maker.do(WriteOneOnOne(member="ana", agreed=agreed, held=TODAY), ANA)
    assert [p.id for p in open_actions(maker.board, "mara")] == ["O1.1"]
    assert [p.id for p in open_actions_between(maker.board, "ana")] == ["O1.1", "O1.2"]
    maker.do(FinishAction(action="o1.1"), ANA)
    assert open_actions(maker.board, "mara") == ()
    maker.do(FinishAction(action="O1.1", undone=True), MARA)
    assert [p.id for p in open_actions(maker.board, "mara")] == ["O1.1"]
    assert "open already" in refused(maker, FinishAction(action="O1.1", undone=True))
    assert "Only" in refused(maker, FinishAction(action="O1.1"), BEN)
    for unknown in ("O1.3", "O9.1", "G1", "", "O1", "O1.0", "O١.١"):
        assert "no agreed action" in refused(maker, FinishAction(action=unknown))


def test_the_member_alone_says_how_useful_it_was(maker: Maker) -> None:
    assert "no one-on-one yet" in refused(maker, RateOneOnOne(member="ana", useful=4), ANA)
    maker.do(WriteOneOnOne(member="ana", held=date(2026, 11, 12)), MARA)
    assert "Only Ana Ruiz" in refused(maker, RateOneOnOne(member="ana", useful=4), MARA)
    for useful in (0, 6, -1):
        assert "1 to 5" in refused(maker, RateOneOnOne(member="ana", useful=useful), ANA)
    maker.do(RateOneOnOne(member="ana", useful=4), ANA)
    maker.do(RateOneOnOne(member="ana", useful=3), ANA)
    assert last_held_one_on_one(maker.board, "ana").useful == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("action", "by", "says"),
    [
        (WriteOneOnOne(member="ana", note="x"), BEN, "Only Mara Lind (mara) or Ana Ruiz (ana)"),
        (WriteOneOnOne(member="ana", note="x"), Actor(None), "does not know you"),
        (WriteOneOnOne(member="mara", note="x"), MARA, "no manager"),
        (WriteOneOnOne(member="zoe", note="x"), MARA, "no member"),
        (WriteOneOnOne(member="ana", held=TODAY + timedelta(days=1)), MARA, "in the future"),
        (WriteOneOnOne(member="ana", topics=(NewTopic("skills", " \n"),)), MARA, "The topic is missing"),
        (WriteOneOnOne(member="ana", topics=(NewTopic("skills", "x" * 301),)), MARA, "too long"),
        (WriteOneOnOne(member="ana", note="x" * 20_001), MARA, "too long"),
        (WriteOneOnOne(member="ana", without=("nothing",)), MARA, "no topic"),
        (WriteOneOnOne(member="ana", agreed=(NewAction(text="x", owner="ben"),)), MARA, "not one of the two"),
        (WriteOneOnOne(member="ana", agreed=(NewAction(text=""),)), MARA, "The action is missing"),
        (
            WriteOneOnOne(member="ana", topics=tuple(NewTopic("skills", f"{n}") for n in range(101))),
            MARA,
            "At most 100",
        ),
    ],
)
def test_what_is_refused_changes_nothing(maker: Maker, action: WriteOneOnOne, by: Actor, says: str) -> None:
    assert says in refused(maker, action, by)


def test_the_same_talk_is_not_held_twice(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ana", held=TODAY), MARA)
    assert "on the board already: O1" in refused(maker, WriteOneOnOne(member="ana", held=TODAY), ANA)
    assert "would change" in refused(maker, WriteOneOnOne(member="ana"), ANA)


def test_what_is_planned_goes_over_to_a_new_manager(maker: Maker) -> None:
    maker.do(AddMember(handle="chi", name="Chi Tanaka"))
    maker.do(WriteOneOnOne(member="ana", held=date(2026, 11, 12)), MARA)
    maker.do(WriteOneOnOne(member="ana", note="Next time"), ANA)
    maker.do(ChangeMember(handle="ana", manager="chi"))
    assert [(o.id, o.manager) for o in maker.board.one_on_ones_of("ana")] == [("O1", "mara"), ("O2", "chi")]
    maker.do(WriteOneOnOne(member="ana", note="Welcome"), CHI)
    assert "Only" in refused(maker, WriteOneOnOne(member="ana", note="x"), MARA)


def test_it_is_told_in_sentences_and_can_be_taken_back(maker: Maker) -> None:
    topics = (NewTopic("skills", "Silence"),)
    maker.do(WriteOneOnOne(member="ana", topics=topics, on=date(2026, 11, 26)), ANA)
    maker.do(WriteOneOnOne(member="ana", on=date(2026, 11, 27), note="Not on Thursday"), MARA)
    maker.do(WriteOneOnOne(member="ana", held=TODAY, agreed=(NewAction(text="Wait", owner="ana"),)), MARA)
    maker.do(FinishAction(action="O1.1"), ANA)
    maker.do(RateOneOnOne(member="ana", useful=5), ANA)
    board = maker.file().board
    told = [describe_commit(board, entry) for _, entry in matching_commits(board)][:5]
    assert told == [
        "Ana Ruiz found the one-on-one of Ana and Mara useful: 5 of 5",
        "Ana Ruiz did O1.1: Wait",
        "Mara Lind held the one-on-one of Ana and Mara, agreed on O1.1: Ana, Wait",
        "Mara Lind moved the one-on-one of Ana and Mara to 2026-11-27, "
        "noted in the one-on-one of Ana and Mara: Not on Thursday",
        "Ana Ruiz planned the one-on-one of Ana and Mara for 2026-11-26, put on its agenda: Silence",
    ]
    maker.board = board
    maker.do(Undo(undoes=board.revision), ANA)
    assert last_held_one_on_one(maker.board, "ana").useful is None  # type: ignore[union-attr]
