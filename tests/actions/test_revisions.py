"""Revising: who proposes, who answers, what holds when; and what is refused, with nothing changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.errors import Conflict
from teamboard.domain.goals.revisions import in_effect, revisions_waiting_for, unacknowledged
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Metric, Milestone, Milestones
from tests.conftest import ANA, BEN, MARA, NOW, STRANGER, TODAY, Maker
from tests.helpers.refusing import refused
from tests.helpers.revising import HIGHER, LOWER, revision, target


@pytest.mark.parametrize(("by", "other", "third"), [(ANA, MARA, BEN), (MARA, ANA, BEN)])
def test_one_of_the_two_proposes_and_the_other_agrees(maker: Maker, by: Actor, other: Actor, third: Actor) -> None:
    maker.do(LOWER, by, NOW - timedelta(days=3))
    assert (revision(maker, RecordId("V1")).state, target(maker, RecordId("G1"))) == ("proposed", 1000)
    assert [v.id for v in revisions_waiting_for(maker.board, other.member)] == ["V1"]
    assert not revisions_waiting_for(maker.board, by.member)
    for nobody in (by, third, STRANGER):
        assert "Only" in refused(maker, AgreeToRevision(revision=RecordId("V1")), nobody)
        assert "Only" in refused(maker, DeclineRevision(revision=RecordId("V1"), word="no"), nobody)
    maker.do(AgreeToRevision(revision=RecordId("v1")), other)
    found = revision(maker, RecordId("V1"))
    assert (found.state, found.effective, found.answered_by, found.answered_at) == (
        "agreed",
        TODAY,
        other.member,
        NOW,
    )
    assert target(maker, RecordId("G1")) == 800
    assert "agreed already" in refused(maker, AgreeToRevision(revision=RecordId("V1")), other)
    assert not revisions_waiting_for(maker.board, other.member)


def test_whoever_has_no_manager_decides_alone(maker: Maker) -> None:
    maker.do(AddGoal(owner="mara", title="Forecast", measure=Metric(unit="%", start=14, target=5)))
    maker.do(ReviseGoal(goal=RecordId("G3"), reason="correction", why="typo", target=4), MARA)
    assert (revision(maker, RecordId("V1")).state, target(maker, RecordId("G3"))) == ("agreed", 4)


def test_a_second_proposal_shows_both_and_takes_the_place_of_the_first_only_when_told_so(maker: Maker) -> None:
    maker.do(LOWER, ANA)
    mine = ReviseGoal(goal=RecordId("G1"), reason="market", why="Half of it", target=900)
    with pytest.raises(Conflict, match="ana has proposed V1") as found:
        maker.do(mine, MARA)
    assert found.value.theirs is revision(maker, RecordId("V1"))
    maker.do(
        ReviseGoal(goal=RecordId("G1"), reason="market", why="Half of it", target=900, instead_of=RecordId("V1")), MARA
    )
    first, second = revision(maker, RecordId("V1")), revision(maker, RecordId("V2"))
    assert (first.state, first.word, first.answered_by) == ("declined", "V2 instead", "mara")
    assert second.state == "proposed"
    with pytest.raises(Conflict, match="You have proposed V2"):
        maker.do(mine, MARA)
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="market", why="Less", target=850, instead_of=RecordId("V2")), MARA)
    assert (revision(maker, RecordId("V2")).state, revision(maker, RecordId("V2")).answered_by) == ("withdrawn", None)
    maker.do(AgreeToRevision(revision=RecordId("V3")), ANA)
    assert "there is nothing to replace" in refused(
        maker, ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=1, instead_of=RecordId("V3")), ANA
    )


def test_a_form_that_was_opened_on_older_terms_is_refused_with_the_newer(maker: Maker) -> None:
    maker.do(HIGHER, MARA)
    with pytest.raises(Conflict) as found:
        maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=2500, seen=None), MARA)
    assert found.value.theirs is revision(maker, RecordId("V1"))
    assert target(maker, RecordId("T1")) == 3000
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=2500, seen=RecordId("V1")), MARA)
    assert target(maker, RecordId("T1")) == 2500


def test_a_team_goal_is_revised_by_its_owner_and_acknowledged_by_those_aligned(maker: Maker) -> None:
    assert "Mara Lind" in refused(maker, HIGHER, ANA)
    maker.do(HIGHER, MARA)
    assert target(maker, RecordId("T1")) == 3000
    assert unacknowledged(maker.board, RecordId("T1")) == ("ana", "ben")
    assert [v.id for v in revisions_waiting_for(maker.board, "ben")] == ["V1"]
    assert "You need not acknowledge" in refused(maker, AcknowledgeRevision(revision=RecordId("V1")), MARA)
    assert "member" in refused(maker, AcknowledgeRevision(revision=RecordId("V1")), STRANGER)
    maker.do(AcknowledgeRevision(revision=RecordId("V1")), ANA)
    assert unacknowledged(maker.board, RecordId("T1")) == ("ben",)
    assert "already" in refused(maker, AcknowledgeRevision(revision=RecordId("V1")), ANA)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=2800), MARA)
    assert unacknowledged(maker.board, RecordId("T1")) == ("ana", "ben")
    assert "revised again" in refused(maker, AcknowledgeRevision(revision=RecordId("V1")), BEN)


def test_a_team_goal_can_change_on_a_day_to_come(maker: Maker) -> None:
    day = TODAY + timedelta(days=9)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=3000, effective=day), MARA)

    def held(on: date) -> float:
        goal = in_effect(maker.board, on).goal(RecordId("T1"))
        assert goal is not None
        assert isinstance(goal.measure, Metric)
        return goal.measure.target

    assert [held(d) for d in (TODAY, day - timedelta(days=1), day)] == [2000, 2000, 3000]
    assert in_effect(maker.board, day) is maker.board
    assert f"changes on {day} already" in refused(maker, HIGHER, MARA)
    assert "Only" in refused(maker, WithdrawRevision(revision=RecordId("V1")), ANA)
    maker.do(WithdrawRevision(revision=RecordId("V1")), MARA)
    assert (target(maker, RecordId("T1")), revision(maker, RecordId("V1")).state) == (2000, "withdrawn")
    maker.do(HIGHER, MARA)
    assert "nothing to withdraw" in refused(maker, WithdrawRevision(revision=RecordId("V2")), MARA)


def test_milestones_title_due_and_dropping_are_revised(maker: Maker) -> None:
    steps = Milestones(milestones=(Milestone(name="One"), Milestone(name="Two")))
    maker.do(AddGoal(owner="ana", title="Course", measure=steps))
    maker.do(CheckInGoal(goal=RecordId("G3"), done=("One",)), ANA)
    new = (Milestone(name="One"), Milestone(name="Exam", weight=3.0))
    maker.do(
        ReviseGoal(
            goal=RecordId("G3"), reason="new-product", why="x", milestones=new, title="Exam", due=date(2026, 12, 1)
        ),
        ANA,
    )
    maker.do(AgreeToRevision(revision=RecordId("V2")), MARA)
    goal = maker.goal(RecordId("G3"))
    assert (goal.title, goal.measure, goal.due) == ("Exam", Milestones(milestones=new), date(2026, 12, 1))
    maker.do(ReviseGoal(goal=RecordId("G3"), reason="capacity", why="no time", drop=True), MARA)
    assert maker.goal(RecordId("G3")).outcome is None
    maker.do(AgreeToRevision(revision=RecordId("V3")), ANA, NOW + timedelta(days=2))
    assert (maker.goal(RecordId("G3")).outcome, maker.goal(RecordId("G3")).closed) == (
        "dropped",
        TODAY + timedelta(days=2),
    )
    for action in (
        ReviseGoal(goal=RecordId("G3"), reason="market", why="x", due=date(2026, 12, 2)),
        CheckInGoal(goal=RecordId("G3"), done=("Exam",)),
        AlignGoal(goal=RecordId("G3"), aligned={}),
    ):
        assert "G3 is over: dropped" in refused(maker, action, ANA)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (ReviseGoal(goal=RecordId("G1"), reason="market", why=" \n", target=5), "story"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=0), "equal"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", start=1000), "equal"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=float("nan")), "at most 18 digits"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=1000), "Nothing"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x"), "Nothing"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", due=date(2026, 9, 1)), "due on or after"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", milestones=(Milestone(name="a"),)), "milestones"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", title="  "), "title is missing"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", drop=True, target=5), "dropped needs no"),
        (ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=5, effective=TODAY), "the day it is agreed"),
        (
            ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=5, instead_of=RecordId("V9")),
            "no revision 'V9'",
        ),
        (ReviseGoal(goal=RecordId("G3"), reason="market", why="x", target=5), "no target"),
        (ReviseGoal(goal=RecordId("G9"), reason="market", why="x", target=5), "no goal 'G9'"),
        (
            ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=5, effective=date(2027, 6, 1)),
            "not on 2027-06-01",
        ),
        (
            ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=5, effective=date(2026, 9, 1)),
            "not on 2026-09-01",
        ),
        (AgreeToRevision(revision=RecordId("V9")), "no revision"),
        (DeclineRevision(revision=RecordId("V9"), word="x"), "no revision"),
        (WithdrawRevision(revision=RecordId("nonsense")), "no revision"),
        (AcknowledgeRevision(revision=RecordId("V9")), "no revision"),
    ],
)
def test_revisions_that_make_no_sense_are_refused(maker: Maker, action: Action, says: str) -> None:
    maker.do(AddGoal(owner="ana", title="t", measure=DoneOrNot()))
    assert says in refused(maker, action, MARA)


@pytest.mark.parametrize("by", [BEN, STRANGER, Actor("zoe")])
def test_only_the_two_revise_a_members_goal(maker: Maker, by: Actor) -> None:
    message = refused(maker, LOWER, by)
    assert "Ana Ruiz (ana)" in message
    assert "Mara Lind (mara)" in message
