"""What was undone stands in the way of nothing: an earlier commit can be undone after it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, ProposeGoal
from teamboard.actions.revision_responses import AgreeToRevision
from teamboard.actions.team import ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.commit_log import Fields, fields_by_id
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import last_undoable_commit
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric
from tests.conftest import ANA, BEN, MARA, NOW, small_maker
from tests.helpers.memory import Memory, MemoryStore

G1, G3 = RecordId("G1"), RecordId("G3")
CALLS = Activity(unit="calls", per_week=10)
ACTIONS: tuple[Action, ...] = (
    CheckInGoal(goal=G1, value=100),
    CheckInGoal(goal=G1, value=200),
    ChangeMember(handle="ana", title="Head of Iberia"),
    ChangeMember(handle="ana", title="AE Iberia"),
    ChangeMember(handle="ana", title="AE Iberia", name="Ana R"),
    GiveFeedback(to="ana", text="Well done"),
    AddGoal(owner="ana", title="Calls", measure=Metric(unit="calls", start=0, target=10)),
)


def new_store() -> MemoryStore:
    store = MemoryStore(Memory(), clock=lambda: NOW)
    store.create(small_maker().file(), MARA)
    return store


def records(store: MemoryStore) -> dict[RecordId, Fields]:
    return fields_by_id(store.load().tables)


def undo_last(store: MemoryStore) -> None:
    last = last_undoable_commit(store.load(), "mara")
    assert last is not None
    store.commit(Undo(undoes=last), MARA)


@given(st.lists(st.one_of(st.sampled_from(ACTIONS), st.none()), max_size=12))
def test_changes_are_undone_one_after_the_other_however_many_were_undone_between(steps: list[Action | None]) -> None:
    store = new_store()
    boards: list[dict[RecordId, Fields]] = []
    for step in [*steps, *[None] * len(steps)]:
        if step is None and boards:
            undo_last(store)
            assert records(store) == boards.pop()
        elif step is not None:
            before = records(store)
            with suppress(Refused):
                # As it changes nothing.
                store.commit(step, MARA)
                boards.append(before)
    assert not boards


def test_an_undo_that_was_undone_undoes_nothing() -> None:
    store = new_store()
    first = store.commit(CheckInGoal(goal=G1, value=100), ANA).board.revision
    second = store.commit(CheckInGoal(goal=G1, value=200), MARA).board.revision
    undo = store.commit(Undo(undoes=second), MARA).board.revision
    redo = store.commit(Undo(undoes=undo), MARA).board.revision
    with pytest.raises(Refused, match=rf"can't be undone: mara has checked in on G1 since \(revision {second}\)"):
        store.commit(Undo(undoes=first), ANA)
    store.commit(Undo(undoes=redo), MARA)
    store.commit(Undo(undoes=first), ANA)
    assert store.load().last_checkin(G1) is None
    with pytest.raises(Refused, match="has been undone already"):
        store.commit(Undo(undoes=first), ANA)


@pytest.mark.parametrize(
    "closing", [HandOverGoal(goal=G1, to="ben"), CloseGoal(goal=G1, outcome="achieved", why="Enough")]
)
def test_a_check_in_stays_once_its_goal_is_closed_at_what_it_says(closing: Action) -> None:
    store = new_store()
    checked_in = store.commit(CheckInGoal(goal=G1, value=100), ANA).board.revision
    closed = store.commit(closing, MARA).board.revision
    with pytest.raises(Refused, match=rf"can't be undone: mara has closed G1 since \(revision {closed}\)"):
        store.commit(Undo(undoes=checked_in), ANA)
    store.commit(Undo(undoes=closed), MARA)
    undo = store.commit(Undo(undoes=checked_in), ANA).board.revision
    store.commit(CloseGoal(goal=G1, outcome="missed", why="Nothing came"), MARA)
    with pytest.raises(Refused, match="mara has closed G1 since"):
        store.commit(Undo(undoes=undo), ANA)


def test_a_check_in_stays_once_its_goal_was_opened_again() -> None:
    store = new_store()
    checked_in = store.commit(CheckInGoal(goal=G1, value=100), ANA).board.revision
    store.commit(CloseGoal(goal=G1, outcome="missed", why="Too soon"), MARA)
    store.commit(ReopenGoal(goal=G1, why="Go on"), MARA)
    with pytest.raises(Refused, match="mara has reopened G1 since"):
        store.commit(Undo(undoes=checked_in), ANA)


@pytest.mark.parametrize(
    ("built", "since"),
    [
        (CheckInGoal(goal=G3, value=1), "ana has checked in on G3"),
        (AddGoal(owner="ana", kind="skill", title="Calls", measure=CALLS, drives=G3), "ana has built G4 on G3"),
        (GiveFeedback(to="mara", text="Is it enough?", about="G3"), "ana has built F1 on G3"),
        (EditGoal(goal=G3, why="Renewals count"), "ana has changed G3"),
    ],
    ids=["check-in", "activity", "feedback", "edit"],
)
def test_an_agreement_stays_once_something_is_built_on_the_goal(built: Action, since: str) -> None:
    store = new_store()
    store.commit(ProposeGoal(title="Renewals", measure=Metric(unit="€", start=0, target=10)), ANA)
    agreed = store.commit(AgreeToRevision(revision=RecordId("V1")), MARA).board.revision
    store.commit(CheckInGoal(goal=RecordId("G2"), value=1), BEN)
    last = store.commit(built, ANA).board.revision
    with pytest.raises(Refused, match=f"can't be undone: {since} since"):
        store.commit(Undo(undoes=agreed), MARA)
    store.commit(Undo(undoes=last), ANA)
    store.commit(Undo(undoes=agreed), MARA)
    assert store.load().is_proposed(G3)
