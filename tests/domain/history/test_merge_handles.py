"""A copy that still uses an old handle, or has given a member another one, comes back into the board."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ReplyToFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.renaming import RenameMember
from teamboard.actions.team import AddMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.history.log import history_of, last_undoable_commit
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Feedback
from tests.conftest import ANA, BEN, MARA
from tests.store.file.test_merge import COPY, HERE, Pair, pair

__all__ = ["pair"]

ANNA = Actor("anna", "ana", "desk")
RENAME = RenameMember(member="ana", handle="anna")


def people(board: Board) -> list[tuple[str, tuple[str, ...]]]:
    return [(m.handle, m.formerly) for m in board.members]


def test_what_a_copy_says_of_the_old_handle_is_said_of_the_new_one(pair: Pair) -> None:
    pair.do(HERE, RENAME)
    pair.do(COPY, CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    pair.do(COPY, AddGoal(owner="ana", title="Calls", measure=DoneOrNot()))
    pair.do(COPY, ReplyToFeedback(feedback=RecordId("F1"), text="Thanks"), ANA)
    board = pair.merged()
    assert {goal.owner for goal in board.goals} == {"anna", "ben"}
    (goal,) = [goal for goal in board.goals if goal.title == "Calls"]
    checkin, feedback = board.last_checkin(RecordId("G1")), board.get(RecordId("F1"))
    assert checkin is not None
    assert isinstance(feedback, Feedback)
    assert (goal.owner, checkin.by, feedback.to, feedback.replies[-1].by) == ("anna", "anna", "anna", "anna")
    assert [entry.by for _, entry in history_of(board)][-3:-1] == ["mara", "ana"]
    assert last_undoable_commit(board, "anna") is not None


def test_a_copy_s_new_handle_reaches_what_was_written_meanwhile(pair: Pair) -> None:
    pair.do(COPY, RENAME)
    pair.do(COPY, GiveFeedback(to="ben", text="From Anna"), ANNA)
    pair.do(HERE, AddGoal(owner="ana", title="Calls", measure=DoneOrNot()))
    pair.do(HERE, CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    board = pair.merged()
    assert people(board)[1] == ("anna", ("ana",))
    checkin = board.last_checkin(RecordId("G1"))
    assert checkin is not None
    assert checkin.by == "anna"
    assert {goal.owner for goal in board.goals} == {"anna", "ben"}
    assert board.feedback_from("anna")


@pytest.mark.parametrize(("copy_wins", "handle"), [(False, "anna"), (True, "ann")])
def test_two_handles_are_one_question_and_both_find_the_member(pair: Pair, copy_wins: bool, handle: str) -> None:
    pair.do(HERE, RENAME)
    pair.do(HERE, CheckInGoal(goal=RecordId("G1"), value=100), ANNA)
    pair.do(COPY, RenameMember(member="ana", handle="ann"))
    pair.do(COPY, GiveFeedback(to="ben", text="From Ann"), Actor("ann"))
    assert [(c.record_id, c.field) for c in pair.found().conflicts] == [("M2", "handle")]
    board = pair.merged(handle=copy_wins)
    checkin = board.last_checkin(RecordId("G1"))
    assert checkin is not None
    assert (checkin.by, board.feedback_from(handle)[0].text) == (handle, "From Ann")
    assert {board.known_as(called) for called in ("ana", "ann", "anna")} == {board.member(handle)}


def test_the_same_handle_on_both_sides_is_no_question(pair: Pair) -> None:
    for side in (HERE, COPY):
        pair.do(side, RENAME)
    assert pair.found().conflicts == []
    assert people(pair.merged())[1] == ("anna", ("ana",))


def test_somebody_new_who_has_the_handle_in_the_copy_gets_a_number(pair: Pair) -> None:
    pair.do(HERE, RENAME)
    pair.do(COPY, AddMember(handle="anna", name="Anna Berg", manager="mara"))
    pair.do(COPY, GiveFeedback(to="anna", text="Welcome"), BEN)
    board = pair.merged()
    assert people(board)[-1] == ("anna2", ())
    assert [f.text for f in board.feedback_to("anna2")] == ["Welcome"]
    assert board.known_as("anna") == board.member("anna")


def test_somebody_new_here_keeps_the_handle_that_a_copy_gives_away(pair: Pair) -> None:
    pair.do(HERE, AddMember(handle="anna", name="Anna Berg", manager="mara"))
    pair.do(COPY, RENAME)
    board = pair.merged()
    assert [handle for handle, _ in people(board)] == ["mara", "anna2", "ben", "anna"]
    assert {goal.owner for goal in board.goals} == {"anna2", "ben"}


def test_a_handle_that_was_given_back_in_the_copy(pair: Pair) -> None:
    renamed = pair.do(COPY, RENAME)
    pair.do(COPY, Undo(undoes=renamed.revision))
    pair.do(HERE, CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    board = pair.merged()
    assert people(board)[1] == ("ana", ("anna",))
    pair.do(HERE, GiveFeedback(to="ana", text="Still here"), MARA)
