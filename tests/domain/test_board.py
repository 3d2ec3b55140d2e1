"""The snapshot: applying changes, indexes, differences, references."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board import Board, Changes
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.history.differences import changed
from teamboard.domain.ids import RecordId
from teamboard.domain.records import CheckIn, Goal, Metric
from tests.conftest import BEN, MARA, NOW, TODAY, Maker, small_maker


def test_a_board_never_changes(maker: Maker) -> None:
    before = maker.board
    after = maker.check_in(RecordId("G1"), 10)
    assert before.last_checkin(RecordId("G1")) is None
    assert after.last_checkin(RecordId("G1")) is not None
    assert after.revision == before.revision + 1
    assert after.tables["goals"] is before.tables["goals"]


def test_an_id_is_never_used_again(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 10)
    gone = maker.board.apply({RecordId("C1"): None})
    assert gone.next_id("checkins") == "C2"


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from([RecordId("G1"), RecordId("G2")]), st.booleans()), max_size=12
    )
)
def test_carried_indexes_equal_fresh_ones(steps: list[tuple[int, RecordId, bool]]) -> None:
    board = small_maker().board
    board.checkins_of(RecordId("G1")), board.goals_of("ana"), board.aligned_to(RecordId("T1")), board.reports("mara")
    for number, goal, there in steps:
        record_id = RecordId(f"C{number + 1}")
        new = CheckIn(id=record_id, goal=goal, value=float(number), note="", by="ana", at=NOW)
        changes: Changes = {record_id: new if there else None}
        if number == 5:
            first = board.tables["goals"][RecordId("G1")]
            owner = "ben" if there else "ana"
            changes[RecordId("G1")] = msgspec.structs.replace(first, owner=owner, aligned={})
        board = board.apply(changes)
    fresh = Board(board.tables, revision=board.revision, ids=board.ids)
    for goal in map(RecordId, ("G1", "G2")):
        assert board.checkins_of(goal) == fresh.checkins_of(goal)
    for handle in ("ana", "ben"):
        assert {g.id for g in board.goals_of(handle)} == {g.id for g in fresh.goals_of(handle)}
    assert {g.id for g in board.aligned_to(RecordId("T1"))} == {g.id for g in fresh.aligned_to(RecordId("T1"))}


def test_changed_names_what_is_new_gone_and_different(maker: Maker) -> None:
    old = maker.check_in(RecordId("G1"), 10)
    new = old.apply(
        {
            RecordId("C1"): None,
            RecordId("C2"): CheckIn(id=RecordId("C2"), goal=RecordId("G2"), value=1.0, note="", by="ben", at=NOW),
            RecordId("G1"): msgspec.structs.replace(old.tables["goals"][RecordId("G1")], title="Other"),
            RecordId("G2"): msgspec.structs.replace(old.tables["goals"][RecordId("G2")]),
        }
    )
    assert changed(old, new) == {"C1", "C2", "G1"}


def test_standings_keep_what_a_change_does_not_touch(maker: Maker) -> None:
    shown = BoardOnDay(maker.board, TODAY)
    goals = [maker.board.goal(i) for i in map(RecordId, ("G1", "G2", "T1"))]
    before = {g.id: shown.standing(g) for g in goals if g is not None}
    new = maker.check_in(RecordId("G1"), 400)
    after, ids = shown.followed_by(new, TODAY)
    assert ids == {"C1"}
    team_goal, mine, other = new.goal(RecordId("T1")), new.goal(RecordId("G1")), new.goal(RecordId("G2"))
    assert team_goal is not None
    assert mine is not None
    assert other is not None
    assert after.standing(other) is before[RecordId("G2")]
    assert after.standing(mine).progress == 0.4
    assert after.standing(team_goal).progress == 0.2


def test_a_board_on_a_day_has_the_terms_of_that_day(maker: Maker) -> None:
    change = ReviseGoal(
        goal=RecordId("T1"), target=8000.0, reason="market", why="Kestrel", effective=TODAY + timedelta(days=3)
    )
    board = maker.do(change, MARA)
    targets = []
    for days in (0, 2, 3):
        shown = BoardOnDay(board, TODAY + timedelta(days=days))
        goal = shown.board.goal(RecordId("T1"))
        assert goal is not None
        assert isinstance(goal.measure, Metric)
        targets.append(goal.measure.target)
    assert targets == [targets[0], targets[0], 8000.0]
    assert targets[0] != 8000.0


def test_history_says_what_a_commit_changed(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="Well asked"), BEN)
    entry = maker.history[-1][1]
    assert (entry.by, entry.verb, entry.login, entry.host) == ("ben", "give feedback", "ben", "desk")
    change = entry.changes[RecordId("F1")]
    assert change.before is None
    assert change.after is not None
    assert change.after["from"] == "ben"
    assert "id" not in change.after


def test_a_check_in_is_one_record_and_one_entry(maker: Maker) -> None:
    before = maker.board.revision
    maker.do(CheckInGoal(goal=RecordId("G1"), value=5), MARA, NOW + timedelta(minutes=1))
    assert maker.history[-1][0] == before + 1
    assert list(maker.history[-1][1].changes) == ["C1"]
    assert isinstance(maker.board.goal(RecordId("G1")), Goal)
