"""What was undone stands in the way of nothing: an earlier commit can be undone after it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.team import ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.commit_log import Fields, fields_by_id
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import last_undoable_commit
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from tests.conftest import ANA, MARA, NOW, small_maker
from tests.helpers.memory import Memory, MemoryStore

G1 = RecordId("G1")
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
