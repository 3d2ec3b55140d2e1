"""Members by what they are and were called, and records with other handles in them."""

from __future__ import annotations

from datetime import date

from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.one_on_ones import NewAction, NewTopic, WriteOneOnOne
from teamboard.actions.renaming import RenameMember
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.domain.board_filter import filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import fields_of
from teamboard.domain.handles import (
    all_records,
    current_handle,
    display_name,
    former_handles,
    shares_first_name,
    with_handles,
    with_other_handles,
)
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, GoalRevision, OneOnOne
from tests.conftest import ANA, MARA, NOW, small_maker


def test_a_record_without_the_handle_stays_the_same_object() -> None:
    board = small_maker().board
    assert with_other_handles(all_records(board), {"nobody": "somebody"}) == {}
    for record in all_records(board):
        fields = fields_of(record) or {}
        assert with_handles(record.id, fields, {"nobody": "somebody"}) is fields


def test_handles_are_replaced_at_any_depth_and_texts_are_not() -> None:
    maker = small_maker()
    maker.do(WriteOneOnOne(member="ana", topics=(NewTopic("skills", "ana"),)), ANA)
    maker.do(WriteOneOnOne(member="ana", note="ana", agreed=(NewAction(text="ana", owner="ana"),)), ANA)
    talk = with_other_handles(all_records(maker.board), {"ana": "anna"})[RecordId("O1")]
    assert isinstance(talk, OneOnOne)
    assert (talk.member, talk.manager) == ("anna", "mara")
    assert (talk.topics[0].by, talk.topics[0].text) == ("anna", "ana")
    assert (talk.notes[0].by, talk.notes[0].text) == ("anna", "ana")
    assert (talk.actions[0].owner, talk.actions[0].text) == ("anna", "ana")


def test_the_owner_among_the_terms_of_a_revision_is_replaced() -> None:
    revision = GoalRevision(
        goal=RecordId("G1"), reason="market", why="So", by="mara", at=NOW, state="agreed",
        before={"owner": "ana", "title": "ana"}, after={"owner": "ben", "title": "ben"},
    )  # fmt: skip
    found = with_handles(RecordId("V1"), fields_of(revision) or {}, {"ana": "anna"})
    assert (found["before"], found["after"]) == ({"owner": "anna", "title": "ana"}, {"owner": "ben", "title": "ben"})


def test_a_past_board_is_asked_with_the_handle_of_today() -> None:
    maker = small_maker()
    before = maker.board.revision
    maker.do(RenameMember(member="ana", handle="anna"), MARA)
    assert former_handles(maker.board) == {"ana": "anna"}
    assert current_handle(maker.board, "ana") == "anna"
    past = as_of(maker.file().board, before)
    assert current_handle(past, "anna") == "ana"
    assert {g.owner for g in past.goals} == {"ana", "ben"}
    goal = maker.board.get(RecordId("G1"))
    assert isinstance(goal, Goal)
    assert goal.owner == "anna"


def test_two_of_one_name_have_their_handles_beside_it() -> None:
    maker = small_maker()
    ana = maker.board.member("ana")
    assert ana is not None
    assert (display_name(maker.board, ana), shares_first_name(maker.board, ana)) == ("Ana Ruiz", False)
    maker.do(AddMember(handle="ana2", name="ana Sol", manager="mara"))
    assert (display_name(maker.board, ana), shares_first_name(maker.board, ana)) == ("Ana Ruiz", True)
    maker.do(ChangeMember(handle="ana2", name="ANA RUIZ"))
    assert display_name(maker.board, ana) == "Ana Ruiz (ana)"


def test_names_are_compared_in_composed_unicode() -> None:
    maker = small_maker()
    for handle, name in (("ines", "In\u00e9s Vidal"), ("ines2", "Ine\u0301s Vidal")):
        maker.do(AddMember(handle=handle, name=name, manager="mara"))
    ines = maker.board.member("ines")
    assert ines is not None
    assert display_name(maker.board, ines) == "In\u00e9s Vidal (ines)"
    shown = BoardOnDay(maker.board, date(2026, 11, 22))
    for words in ("in\u00e9s", "INE\u0301S"):
        assert [s.member.handle for s in filter_board(shown, words=words).sections] == ["ines", "ines2"], words


def test_a_filter_finds_who_was_called_so() -> None:
    maker = small_maker()
    maker.do(RenameMember(member="ana", handle="zoe"), MARA)
    maker.do(GiveFeedback(to="zoe", text="Well done"), MARA)
    shown = BoardOnDay(maker.board, date(2026, 11, 22))
    assert [s.member.handle for s in filter_board(shown, words="ana").sections] == ["zoe"]
