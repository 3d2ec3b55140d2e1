"""What an action returns is checked before it is written: whatever could not be read again is named."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from teamboard.actions.verify import has_dates_in_range, unreadable_changes, unreadable_entry
from teamboard.domain.board import Changes
from teamboard.domain.commit_log import Change, HistoryEntry
from teamboard.domain.ids import RecordId
from tests.conftest import NOW, Maker

G1, M1 = RecordId("G1"), RecordId("M1")


def test_records_as_they_are_and_removals_can_be_read(maker: Maker) -> None:
    assert list(unreadable_changes({G1: maker.goal(G1), RecordId("G2"): None})) == []


@pytest.mark.parametrize(
    ("record_id", "why"),
    [
        ("X1", "this is not the id of a record"),
        ("G01", "this is not the id of a record"),
        ("M1", "Goal does not belong in the table 'members'"),
        ("G2", "the record's own id is 'G1'"),
    ],
)
def test_a_record_in_another_s_place_is_named(maker: Maker, record_id: str, why: str) -> None:
    assert list(unreadable_changes({RecordId(record_id): maker.goal(G1)})) == [(record_id, why)]


@pytest.mark.parametrize(("field", "value"), [("owner", 7), ("weight", "much"), ("aligned", ["T1"]), ("due", None)])
def test_a_field_of_another_kind_is_named(maker: Maker, field: str, value: object) -> None:
    changes: Changes = {G1: replace(maker.goal(G1), **{field: value})}
    ((record_id, why),) = unreadable_changes(changes)
    assert record_id == G1
    assert field in why


def test_days_outside_the_calendar_of_a_board_are_found(maker: Maker) -> None:
    goal = maker.goal(G1)
    assert has_dates_in_range(goal)
    assert not has_dates_in_range(replace(goal, due=date(9999, 12, 31)))
    assert not has_dates_in_range(replace(goal, starts=date.min))


def test_an_entry_that_could_not_be_read_again_is_told() -> None:
    entry = HistoryEntry(by="ana", at=NOW, verb="check in", changes={G1: Change(before=None, after={"value": 1.0})})
    assert unreadable_entry(entry) is None
    assert unreadable_entry(replace(entry, by=7)) is not None
