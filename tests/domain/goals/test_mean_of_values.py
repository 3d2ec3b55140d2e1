"""A team goal that is the mean of ratios: of their values, through its own start and target."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.domain.alignment import branch
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.goals.progress import contributions, goal_parts, progress
from teamboard.domain.goals.standing import readings
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, TeamGoal
from tests.conftest import BEN, NOW, TODAY, Maker

G3, G4, T2 = map(RecordId, ("G3", "G4", "T2"))


def team_goal(maker: Maker) -> TeamGoal:
    found = maker.board.goal(T2)
    assert isinstance(found, TeamGoal)
    return found


@pytest.fixture
def rates(maker: Maker) -> Maker:
    """T2 is the win rate, from 20 to 30 %: Ana's from 10 to 40 %, with weight 3, Ben's from 25 to 30 %."""
    maker.do(AddTeamGoal(title="Win rate", measure=Metric(unit="%", start=20, target=30), rolls_up="mean"))
    for owner, weight, start, target in (("ana", 3.0, 10, 40), ("ben", 1.0, 25, 30)):
        measure = Metric(unit="%", start=start, target=target)
        maker.do(AddGoal(owner=owner, title="rate", measure=measure, weight=weight, aligned={T2: 1.0}))
    return maker


def test_it_is_the_mean_of_the_values_by_weight(rates: Maker) -> None:
    rates.check_in(G3, 28)
    rates.check_in(G4, 24, by=BEN)
    # (3 x 28 + 24) / 4 = 27 %, which is 7 of the 10 points from 20 to 30.
    assert progress(rates.board, team_goal(rates)) == pytest.approx(0.7)
    shown = BoardOnDay(rates.board, TODAY)
    assert shown.standing(team_goal(rates)).value == pytest.approx(27)
    assert Forecasts(shown).value(team_goal(rates)) == pytest.approx(27)
    assert Forecasts(shown).gap(team_goal(rates)) == pytest.approx(3)
    # Ana: 3 x (28 - 20) / 10 / 4, Ben: (24 - 20) / 10 / 4.
    assert goal_parts(rates.board, team_goal(rates)) == pytest.approx({G3: 0.6, G4: 0.1})
    assert contributions(rates.board, team_goal(rates)) == pytest.approx({"ana": 6 / 7, "ben": 1 / 7})


def test_it_is_not_clipped_at_either_end(rates: Maker) -> None:
    rates.check_in(G4, 18, by=BEN)
    # Ana has her start: (3 x 10 + 18) / 4 = 12 %.
    assert progress(rates.board, team_goal(rates)) == pytest.approx(-0.8)
    assert contributions(rates.board, team_goal(rates)) == {}
    rates.check_in(G3, 50)
    # (3 x 50 + 18) / 4 = 42 %.
    assert progress(rates.board, team_goal(rates)) == pytest.approx(2.2)
    assert contributions(rates.board, team_goal(rates)) == {"ana": 1.0, "ben": 0.0}
    shares = {c.member.handle: c.share for c in branch(BoardOnDay(rates.board, TODAY), team_goal(rates)).carriers}
    assert shares == {"ana": 1.0, "ben": 0.0}


def test_a_week_before_has_its_own_values(rates: Maker) -> None:
    rates.check_in(G3, 20, days_ago=8)
    rates.check_in(G4, 28, days_ago=8, by=BEN)
    rates.check_in(G3, 28)
    weeks = [TODAY - timedelta(days=7 * back) for back in range(5, -1, -1)]
    expected = [progress(rates.board, team_goal(rates), day) for day in (*weeks, None)]
    assert readings(rates.board, team_goal(rates), TODAY) == pytest.approx(expected)
    # (3 x 20 + 28) / 4 = 22 %, then (3 x 28 + 28) / 4 = 28 %.
    assert expected[-3:] == pytest.approx([0.2, 0.8, 0.8])


@pytest.mark.parametrize(("unit", "other"), [("points", "points"), ("%", "days")])
def test_other_units_and_mixed_ones_are_a_mean_of_clipped_progress(maker: Maker, unit: str, other: str) -> None:
    maker.do(AddTeamGoal(title="Quality", measure=Metric(unit=unit, start=20, target=30), rolls_up="mean"))
    for owner, start, target, its in (("ana", 10, 40, unit), ("ben", 25, 30, other)):
        measure = Metric(unit=its, start=start, target=target)
        maker.do(AddGoal(owner=owner, title="q", measure=measure, aligned={T2: 1.0}))
    maker.check_in(G3, 28)
    maker.check_in(G4, 24, by=BEN)
    # Ana (28 - 10) / 30, Ben below his start.
    assert progress(maker.board, team_goal(maker)) == pytest.approx((0.6 + 0.0) / 2)


@pytest.mark.parametrize("unit", ["x", "calls/deal", "Ratio", "% off"])
def test_these_units_are_ratios(maker: Maker, unit: str) -> None:
    maker.do(AddTeamGoal(title="Coverage", measure=Metric(unit=unit, start=2, target=4), rolls_up="mean"))
    maker.do(AddGoal(owner="ana", title="q", measure=Metric(unit=unit, start=3, target=4), aligned={T2: 1.0}))
    assert progress(maker.check_in(G3, 3.5), team_goal(maker)) == pytest.approx(0.75)


def test_a_closed_goal_counts_until_the_period_ends(rates: Maker) -> None:
    rates.check_in(G3, 28)
    rates.check_in(G4, 24, by=BEN)
    rates.do(CloseGoal(goal=G4, outcome="missed", why="Ben gives it up"))
    assert progress(rates.board, team_goal(rates)) == pytest.approx(0.7)
    rates.do(BeginPeriod(choices={}), at=NOW.replace(year=2027, month=1, day=4))
    assert rates.board.team is not None
    assert rates.board.team.period.starts == date(2027, 1, 1)
    # In the new period Ana's 28 % alone.
    assert progress(rates.board, team_goal(rates)) == pytest.approx(0.8)
