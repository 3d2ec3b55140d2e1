"""Archiving: which records leave the board, and who may take them off."""

from __future__ import annotations

from datetime import date, timedelta

from teamboard.actions.archive import ArchiveAtPeriodEnd, ArchivePeriods
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import is_automatic
from tests.conftest import ANA, MARA, NOW, Maker
from tests.helpers.refusing import refused

IN_JANUARY = NOW + timedelta(days=50)
BEFORE = date(2027, 1, 1)


def test_goals_that_are_over_leave_with_their_check_ins(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=1.0), ANA)
    maker.do(AddGoal(owner="ana", title="Next"), MARA)
    maker.do(BeginPeriod(choices=dict.fromkeys(map(RecordId, ("G1", "G2", "T1")), "drop")), MARA, IN_JANUARY)
    maker.board = maker.file().board
    maker.do(ArchivePeriods(before=BEFORE), MARA, IN_JANUARY)
    assert [g.id for g in (*maker.board.goals, *maker.board.team_goals)] == ["G3"]
    assert not maker.board.tables["checkins"]


def test_a_goal_that_an_open_team_goal_adds_up_stays(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=1.0), ANA)
    maker.do(BeginPeriod(choices={RecordId("G1"): "drop"}), MARA, IN_JANUARY)
    maker.board = maker.file().board
    assert ArchivePeriods(before=BEFORE)(maker.board, MARA, IN_JANUARY) == {}


def test_nothing_is_archived_without_a_closed_period_or_permission(maker: Maker) -> None:
    assert "No period that ended before 2027-01-01" in refused(maker, ArchivePeriods(before=BEFORE), MARA)
    maker.do(BeginPeriod(), MARA, IN_JANUARY)
    assert "No period that ended before 2026-12-31" in refused(maker, ArchivePeriods(before=date(2026, 12, 31)), MARA)
    assert "Only Mara Lind (mara)" in refused(maker, ArchivePeriods(before=BEFORE), ANA)


def test_only_what_a_person_asks_for_is_undone_as_their_last_change() -> None:
    assert is_automatic(ArchiveAtPeriodEnd.verb)
    assert not is_automatic(ArchivePeriods.verb)
