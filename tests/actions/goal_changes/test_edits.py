"""Editing what a goal says of itself, by whom, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goal_changes.edits import EditGoal, RemoveGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.revision_responses import DeclineRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.domain.references import REFERENCE_WORDS, REFERENCES
from tests.conftest import ANA, BEN, MARA, TODAY, Maker

G1, T1 = RecordId("G1"), RecordId("T1")
ZOE = Actor("zoe", "zoe", "desk")


def test_the_owner_edits_title_and_note(maker: Maker) -> None:
    maker.do(EditGoal(goal=G1, title=" ARR  Iberia ", why="Half of the plan\n\nSigned, not verbal"), ANA)
    goal = maker.goal(G1)
    assert (goal.title, goal.why) == ("ARR Iberia", "Half of the plan\n\nSigned, not verbal")
    maker.do(EditGoal(goal=G1, why=""), ANA)
    assert maker.goal(G1).why == ""
    assert not list(maker.board.revisions)


def test_those_above_edit_all_and_the_owner_neither_weight_nor_unit(maker: Maker) -> None:
    maker.do(AddMember(handle="zoe", name="Zoe Papas", manager="ana"))
    measure = Metric(unit="calls", start=0, target=10)
    maker.do(AddGoal(owner="zoe", title="Calls", measure=measure), ANA)
    goal = RecordId("G3")
    refused: tuple[dict[str, Any], ...] = ({"weight": 2.0}, {"unit": "talks"}, {"weight": 2.0, "title": "Talks"})
    for fields in refused:
        with pytest.raises(Refused, match=r"Only Mara Lind .mara. or Ana Ruiz .ana. may set a weight or unit here"):
            maker.do(EditGoal(goal=goal, **fields), ZOE)
    maker.do(EditGoal(goal=goal, weight=2.0), ANA)
    maker.do(EditGoal(goal=goal, unit="talks", title="Talks"), MARA)
    assert (maker.goal(goal).weight, maker.goal(goal).title) == (2.0, "Talks")
    assert maker.goal(goal).measure == Metric(unit="talks", start=0, target=10)
    with pytest.raises(Refused, match="may edit a goal here"):
        maker.do(EditGoal(goal=goal, title="Mine"), BEN)


def test_a_head_without_anybody_above_edits_all_of_their_own_goal(maker: Maker) -> None:
    maker.do(AddGoal(owner="mara", title="Forecast", measure=Metric(unit="%", start=20, target=5)))
    maker.do(EditGoal(goal=RecordId("G3"), weight=3.0, unit="points", why="We plan by it"))
    assert maker.goal(RecordId("G3")).weight == 3.0


def test_a_team_goal_is_edited_by_its_owner_alone(maker: Maker) -> None:
    maker.do(EditGoal(goal=T1, title="ARR", why="The year"))
    team_goal = maker.board.goal(T1)
    assert team_goal is not None
    assert (team_goal.title, team_goal.why) == ("ARR", "The year")
    with pytest.raises(Refused, match="may edit a team goal here"):
        maker.do(EditGoal(goal=T1, title="Mine"), ANA)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": " "}, "The title is missing"),
        ({"title": "x" * 301}, "too long"),
        ({"weight": 0.0}, "above 0"),
        ({"weight": float("nan")}, "above 0"),
        ({"title": "ARR ana"}, "Nothing about G1 would change"),
        ({"weight": 1.0}, "Nothing about G1 would change"),
        ({"unit": "EUR"}, "T1 adds up €: its unit and that of its goals stay"),
        ({"goal": T1, "unit": "EUR"}, "T1 adds up €: its unit and that of its goals stay"),
        ({"goal": T1, "weight": 2.0}, "T1 is a team goal, which has no weight"),
        ({"goal": "G9", "title": "x"}, "There is no goal 'G9'"),
    ],
)
def test_what_cannot_be_edited(maker: Maker, fields: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        maker.do(EditGoal(**{"goal": G1, **fields}))


def test_a_closed_goal_is_not_edited(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=T1, reason="market", why="So", drop=True))
    with pytest.raises(Refused, match="T1 is over: dropped"):
        maker.do(EditGoal(goal=T1, title="Other"))


def test_a_title_that_a_coming_revision_changes_waits_for_it(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=T1, reason="market", why="So", title="Later", effective=TODAY + timedelta(days=7)))
    with pytest.raises(Refused, match=r"withdraw it first .`teamboard revision withdraw V1`."):
        maker.do(EditGoal(goal=T1, title="Now"))
    maker.do(EditGoal(goal=T1, why="The year"))


def test_what_somebody_else_has_changed_meanwhile_is_a_conflict(maker: Maker) -> None:
    maker.do(EditGoal(goal=G1, title="Theirs"))
    seen = {"title": "ARR ana", "why": "", "weight": 1.0}
    with pytest.raises(Conflict, match="Somebody changed the title of G1 while you were typing"):
        maker.do(EditGoal(goal=G1, title="Mine", was=seen), ANA)
    maker.do(EditGoal(goal=G1, why="Another field", was=seen), ANA)
    assert maker.goal(G1).title == "Theirs"


# -- removing


def test_a_goal_is_removed_with_the_revision_that_made_it_and_comes_back_by_undo(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Wrong", kind="skill"))
    goal = RecordId("G3")
    assert [v.goal for v in maker.board.revisions] == [goal]
    maker.do(RemoveGoal(goal=goal), ANA)
    assert maker.board.goal(goal) is None
    assert not list(maker.board.revisions)
    maker.do(AddGoal(owner="ana", title="Right", kind="skill"))
    assert maker.board.goal(goal) is None
    assert maker.goal(RecordId("G4")).title == "Right"


def test_who_may_set_a_goal_may_remove_it(maker: Maker) -> None:
    for kind in ("result", "career"):
        maker.do(AddGoal(owner="ana", title="Wrong", kind=kind))
    with pytest.raises(Refused, match=r"Only Mara Lind .mara. may remove a goal here; you are Ana Ruiz"):
        maker.do(RemoveGoal(goal=RecordId("G3")), ANA)
    for goal in ("G3", "G4"):
        with pytest.raises(Refused, match="may remove a goal here"):
            maker.do(RemoveGoal(goal=RecordId(goal)), BEN)
    maker.do(RemoveGoal(goal=RecordId("G4")), ANA)
    maker.do(RemoveGoal(goal=RecordId("G3")))
    maker.do(AddTeamGoal(title="Wrong"))
    with pytest.raises(Refused, match="may remove a team goal here"):
        maker.do(RemoveGoal(goal=RecordId("T2")), ANA)
    maker.do(RemoveGoal(goal=RecordId("T2")))


def test_what_is_built_on_a_goal_is_told_and_keeps_it(maker: Maker) -> None:
    close = "it stays, and can be closed: `teamboard goal close G1 --dropped -m '…'`"
    maker.do(GiveFeedback(to="ana", text="Good", about="G1"), BEN)
    with pytest.raises(Refused, match=f"G1 has feedback F1: {close}"):
        maker.do(RemoveGoal(goal=G1))
    maker.do(ReviseGoal(goal=G1, reason="market", why="So", target=900.0))
    maker.check_in(G1, 5.0)
    with pytest.raises(Refused, match=f"G1 has 1 check-in and feedback F1 and revision V1: {close}"):
        maker.do(RemoveGoal(goal=G1))
    maker.do(AddTeamGoal(title="Below", serves=T1, measure=Metric(unit="€", start=0, target=9)))
    with pytest.raises(Refused, match="T1 has G1 aligned to it and T2 which serves it"):
        maker.do(RemoveGoal(goal=T1))
    maker.do(ReviseGoal(goal=T1, reason="market", why="So", drop=True))
    with pytest.raises(Refused, match="T1 is over: dropped"):
        maker.do(RemoveGoal(goal=T1))


def test_a_proposal_on_a_goal_and_the_rest_of_one_keep_them(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Below", measure=Metric(unit="€", start=0, target=9), rolls_up="sum"))
    deal = Metric(unit="€", start=0, target=100)
    maker.do(ProposeGoal(title="Deal", measure=deal, aligned={RecordId("T2"): 1.0}), ANA)
    says = "T2 has the proposal G3 aligned to it: it stays, and can be closed"
    with pytest.raises(Refused, match=says):
        maker.do(RemoveGoal(goal=RecordId("T2")))
    maker.do(DeclineRevision(revision=RecordId("V1"), word="No"))
    with pytest.raises(Refused, match=says.replace("proposal", "declined proposal")):
        maker.do(RemoveGoal(goal=RecordId("T2")))
    maker.check_in(G1, 230.0)
    maker.do(HandOverGoal(goal=G1, to="ben"))
    with pytest.raises(Refused, match="G4 has G1 of which it is the rest: it stays, and can be closed"):
        maker.do(RemoveGoal(goal=RecordId("G4")))


def test_whatever_refers_to_goals_has_words() -> None:
    of_goals = {(r.table, r.field) for r in REFERENCES if {"goals", "team_goals"} & {*r.to}}
    assert of_goals | {("feedback", "about")} == {*REFERENCE_WORDS}
