"""Closing a goal at any time and opening it again: by whom, who is asked, and what it leaves as it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.edits import EditGoal, RemoveGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember
from teamboard.domain.errors import Refused
from teamboard.domain.goals.activity import driven
from teamboard.domain.goals.closing import closed_goals
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.revisions import revisions_waiting_for, terms_on
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, GoalOutcome, Metric, TeamGoal
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker

G1, G2, T1 = RecordId("G1"), RecordId("G2"), RecordId("T1")


def close(goal: RecordId, outcome: GoalOutcome = "missed", why: str = "No budget") -> CloseGoal:
    return CloseGoal(goal=goal, outcome=outcome, why=why)


def test_a_manager_closes_a_goal_and_its_owner_acknowledges_it(maker: Maker) -> None:
    maker.do(close(G1))
    goal = maker.goal(G1)
    assert (goal.outcome, goal.closed) == ("missed", TODAY)
    [revision] = maker.board.revisions_of(G1)
    assert (revision.reason, revision.state, revision.why, revision.by) == ("closed", "agreed", "No budget", "mara")
    assert revision.before == {"outcome": None, "closed": None}
    assert revision.after == {"outcome": "missed", "closed": "2026-11-22"}
    assert revisions_waiting_for(maker.board, "ana") == [revision]
    maker.do(AcknowledgeRevision(revision=revision.id), ANA)
    assert not revisions_waiting_for(maker.board, "ana")
    assert terms_on(maker.board, goal, TODAY - timedelta(days=1)).outcome is None


def test_it_is_opened_again_which_the_owner_acknowledges_too(maker: Maker) -> None:
    maker.do(close(G1))
    maker.do(ReopenGoal(goal=G1, why="Budget is back"))
    goal = maker.goal(G1)
    assert (goal.outcome, goal.closed) == (None, None)
    first, second = maker.board.revisions_of(G1)
    assert (second.reason, second.why) == ("reopened", "Budget is back")
    assert second.before == first.after
    assert [v.id for v in revisions_waiting_for(maker.board, "ana")] == [second.id]
    maker.do(AcknowledgeRevision(revision=second.id), ANA)
    maker.check_in(G1, 500.0)


def test_who_may_close_and_reopen(maker: Maker) -> None:
    maker.do(AddMember(handle="zoe", name="Zoe Papas", manager="ana"))
    maker.do(AddGoal(owner="zoe", title="Calls"), ANA)
    maker.do(AddGoal(owner="zoe", title="Excel", kind="skill"), ANA)
    calls, excel = RecordId("G3"), RecordId("G4")
    zoe = Actor("zoe", "zoe", "desk")
    for by in (zoe, BEN):
        with pytest.raises(Refused, match="may close a goal here"):
            maker.do(close(calls), by)
    maker.do(close(calls), MARA)
    for by in (zoe, BEN):
        with pytest.raises(Refused, match="may reopen a goal here"):
            maker.do(ReopenGoal(goal=calls, why="So"), by)
    maker.do(ReopenGoal(goal=calls, why="So"), ANA)
    maker.do(close(excel, "achieved"), zoe)
    assert not [v for v in revisions_waiting_for(maker.board, "zoe") if v.goal == excel]
    assert [g.id for g in closed_goals(maker.board, maker.board.member("zoe"))] == [excel]
    assert closed_goals(maker.board, maker.board.member("ben")) == []
    assert closed_goals(maker.board, None) == []


def test_a_head_closes_their_own_goals_and_an_owner_a_team_goal(maker: Maker) -> None:
    maker.do(AddGoal(owner="mara", title="Forecast"))
    maker.do(close(RecordId("G3"), "achieved"))
    with pytest.raises(Refused, match="may close a goal here"):
        maker.do(close(T1), ANA)
    maker.do(close(T1, "dropped"))
    team_goal = maker.board.goal(T1)
    assert team_goal is not None
    assert team_goal.outcome == "dropped"
    assert not revisions_waiting_for(maker.board, "mara")


def test_an_open_proposal_is_declined_with_a_word_or_withdrawn(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=G1, reason="market", why="So", target=900.0), ANA)
    maker.do(close(G1))
    declined = maker.board.revisions_of(G1)[0]
    assert (declined.state, declined.word, declined.answered_by) == ("declined", "G1 is closed.", "mara")
    maker.do(ReviseGoal(goal=G2, reason="market", why="So", target=900.0), MARA)
    maker.do(close(G2))
    assert maker.board.revisions_of(G2)[0].state == "withdrawn"


def test_what_is_refused(maker: Maker) -> None:
    with pytest.raises(Refused, match="A word on why"):
        maker.do(close(G1, why="  "))
    with pytest.raises(Refused, match="There is no goal 'G9'"):
        maker.do(close(RecordId("G9")))
    maker.do(ProposeGoal(title="Mine"), ANA)
    for action in (close(RecordId("G3")), RemoveGoal(goal=RecordId("G3")), EditGoal(goal=RecordId("G3"), title="x")):
        with pytest.raises(Refused, match="G3 is proposed and does not count yet"):
            maker.do(action)
    maker.do(DeclineRevision(revision=RecordId("V1"), word="No"))
    with pytest.raises(Refused, match="There is no goal 'G3'"):
        maker.do(ReopenGoal(goal=RecordId("G3"), why="So"))
    with pytest.raises(Refused, match="G1 is open: there is nothing to reopen"):
        maker.do(ReopenGoal(goal=G1, why="So"))
    maker.do(close(G1))
    with pytest.raises(Refused, match="G1 is over: missed on 2026-11-22"):
        maker.do(close(G1))
    with pytest.raises(Refused, match="A word on why"):
        maker.do(ReopenGoal(goal=G1, why=""))
    maker.do(ReviseGoal(goal=T1, reason="market", why="So", title="New", effective=TODAY + timedelta(days=7)))
    with pytest.raises(Refused, match=r"T1 changes on 2026-11-29 already: withdraw V3 first"):
        maker.do(close(T1))


def test_a_goal_of_a_past_period_stays_closed(maker: Maker) -> None:
    maker.do(close(G1))
    maker.do(BeginPeriod(choices={G2: "close"}, name="Q1 2027"), at=NOW + timedelta(days=41))
    for goal in (G1, G2):
        with pytest.raises(Refused, match=f"{goal} was closed in Q4 2026, which is over: it stays missed"):
            maker.do(ReopenGoal(goal=goal, why="So"), at=NOW + timedelta(days=42))
    assert closed_goals(maker.board, maker.board.member("mara")) == []


def test_a_goal_that_is_closed_in_the_period_keeps_counting_in_a_mean(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Quality", measure=Metric(unit="%", start=0, target=100)))
    mean = RecordId("T2")
    for owner in ("ana", "ben"):
        measure = Metric(unit="calls", start=0, target=10)
        maker.do(AddGoal(owner=owner, title="Calls", measure=measure, aligned={mean: 1.0}))
    maker.check_in(RecordId("G3"), 10.0)
    maker.check_in(RecordId("G4"), 2.0, by=BEN)

    def reached() -> float:
        team_goal = maker.board.goal(mean)
        assert isinstance(team_goal, TeamGoal)
        return progress(maker.board, team_goal)

    assert reached() == pytest.approx(0.6)
    maker.do(close(RecordId("G3"), "achieved"))
    assert reached() == pytest.approx(0.6)
    maker.do(close(mean))
    assert reached() == pytest.approx(0.6)
    maker.do(ReopenGoal(goal=mean, why="So"))
    maker.do(ReopenGoal(goal=RecordId("G3"), why="So"))
    maker.do(close(RecordId("G3"), "dropped"))
    assert reached() == pytest.approx(0.2)
    maker.do(ReopenGoal(goal=RecordId("G3"), why="So"))
    maker.do(close(RecordId("G3"), "achieved"))
    keep = {RecordId("G4"): "carry", mean: "carry"}
    begin = BeginPeriod(choices=keep, name="Q1 2027", starts=date(2027, 1, 1))  # type: ignore[arg-type]
    maker.do(begin, at=NOW + timedelta(days=41))
    assert reached() == pytest.approx(0.2)


def test_an_activity_drives_what_is_not_its_owners_open_goal_no_more(maker: Maker) -> None:
    """Neither opened again after its result went to somebody else or was closed, nor agreed to after that."""
    calls = Activity(unit="calls", per_week=5)
    maker.do(AddGoal(owner="ana", title="Calls", measure=calls, drives=G1))
    maker.do(AddGoal(owner="ana", title="Mails", measure=calls, drives=G1))
    maker.do(ProposeGoal(title="Visits", measure=calls, drives=G1), ANA)
    maker.do(close(RecordId("G3")))
    maker.do(close(RecordId("G4")))
    maker.do(ReopenGoal(goal=RecordId("G4"), why="Go on"))
    assert maker.goal(RecordId("G4")).drives == G1
    maker.do(HandOverGoal(goal=G1, to="ben"))
    maker.do(ReopenGoal(goal=RecordId("G3"), why="Go on"))
    assert [maker.goal(RecordId(i)).drives for i in ("G3", "G4")] == [None, None]
    told = maker.board.revisions_of(RecordId("G3"))[-1]
    assert (told.reason, told.before["drives"], told.after["drives"]) == ("reopened", "G1", None)
    proposal = maker.board.revisions_of(RecordId("G5"))[0]
    with pytest.raises(Refused, match="G1 is ben's: a goal drives another one of the same owner"):
        maker.do(AgreeToRevision(revision=proposal.id))
    assert driven(maker.board, maker.goal(RecordId("G5"))) is None
    maker.do(close(G1))
    with pytest.raises(Refused, match="G1 is"):
        maker.do(AgreeToRevision(revision=proposal.id))
