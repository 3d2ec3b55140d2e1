"""What every action has in common: a refusal says why and changes nothing."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Metric, Milestone, Milestones, Period
from tests.conftest import ANA, STRANGER, TODAY, Maker
from tests.helpers.refusing import refused

ARR = Metric(unit="€", start=0, target=10)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (AddGoal(owner="zoe", title="x"), "no member 'zoe'"),
        (AddGoal(owner="ana", title="  "), "title is missing"),
        (AddGoal(owner="ana", title="x", measure=Metric(unit="", start=5, target=5)), "equal"),
        (AddGoal(owner="ana", title="x", measure=Metric(unit="", start=0, target=float("inf"))), "at most 18 digits"),
        (
            AddGoal(owner="ana", title="x", measure=Metric(unit="", start=-1.7e308, target=1.7e308)),
            "at most 18 digits",
        ),
        (AddGoal(owner="ana", title="x", starts=date(2026, 12, 2), due=date(2026, 12, 1)), "due on or after"),
        (AddGoal(owner="ana", title="x", weight=0), "weight"),
        (AddGoal(owner="ana", title="x", weight=1e308), "weight"),
        (
            AddGoal(owner="ana", title="x", measure=Milestones(milestones=(Milestone(name="a", weight=1e308),))),
            "weight",
        ),
        (AddGoal(owner="ana", title="x", measure=Metric(unit="", start=0, target=1e-300)), "equal"),
        (AddGoal(owner="ana", title="x", weight=float("nan")), "weight"),
        (AddGoal(owner="ana", title="x", measure=ARR, aligned={RecordId("T9"): 1.0}), "no team goal 'T9'"),
        (AddGoal(owner="ana", title="x", measure=ARR, aligned={RecordId("T1"): 0.5}), "add up to 100 %"),
        (AddGoal(owner="ana", title="x", aligned={RecordId("T1"): 1.0}), "measured in the same unit"),
        (AddGoal(owner="ana", title="x", measure=Milestones(milestones=())), "at least one"),
        (AddTeamGoal(title="x", measure=DoneOrNot(), rolls_up="sum"), "Only a metric"),
        (AddMember(handle="ANA", name="x"), "not a valid handle"),
        (AddMember(handle="ana", name="x"), "already"),
        (AddMember(handle="eve", name=""), "name is missing"),
        (AddMember(handle="eve", name="Eve", manager="zoe"), "no member 'zoe'"),
        (AddMember(handle="eve", name="Eve", logins=("ana",)), "ana's already"),
        (GiveFeedback(to="zoe", text="x"), "no member"),
        (GiveFeedback(to="ana", text=" \n "), "missing"),
        (ReplyToFeedback(feedback=RecordId("F9"), text="x"), "no feedback"),
        (ResolveFeedback(feedback=RecordId("F9")), "no feedback"),
        (ScheduleReview(member="mara", on=TODAY), "no manager"),
        (ScheduleReview(member="ana", on=TODAY, prepared={"ben": "shared"}), "not one of the two"),
        (ReviseGoal(goal=RecordId("T1"), reason="market", why=" ", target=5), "missing"),
        (ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=0), "equal"),
        (ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=2000), "Nothing"),
    ],
)
def test_refusals_say_why_and_change_nothing(maker: Maker, action: Action, says: str) -> None:
    assert says in refused(maker, action)


def test_members_and_goals_are_added_by_managers(maker: Maker) -> None:
    assert "Mara Lind (mara)" in refused(maker, AddMember(handle="eve", name="Eve"), ANA)
    assert "Mara Lind (mara)" in refused(maker, AddGoal(owner="ana", title="x"), ANA)
    assert "does not know you" in refused(maker, AddGoal(owner="ana", title="x"), STRANGER)
    maker.do(AddMember(handle="eve", name="Eve", manager="ana"))
    maker.do(AddGoal(owner="eve", title="x"), ANA)


def test_a_team_is_set_up_once() -> None:
    maker = Maker()
    period = Period(name="Q", starts=date(2026, 1, 1), ends=date(2026, 3, 31))
    assert "is not a time zone" in refused(maker, SetUpTeam(name="x", timezone="Mars/Base", period=period))
    backwards = Period(name="Q", starts=date(2026, 3, 1), ends=date(2026, 1, 1))
    assert "must end after" in refused(maker, SetUpTeam(name="x", timezone="UTC", period=backwards))
    maker.do(SetUpTeam(name="x", timezone="UTC", period=period))
    assert "already" in refused(maker, SetUpTeam(name="y", timezone="UTC", period=period))


def test_every_action_is_frozen() -> None:
    with pytest.raises(AttributeError):
        CheckInGoal(goal=RecordId("G1")).goal = RecordId("G2")  # type: ignore[misc]
    assert msgspec.structs.replace(CheckInGoal(goal=RecordId("G1")), goal="G2").goal == "G2"


def test_not_found_is_a_refusal() -> None:
    assert issubclass(NotFound, Refused)
    assert issubclass(Conflict, Refused)
