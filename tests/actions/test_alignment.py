"""Aligning: shares that add up, who may, and what a realigned goal acknowledges."""

from __future__ import annotations

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.goals import AddTeamGoal
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.errors import Conflict
from teamboard.domain.goals.revisions import unacknowledged
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from tests.conftest import ANA, BEN, MARA, Maker
from tests.helpers.refusing import refused
from tests.helpers.revising import HIGHER, revision


def test_realigning_answers_too(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Other", measure=Metric(unit="€", start=0, target=10)))
    maker.do(HIGHER, MARA)
    maker.do(AlignGoal(goal=RecordId("G1"), aligned={RecordId("T2"): 1.0}), ANA)
    assert unacknowledged(maker.board, RecordId("T1")) == ("ben",)
    maker.do(AlignGoal(goal=RecordId("G2"), aligned={RecordId("T1"): 0.4, RecordId("T2"): 0.6}), BEN)
    assert unacknowledged(maker.board, RecordId("T1")) == ()
    assert revision(maker, RecordId("V1")).acknowledged == ("ana", "ben")


@pytest.mark.parametrize(
    ("aligned", "says"),
    [
        ({RecordId("T1"): 0.5}, "add up to 100 %, not 50 %"),
        ({RecordId("T1"): 0.6, RecordId("T2"): 0.6}, "not 120 %"),
        ({RecordId("T1"): 1.5, RecordId("T2"): -0.5}, "above 0"),
        ({RecordId("T1"): float("nan")}, "above 0"),
        ({RecordId("T9"): 1.0}, "no team goal 'T9'"),
        ({RecordId("T3"): 1.0}, "measured in the same unit"),
        ({RecordId("T4"): 1.0}, "T4 is over (dropped)"),
        ({RecordId("T1"): 1.0}, "this alignment already"),
    ],
)
def test_alignments_that_make_no_sense_are_refused(maker: Maker, aligned: dict[RecordId, float], says: str) -> None:
    maker.do(AddTeamGoal(title="Mean"))
    maker.do(AddTeamGoal(title="Calls", measure=Metric(unit="calls", start=0, target=9), rolls_up="sum"))
    maker.do(AddTeamGoal(title="Gone"))
    maker.do(ReviseGoal(goal=RecordId("T4"), reason="new-strategy", why="x", drop=True), MARA)
    assert says in refused(maker, AlignGoal(goal=RecordId("G1"), aligned=aligned), ANA)
    assert "Only" in refused(maker, AlignGoal(goal=RecordId("G1"), aligned={RecordId("T2"): 1.0}), BEN)
    assert "is a team goal" in refused(maker, AlignGoal(goal=RecordId("T1"), aligned={RecordId("T2"): 1.0}), MARA)


def test_who_aligns_a_goal_that_somebody_has_aligned_meanwhile_sees_theirs(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Mean"))
    maker.do(AlignGoal(goal=RecordId("G1"), aligned={RecordId("T2"): 1.0}), MARA)
    with pytest.raises(Conflict) as found:
        maker.do(AlignGoal(goal=RecordId("G1"), aligned={}, seen={RecordId("T1"): 1.0}), ANA)
    assert found.value.theirs is maker.goal(RecordId("G1"))
    maker.do(AlignGoal(goal=RecordId("G1"), aligned={}, seen={RecordId("T2"): 1.0}), ANA)
    assert maker.goal(RecordId("G1")).aligned == {}
