"""A conflict of two copies in three lines: what it is about, and what each copy has."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from teamboard.actions.goals import AddGoal
from teamboard.domain.board import Board
from teamboard.domain.history.merge_conflicts import GONE, VALUE, MergeConflict
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Milestone, Milestones
from teamboard.render.merge import MAX_LENGTH, clash_lines
from tests.conftest import Maker
from tests.helpers.nasty import ALL_NASTY, moving


def lines(maker: Maker, record_id: RecordId, field: str, here: Any, copy: Any) -> list[str]:
    return clash_lines(maker.board, MergeConflict(record_id, field, here, copy))


@pytest.mark.parametrize(
    ("field", "here", "copy", "expected"),
    [
        ("title", "New", "Newer", ["G1 ARR ana: title", "New", "Newer"]),
        ("next_step", None, "", ["G1 ARR ana: next step", "nothing", ""]),
        ("weight", 1.5, 2, ["G1 ARR ana: weight", "1.5", "2"]),
        ("aligned", {"T1": 1.0}, {}, ["G1 ARR ana: aligned", '{"T1": 1.0}', "{}"]),
        ("tags", ["é", "[b]"], None, ["G1 ARR ana: tags", '["é", "[b]"]', "nothing"]),
    ],
)
def test_a_field(maker: Maker, field: str, here: Any, copy: Any, expected: list[str]) -> None:
    assert lines(maker, RecordId("G1"), field, here, copy) == expected


def test_a_record_that_one_side_removed(maker: Maker) -> None:
    gone, changed = "taken off", "still there, and changed"
    assert lines(maker, RecordId("M3"), GONE, None, {"name": "Ben"}) == ["M3 Ben Okafor", gone, changed]
    assert lines(maker, RecordId("M3"), GONE, {"name": "Ben"}, None) == ["M3 Ben Okafor", changed, gone]
    # It may be one that this board no longer has.
    assert lines(maker, RecordId("G77"), GONE, None, {"title": "x"}) == ["G77", gone, changed]


def test_check_ins_of_both_sides_are_in_the_unit_of_the_goal_and_the_time_of_the_team(maker: Maker) -> None:
    here = {"value": 300.0, "by": "ana", "at": "2026-11-22T23:30:00Z", "note": "Signed\ntoday"}
    copy = {"value": 250.5, "by": "zoe", "at": "2026-07-01T10:00:00+00:00"}
    assert lines(maker, RecordId("G1"), VALUE, here, copy) == [
        "G1 ARR ana: where it stands",
        "€300, Ana Ruiz on 23 Nov 00:30 · Signed today",
        "€250.50, zoe on 01 Jul 12:00",
    ]
    milestones = Milestones(milestones=(Milestone(name="One"), Milestone(name="Two", weight=3)))
    maker.do(AddGoal(owner="ana", title="Steps", measure=milestones))
    assert lines(maker, RecordId("G3"), VALUE, here, {**copy, "value": 1.0})[2] == "1 of 4, zoe on 01 Jul 12:00"
    assert lines(maker, RecordId("G77"), VALUE, here, copy)[2] == "250.5, zoe on 01 Jul 12:00"


def test_long_texts_are_cut(maker: Maker) -> None:
    fits, longer = "x" * MAX_LENGTH, "x" * (MAX_LENGTH + 1)
    assert lines(maker, RecordId("G1"), "title", fits, longer) == [
        "G1 ARR ana: title",
        fits,
        "x" * (MAX_LENGTH - 1) + "…",
    ]


def test_texts_are_text(maker: Maker) -> None:
    goal = maker.goal(RecordId("G1"))
    maker.board = maker.board.apply({goal.id: msgspec.structs.replace(goal, title=ALL_NASTY)})
    check_in = {"value": 1.0, "by": ALL_NASTY, "at": "2026-11-22T10:00:00Z", "note": ALL_NASTY}
    for field, value in (("title", ALL_NASTY), ("aligned", {ALL_NASTY: [ALL_NASTY]}), (VALUE, check_in)):
        for line in lines(maker, RecordId("G1"), field, value, value):
            assert not moving(line)
            assert "\n" not in line


def test_a_board_without_a_team_has_no_other_time_than_utc() -> None:
    fields = {"value": 1, "by": "ana", "at": "2026-11-22T23:30:00Z"}
    found = clash_lines(Board({}), MergeConflict(RecordId("G1"), VALUE, fields, fields))
    assert found == ["G1: where it stands", "1, ana on 22 Nov 23:30", "1, ana on 22 Nov 23:30"]
