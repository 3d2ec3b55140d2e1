"""Attainment by member and week: what a past day's board says, day by day, in the weeks of a period."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.team import AddMember
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.charts.attainment import AttainmentChart, Week, attainment_chart, level_of, weeks_of
from teamboard.domain.forecast.figures import Forecasts, member_attainment
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, Period
from teamboard.services.views import view_of_past
from teamboard.store.codec import BoardFile
from tests.conftest import BEN, MARA, NOW, SETTING_UP, TODAY, Maker

Q4 = Period(name="Q4 2026", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
THURSDAY = date(2026, 11, 19)


def charted(maker: Maker, day: date = TODAY, most: int = 20) -> AttainmentChart:
    return attainment_chart(Forecasts(BoardOnDay(maker.board, day)), Q4, most)


def added(maker: Maker, goal: AddGoal) -> RecordId:
    """The id of a goal that is added."""
    return max(maker.do(goal, SETTING_UP).tables["goals"], key=lambda i: int(i[1:]))


def test_the_weeks_of_a_period_are_cut_to_it_and_say_which_are_partial() -> None:
    weeks = weeks_of(Q4, THURSDAY)
    assert weeks[0] == Week(date(2026, 10, 1), date(2026, 10, 4), "over")
    assert weeks[0].days == 4
    assert weeks[-1] == Week(date(2026, 12, 28), date(2026, 12, 31), "to come")
    assert [week.starts for week in weeks if week.state == "running"] == [date(2026, 11, 16)]
    assert {week.days for week in weeks[1:-1]} == {7}
    assert all(after.starts == before.ends + timedelta(days=1) for before, after in pairwise(weeks))
    # On its last day a week is as whole as it gets.
    assert [week.state for week in weeks_of(Q4, date(2026, 11, 22))].count("running") == 0


def test_each_week_has_what_the_board_of_its_last_day_says(sample: BoardFile) -> None:
    board = sample.board
    assert board.team
    chart = attainment_chart(Forecasts(BoardOnDay(board, TODAY)), board.team.period, 100)
    compared = 0
    for row in chart.rows:
        for week, reading in zip(chart.weeks, row.weeks, strict=True):
            assert (week.state == "to come") <= (reading is None)
            if reading is not None:
                then = view_of_past(board, week.ends) if week.ends < TODAY else BoardOnDay(board, TODAY)
                member = then.board.member(row.member.handle)
                assert member is not None
                assert reading.attainment == pytest.approx(member_attainment(then, member))
                compared += 1
    assert compared > 50


def test_nothing_is_read_before_the_first_check_in_nor_without_a_result_goal(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 300, days_ago=10)
    maker.check_in(RecordId("G1"), 700)
    ana, ben, mara = charted(maker).rows
    assert [row.member.handle for row in (ana, ben, mara)] == ["ana", "ben", "mara"]
    read = {
        week.starts: reading.attainment
        for week, reading in zip(charted(maker).weeks, ana.weeks, strict=True)
        if reading
    }
    assert read == {date(2026, 11, 9): 0.3, date(2026, 11, 16): 0.7}
    assert (ben.attainment, ben.at_this_pace, any(ben.weeks)) == (0.0, None, False)
    assert (mara.attainment, mara.pace, mara.at_this_pace, any(mara.weeks)) == (None, None, None, False)


def test_a_closed_goal_counts_until_the_period_ends_and_a_dropped_one_until_it_was_dropped(maker: Maker) -> None:
    second = AddGoal(owner="ben", title="Expansion", measure=Metric(unit="€", start=0, target=100))
    maker.do(second, SETTING_UP)
    for goal, value in (("G2", 500), ("G3", 100)):
        maker.check_in(RecordId(goal), value, days_ago=20, by=BEN)
    maker.do(CloseGoal(goal=RecordId("G3"), outcome="achieved", why="Signed"), at=NOW - timedelta(days=9))
    maker.do(CloseGoal(goal=RecordId("G2"), outcome="dropped", why="Gone"), at=NOW - timedelta(days=2))
    row = next(row for row in charted(maker).rows if row.member.handle == "ben")
    assert [reading.attainment for reading in row.weeks if reading] == [0.75, 0.75, 1.0]


def test_levels_are_those_of_the_team(maker: Maker) -> None:
    board = maker.board
    levels = [level_of(board, attained, 0.5) for attained in (0.34, 0.35, 0.44, 0.45, 0.99, 1.0)]
    assert levels == ["behind", "at risk", "at risk", "on track", "on track", "achieved"]
    assert level_of(board, 0.0, 0.0) == "on track"


def test_of_a_large_team_both_ends_are_shown(maker: Maker) -> None:
    for i in range(10):
        maker.do(AddMember(handle=f"rep{i}", name=f"Rep {i}", manager="mara"))
        goal = AddGoal(owner=f"rep{i}", title="ARR", measure=Metric(unit="€", start=0, target=100))
        maker.check_in(added(maker, goal), 10 * i, by=MARA)
    chart = charted(maker, most=5)
    assert [row.member.handle for row in chart.rows] == ["rep9", "rep8", "rep7", "ben", "rep0"]
    assert (chart.above, chart.left_out) == (3, 8)
    # Those without a result goal are the first to be left out.
    assert [row.member.handle for row in charted(maker, most=12).rows][-1] == "rep0"
    assert charted(maker, most=13).left_out == 0


def test_of_a_long_period_the_last_weeks_so_far_are_shown(maker: Maker) -> None:
    year = Period(name="2026", starts=date(2026, 1, 1), ends=date(2026, 12, 31))
    chart = attainment_chart(Forecasts(BoardOnDay(maker.board, THURSDAY)), year, 20)
    assert len(chart.weeks) == 16
    assert chart.weeks[-1].state == "running"
    assert chart.earlier_weeks == 31
