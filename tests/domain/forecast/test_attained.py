"""What a member attained: the mean of result goals by weight, and what they add up to where that can be said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.attained import MemberAttained, Total, members_attained
from teamboard.domain.forecast.figures import Forecasts, member_attainment, member_ending
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Measure, Metric, Milestone, Milestones
from tests.conftest import ANA, NOW, TODAY, Maker

G1 = RecordId("G1")


def of_ana(maker: Maker, *, over: bool = False) -> MemberAttained:
    forecasts = Forecasts(BoardOnDay(maker.board, TODAY))
    return next(found for found in members_attained(forecasts, over=over) if found.member.handle == "ana")


def test_one_goal_is_its_own_total(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=G1, value=400, call=900), ANA)
    found = of_ana(maker)
    assert (found.attainment, found.at_this_pace) == (0.4, None)
    assert found.total == Total(unit="€", target=1000, value=400, at_this_pace=None, call=900)


def test_goals_in_one_unit_add_up_and_attainment_is_by_weight(maker: Maker) -> None:
    # Weighted as its amount is to the other's, so that the sum has the attainment of the mean by weight.
    maker.do(AddGoal(owner="ana", title="More", weight=0.5, measure=Metric(unit="€", start=0, target=500)))
    for days_ago, value in ((40, 100), (25, 250), (10, 400)):
        maker.check_in(G1, value, days_ago=days_ago)
    maker.do(CheckInGoal(goal=RecordId("G3"), value=250, call=450), ANA, NOW - timedelta(days=1))
    found = of_ana(maker)
    assert found.attainment == pytest.approx((0.4 + 0.5 * 0.5) / 1.5)
    assert found.total is not None
    assert (found.total.target, found.total.value, found.total.call) == (1500, 650, None)
    ending = found.goals[0].figures.at_this_pace
    assert ending is not None
    assert found.total.at_this_pace == pytest.approx(ending.value + 250)
    shown = BoardOnDay(maker.board, TODAY)
    assert found.attainment == member_attainment(shown, found.member)
    assert found.at_this_pace == member_ending(Forecasts(shown), found.member)
    # Of a period that is over nothing is forecast.
    then = of_ana(maker, over=True)
    assert (then.at_this_pace, then.total and then.total.at_this_pace, then.attainment) == (
        None,
        None,
        found.attainment,
    )


def test_a_sum_that_contradicts_the_attainment_is_no_total(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Small", measure=Metric(unit="€", start=0, target=250)))
    maker.do(CheckInGoal(goal=G1, value=100), ANA)
    maker.do(CheckInGoal(goal=RecordId("G3"), value=225), ANA)
    found = of_ana(maker)
    assert found.attainment == pytest.approx(0.5)
    assert (found.total, len(found.goals)) == (None, 2)
    # 11 % by weight and 10.4 % of the sum; then 10 % of both.
    maker.do(CheckInGoal(goal=RecordId("G3"), value=30), ANA)
    assert of_ana(maker).total is None
    maker.do(CheckInGoal(goal=RecordId("G3"), value=25), ANA)
    assert of_ana(maker).total is not None


@pytest.mark.parametrize(
    "measure",
    [
        Metric(unit="calls", start=0, target=9),
        Metric(unit="€", start=100, target=900),
        Metric(unit="€", start=9, target=4),
        Activity(unit="calls", per_week=7),
        Milestones(milestones=(Milestone(name="a"), Milestone(name="b"))),
    ],
)
def test_what_does_not_add_up_has_no_total(maker: Maker, measure: Measure) -> None:
    maker.do(AddGoal(owner="ana", title="Other", measure=measure))
    found = of_ana(maker)
    assert (found.total, len(found.goals)) == (None, 2)


def test_ratios_do_not_add_up(maker: Maker) -> None:
    maker.board = maker.board.with_changes({G1: None})
    for title in ("Win rate", "Renewal rate"):
        maker.do(AddGoal(owner="ana", title=title, measure=Metric(unit="%", start=0, target=30)))
    assert of_ana(maker).total is None


def test_who_has_no_result_goal_is_left_out(maker: Maker) -> None:
    handles = [found.member.handle for found in members_attained(Forecasts(BoardOnDay(maker.board, TODAY)))]
    assert handles == ["ana", "ben"]
