"""Revising: who proposes, who answers, what holds when; and what is refused, with nothing changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.errors import Conflict, NotFound
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, GoalRevision, Metric, Milestone, Milestones
from teamboard.domain.revisions import in_effect, revisions_waiting_for, unacknowledged
from tests.conftest import ANA, BEN, MARA, NOW, STRANGER, TODAY, Maker
from tests.helpers.refusing import refused

LOWER = ReviseGoal(goal=RecordId("G1"), reason="territory", why="Portugal went to the partners", target=800)
HIGHER = ReviseGoal(goal=RecordId("T1"), reason="new-competitor", why="Kestrel", target=3000)


def revision(maker: Maker, revision_id: RecordId) -> GoalRevision:
    found = maker.board.get(revision_id)
    assert isinstance(found, GoalRevision)
    return found


def target(maker: Maker, goal_id: RecordId) -> float:
    goal = maker.board.goal(goal_id)
    assert goal is not None
    assert isinstance(goal.measure, Metric)
    return goal.measure.target


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


def test_declining_takes_a_word_and_the_old_values_stay(maker: Maker) -> None:
    maker.do(LOWER, ANA)
    assert "word" in refused(maker, DeclineRevision(revision=RecordId("V1"), word="  "), MARA)
    maker.do(DeclineRevision(revision=RecordId("V1"), word="Not yet."), MARA)
    found = revision(maker, RecordId("V1"))
    assert (found.state, found.word, found.effective, target(maker, RecordId("G1"))) == (
        "declined",
        "Not yet.",
        None,
        1000,
    )
    maker.do(LOWER, ANA)
    assert revision(maker, RecordId("V2")).state == "proposed"


def test_both_can_withdraw_their_own(maker: Maker) -> None:
    for by, other in ((ANA, MARA), (MARA, ANA)):
        maker.do(LOWER, by)
        last = max(v.id for v in maker.board.revisions)
        assert "Only" in refused(maker, WithdrawRevision(revision=last), other)
        maker.do(WithdrawRevision(revision=last), by)
        assert revision(maker, last).state == "withdrawn"
        assert "nothing to withdraw" in refused(maker, WithdrawRevision(revision=last), by)
    assert target(maker, RecordId("G1")) == 1000


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


def test_an_agreement_to_terms_that_have_moved_is_refused(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="market", why="later", due=date(2026, 12, 20)), ANA)
    # The turn of a period moves the due day too.
    maker.do(BeginPeriod(), MARA, NOW + timedelta(days=50))
    assert maker.goal(RecordId("G1")).due == date(2027, 3, 31)
    assert "propose it again" in refused(maker, AgreeToRevision(revision=RecordId("V1")), MARA)


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


def test_realigning_answers_too(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Other", measure=Metric(unit="€", start=0, target=10)))
    maker.do(HIGHER, MARA)
    maker.do(AlignGoal(goal=RecordId("G1"), aligned={RecordId("T2"): 1.0}), ANA)
    assert unacknowledged(maker.board, RecordId("T1")) == ("ben",)
    maker.do(AlignGoal(goal=RecordId("G2"), aligned={RecordId("T1"): 0.4, RecordId("T2"): 0.6}), BEN)
    assert unacknowledged(maker.board, RecordId("T1")) == ()
    assert revision(maker, RecordId("V1")).acknowledged == ("ana", "ben")


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
    maker.do(AgreeToRevision(revision=RecordId("V1")), MARA)
    goal = maker.goal(RecordId("G3"))
    assert (goal.title, goal.measure, goal.due) == ("Exam", Milestones(milestones=new), date(2026, 12, 1))
    maker.do(ReviseGoal(goal=RecordId("G3"), reason="capacity", why="no time", drop=True), MARA)
    assert maker.goal(RecordId("G3")).outcome is None
    maker.do(AgreeToRevision(revision=RecordId("V2")), ANA, NOW + timedelta(days=2))
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


def test_not_found_says_so(maker: Maker) -> None:
    with pytest.raises(NotFound):
        maker.do(AgreeToRevision(revision=RecordId("V1")), MARA)


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
