"""What records refer to: the whole board and the changed records are held to the same table."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from teamboard.domain.board import Changes
from teamboard.domain.ids import RecordId
from teamboard.domain.records import TABLES
from teamboard.domain.references import (
    REFERENCES,
    Reference,
    broken_references,
    invalid_references,
    manager_cycle,
)
from teamboard.store.codec import BoardFile
from tests.conftest import Maker


def test_references_to_nothing_are_named(maker: Maker) -> None:
    goal = maker.goal(RecordId("G1"))
    assert not list(invalid_references(maker.board))
    for field, wrong in (("owner", "zoe"), ("aligned", {"T9": 1.0})):
        broken = maker.board.apply({RecordId("G1"): msgspec.structs.replace(goal, **{field: wrong})})
        assert [wrong.record_id for wrong in invalid_references(broken)] == ["G1"]


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: f"{r.table}.{r.field}")
def test_a_changed_record_is_held_to_each_reference(sample: BoardFile, reference: Reference) -> None:
    board = sample.board
    records = list(board.tables[reference.table].values())
    record = next((r for r in records if any(reference.values([r]))), records[0])
    missing = "T99" if reference.many else "nobody"
    wrong: Any = {missing: 1.0} if reference.many else missing
    changes: Changes = {record.id: msgspec.structs.replace(record, **{reference.field: wrong})}
    after = board.apply(changes)
    found = [*broken_references(board, after, changes)]
    assert [(invalid.record_id, invalid.missing) for invalid in found] == [(record.id, missing)]
    assert found == [*invalid_references(after)]


@pytest.mark.parametrize("table", sorted({table for reference in REFERENCES for table in reference.to}))
def test_a_record_that_others_refer_to_can_not_be_removed(sample: BoardFile, table: str) -> None:
    board = sample.board
    referring = 0
    for record_id in board.tables[table]:
        changes: Changes = {record_id: None}
        after = board.apply(changes)
        found = {*broken_references(board, after, changes)}
        assert found == {*invalid_references(after)}
        referring += len(found)
    assert referring


def test_every_field_that_holds_a_goal_or_member_is_in_the_table() -> None:
    known = {(reference.table, reference.field) for reference in REFERENCES}
    for table, kind in TABLES.items():
        fields = {f.name for f in msgspec.structs.fields(kind)}
        for field in fields & {"owner", "manager", "member", "giver", "to", "goal", "aligned"}:
            assert (table, field) in known or (table, field) == ("facts", "goal"), (table, field)


@pytest.mark.parametrize(
    ("managers", "circle"),
    [
        ({"a": None, "b": "a", "c": "b"}, False),
        ({"a": "a"}, True),
        ({"a": "b", "b": "a"}, True),
        ({"x": "a", "a": "b", "b": "c", "c": "a"}, True),
        ({"a": "gone", "b": "a"}, False),
        ({}, False),
    ],
)
def test_a_circle_of_managers_is_found(managers: dict[str, str | None], circle: bool) -> None:
    found = manager_cycle(managers)
    assert (found is not None) == circle
    assert found is None or found in managers


def test_a_circle_of_managers_is_a_problem_of_the_board(maker: Maker) -> None:
    mara = maker.board.member("mara")
    assert mara is not None
    wrong = maker.board.with_changes({mara.id: msgspec.structs.replace(mara, manager="ben")})
    assert [invalid.why for invalid in invalid_references(wrong)] == ["'mara' is in a cycle of managers"]
