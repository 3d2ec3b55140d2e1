"""The weeks of an activity above the result that it drives, in lines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from rich.cells import cell_len

from teamboard.actions.base import Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.members import BeAway
from teamboard.domain.board_on_day import BoardOnDay, revision_impact
from teamboard.domain.goals.progress import progress
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity
from teamboard.render.board import goal_lines
from teamboard.render.goals.activities import curves, describe_total, member_curves
from teamboard.render.goals.board_line import columns_for, goal_line
from teamboard.render.line_layout import Line
from teamboard.render.one_on_ones import one_on_one_lines
from teamboard.store.codec import BoardFile
from tests.conftest import ANA, NOW, SETTING_UP, TODAY, Maker

G3 = RecordId("G3")


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


@pytest.fixture
def shown(maker: Maker) -> BoardOnDay:
    """Ana's ten calls a week, which drive her ARR: G1 with 600 of 1000."""
    calls = Activity(unit="calls", per_week=10)
    maker.do(
        AddGoal(owner="ana", title="Ten calls", measure=calls, starts=date(2026, 10, 26), drives=RecordId("G1")),
        SETTING_UP,
    )
    for count, day in ((10, 27), (5, 33), (0, 40), (20, 52)):
        at = datetime(2026, 9, 30, 10, tzinfo=UTC) + timedelta(days=day)
        maker.do(CheckInGoal(goal=G3, value=count), ANA, at)
    maker.check_in(RecordId("G1"), 600, days_ago=1)
    return BoardOnDay(maker.board, TODAY)


def test_two_curves_have_a_column_for_each_week(shown: BoardOnDay) -> None:
    lines = texts(list(curves(shown, shown.board.goal(G3), 80)))  # type: ignore[arg-type]
    assert lines == [
        "calls ██▅▅▁▁██  20 of 10 calls this week",
        "G1    ▁▁▁▁▁▁▅▅  €600, 60 %",
        "      26 Oct",
    ]
    assert texts(list(curves(shown, shown.board.goal(RecordId("G1")), 80))) == []  # type: ignore[arg-type]


def test_weeks_that_are_not_whole_are_said_to_be(shown: BoardOnDay) -> None:
    goal = shown.board.goal(G3)
    assert goal is not None
    friday = BoardOnDay(shown.board, TODAY - timedelta(days=2))
    assert texts(list(curves(friday, goal, 80)))[-1].split("  ")[-1] == "last week not whole"
    later = msgspec.structs.replace(goal, starts=date(2026, 10, 28))
    begun = BoardOnDay(shown.board.with_changes({later.id: later}), TODAY - timedelta(days=2))
    assert texts(list(curves(begun, later, 80)))[-1].endswith("  first and last week not whole")
    assert "whole" not in texts(list(curves(begun, later, 30)))[-1]


@pytest.mark.usefixtures("shown")
def test_a_week_that_asks_for_nothing_is_full_only_with_something_done(maker: Maker) -> None:
    away = BeAway(member="ana", starts=date(2026, 11, 2), ends=date(2026, 11, 15))
    maker.do(away, SETTING_UP)
    goal = maker.board.goal(G3)
    assert goal is not None
    lines = texts(list(curves(BoardOnDay(maker.board, TODAY), goal, 80)))
    assert lines[0] == "calls ████▁▁██  20 of 10 calls this week"


@pytest.mark.parametrize("width", range(20, 140, 7))
def test_curves_keep_to_any_width(shown: BoardOnDay, width: int) -> None:
    goal = shown.board.goal(G3)
    assert goal is not None
    member = shown.board.member("ana")
    assert member is not None
    first, second, _ = curves(shown, goal, width)
    assert cell_len(first[0][0]) == cell_len(second[0][0])
    assert len(first[1][0]) == len(second[1][0]) >= 4
    assert cell_len("".join(text for text, _ in goal_line(shown, goal, columns_for(width)))) == width
    assert texts(list(member_curves(shown, member, 90)))[0] == "G3 Ten calls, drives G1 ARR ana"


def test_the_line_says_this_week_in_words_where_there_is_room(shown: BoardOnDay) -> None:
    goal = shown.board.goal(G3)
    assert goal is not None
    wide, narrow, tiny = ("".join(t for t, _ in goal_line(shown, goal, columns_for(w))) for w in (120, 80, 40))
    assert "20 of 10 this week" in wide
    assert "20 of 10 " in narrow
    assert "this week" not in narrow
    assert " of 10" not in tiny
    assert "%" in tiny


def test_the_goal_and_the_one_on_one_show_both(shown: BoardOnDay) -> None:
    goal, result, member = shown.board.goal(G3), shown.board.goal(RecordId("G1")), shown.board.member("ana")
    assert goal is not None
    assert result is not None
    assert member is not None
    lines = texts(list(goal_lines(shown, goal, 100)))
    assert "   now       20 of 10 calls this week" in lines
    assert "   in all    25 of 96 calls" in lines
    assert "   drives    G1 ARR ana" in lines
    assert "   driven by G3 Ten calls" in texts(list(goal_lines(shown, result, 100)))
    assert describe_total(shown.board, result, shown.standing(result)) == ""
    talk = texts(list(one_on_one_lines(shown, member, 100)))
    assert talk[talk.index(" Week by week") + 1 :][:2] == [
        "   G3 Ten calls, drives G1 ARR ana",
        "   calls ██▅▅▁▁██  20 of 10 calls this week",
    ]


def test_the_effect_of_a_new_number_leaves_earlier_weeks(shown: BoardOnDay) -> None:
    goal = shown.board.goal(G3)
    assert goal is not None
    after = msgspec.structs.replace(goal, measure=Activity(unit="calls", per_week=20))
    impact = revision_impact(shown, goal, after)
    assert impact.then is not None
    assert progress(shown.board, goal) == impact.now.progress == 25 / 96
    # Three weeks of 10, six of 20, and four of seven days of the last one.
    assert impact.then.progress == (10 + 5 + 0 + 20) / (30 + 20 * 6 + 12)


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_the_pace_of_a_weekly_count_stands_below_that_of_the_others(sample: BoardFile, width: int) -> None:
    # Both values speak of the same day, so that they are held against the same pace.
    check_in = CheckInGoal(goal=RecordId("G16"), value=1, on=TODAY - timedelta(days=1))
    board, _, _ = perform(sample.board, check_in, Actor("pau"), NOW)
    on_day = BoardOnDay(board, TODAY)
    deals, meetings = on_day.board.goal(RecordId("G16")), on_day.board.goal(RecordId("G18"))
    assert deals is not None
    assert meetings is not None
    above, below = texts([goal_line(on_day, goal, columns_for(width)) for goal in (deals, meetings)])
    assert "7 of 7" in below
    assert cell_len(below) == width
    assert above.index("┃") == below.index("┃")
