"""New goals: whose, for which days, by which measure; and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from teamboard.actions.base import Action
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Metric, Milestone, Milestones, TeamGoal
from tests.conftest import ANA, MARA, STRANGER, TODAY, Maker
from tests.helpers.refusing import refused


def test_a_goal_covers_the_period_where_no_days_are_given(maker: Maker) -> None:
    maker.do(AddGoal(owner="ANA", title="  Coach \n Ben ", kind="skill", aligned={RecordId("T1"): 1.0}, measure=EURO))
    goal = maker.goal(RecordId("G3"))
    assert (goal.owner, goal.title, goal.kind, goal.aligned) == ("ana", "Coach Ben", "skill", {"T1": 1.0})
    assert (goal.starts, goal.due, goal.set_on) == (date(2026, 10, 1), date(2026, 12, 31), TODAY)
    maker.do(AddGoal(owner="ana", title="Soon", starts=date(2026, 11, 1), due=date(2026, 11, 30)))
    assert (maker.goal(RecordId("G4")).starts, maker.goal(RecordId("G4")).due) == (
        date(2026, 11, 1),
        date(2026, 11, 30),
    )


def test_a_team_goal_is_its_makers_or_another_members(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Ours"))
    maker.do(AddTeamGoal(title="Theirs", owner="ben", measure=EURO, rolls_up="sum"))
    ours, theirs = (maker.board.get(RecordId(i)) for i in ("T2", "T3"))
    assert isinstance(ours, TeamGoal)
    assert isinstance(theirs, TeamGoal)
    assert (ours.owner, ours.rolls_up, ours.measure) == ("mara", "mean", DoneOrNot())
    assert (theirs.owner, theirs.rolls_up, theirs.measure) == ("ben", "sum", EURO)


EURO = Metric(unit="€", start=0, target=10)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (AddTeamGoal(title="x", rolls_up="sum"), "Only a metric can be the sum"),
        (AddTeamGoal(title="x", owner="zoe"), "no member 'zoe'"),
        (AddGoal(owner="ana", title="x", measure=Milestones(milestones=())), "at least one milestone"),
        (
            AddGoal(owner="ana", title="x", measure=Milestones(milestones=(Milestone("One"), Milestone("ONE ")))),
            "the same name",
        ),
        (AddGoal(owner="ana", title="x", measure=Milestones(milestones=(Milestone("One", -1.0),))), "weight"),
        (AddGoal(owner="ana", title="x", aligned={RecordId("T1"): 1.0}), "measured in the same unit"),
        (AddGoal(owner="ana", title="x", measure=EURO, aligned={RecordId("T1"): 0.5}), "not 50 %"),
        (AddGoal(owner="ana", title="x", measure=EURO, aligned={RecordId("G1"): 1.0}), "no team goal 'G1'"),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused(maker: Maker, action: Action, says: str) -> None:
    assert says in refused(maker, action, MARA)


@pytest.mark.parametrize("action", [AddGoal(owner="ana", title="Mine"), AddTeamGoal(title="Mine")])
def test_only_managers_set_goals(maker: Maker, action: Action) -> None:
    assert "Only Mara Lind (mara) may" in refused(maker, action, ANA)
    assert "does not know you" in refused(maker, action, STRANGER)
