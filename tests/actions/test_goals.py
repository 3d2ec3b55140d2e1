"""New goals: whose, for which days, by which measure; and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.goals.revisions import revisions_waiting_for
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Metric, Milestone, Milestones, TeamGoal
from teamboard.render.activity_log import describe_commit
from tests.conftest import ANA, BEN, MARA, NOW, STRANGER, TODAY, Maker
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


def test_a_skill_or_career_goal_of_ones_own_holds_at_once(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Negotiate", kind="skill", why="Discounts cost us 4 %"), ANA)
    maker.do(AddGoal(owner="ana", title="Lead", kind="career"), ANA)
    assert [g.id for g in maker.board.open_goals_of("ana")] == ["G1", "G3", "G4"]
    assert (maker.goal(RecordId("G3")).why, maker.goal(RecordId("G3")).set_on) == ("Discounts cost us 4 %", TODAY)
    assert not [*maker.board.revisions]


def test_a_result_goal_of_ones_own_is_a_proposal(maker: Maker) -> None:
    maker.do(ProposeGoal(title="Partners", measure=EURO, why="Two called me"), ANA)
    made = maker.board.revisions_of(RecordId("G3"))[0]
    assert (made.state, made.by, made.before, made.why, made.effective) == (
        "proposed",
        "ana",
        {},
        "Two called me",
        None,
    )
    assert maker.goal(RecordId("G3")).set_on is None
    assert revisions_waiting_for(maker.board, "mara") == [made]
    assert concerned_members(maker.board, maker.history[-1][1]) == {"mara"}
    said = "Ana Ruiz proposed G3 Partners (V1): start €0, target €10, due 2026-12-31"
    assert describe_commit(maker.board, maker.history[-1][1]) == said
    for action in (
        CheckInGoal(goal=RecordId("G3"), value=1),
        AlignGoal(goal=RecordId("G3"), aligned={}),
        ReviseGoal(goal=RecordId("G3"), reason="market", why="x", target=5),
    ):
        for by in (ANA, MARA):
            assert "G3 is proposed" in refused(maker, action, by)
    assert "Only Mara" in refused(maker, AgreeToRevision(revision=made.id), ANA)
    assert "Only Ana" in refused(maker, WithdrawRevision(revision=made.id), MARA)


def test_what_is_agreed_counts_and_asks_nobody_again(maker: Maker) -> None:
    maker.do(ProposeGoal(title="Partners", measure=EURO), ANA)
    maker.do(AgreeToRevision(revision=RecordId("V1")), MARA)
    assert [g.id for g in maker.board.open_goals_of("ana")] == ["G1", "G3"]
    assert revisions_waiting_for(maker.board, "ana") == []
    assert "there is nothing to withdraw" in refused(maker, WithdrawRevision(revision=RecordId("V1")), ANA)
    maker.do(CheckInGoal(goal=RecordId("G3"), value=1), ANA)
    assert "Ana Ruiz" in describe_commit(maker.board, maker.history[-2][1])


@pytest.mark.parametrize(
    ("by", "answer", "says"),
    [
        (MARA, DeclineRevision(revision=RecordId("V1"), word="Not now"), "declined V1 of Ana Ruiz (G3 Partners): Not"),
        (ANA, WithdrawRevision(revision=RecordId("V1")), "withdrew V1: G3 Partners: start €0"),
    ],
)
def test_what_is_declined_or_withdrawn_is_gone(maker: Maker, by: Actor, answer: Action, says: str) -> None:
    maker.do(ProposeGoal(title="Partners", measure=EURO), ANA)
    board = maker.do(answer, by)
    assert says in describe_commit(board, maker.history[-1][1])
    assert (maker.goal(RecordId("G3")).outcome, maker.goal(RecordId("G3")).closed) == ("dropped", TODAY)
    assert not board.proposed_goals_of("ana")
    assert "no goal 'G3'" in refused(maker, CheckInGoal(goal=RecordId("G3"), value=1), ANA)


def test_nobody_above_means_no_proposal(maker: Maker) -> None:
    assert "add the goal instead" in refused(maker, ProposeGoal(title="Mine"), MARA)
    assert "does not know you" in refused(maker, ProposeGoal(title="Mine"), STRANGER)
    maker.do(AddGoal(owner="mara", title="Mine"), MARA)
    assert maker.board.counts(RecordId("G3"))


def test_a_new_period_drops_what_nobody_agreed_to(maker: Maker) -> None:
    maker.do(ProposeGoal(title="Late", measure=EURO, aligned={RecordId("T1"): 1.0}), ANA)
    maker.do(ProposeGoal(title="Year", measure=EURO, due=date(2027, 6, 30), aligned={RecordId("T1"): 1.0}), BEN)
    maker.do(BeginPeriod(choices={RecordId("T1"): "renew"}), at=NOW + timedelta(days=45))
    assert [v.state for v in maker.board.revisions if v.goal in ("G3", "G4")] == ["withdrawn", "proposed"]
    assert maker.goal(RecordId("G3")).outcome == "dropped"
    assert maker.goal(RecordId("G4")).aligned == {RecordId("T2"): 1.0}


def test_the_proposals_of_who_leaves_are_withdrawn(maker: Maker) -> None:
    maker.do(ProposeGoal(title="Partners"), BEN)
    maker.do(LeaveTeam(member="ben", day=TODAY, goals_to="ana"))
    assert maker.board.revisions_of(RecordId("G3"))[0].state == "withdrawn"
    assert maker.goal(RecordId("G3")).outcome == "dropped"
