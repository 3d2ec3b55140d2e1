"""The line of a goal on the board: value and target by the team's numbers, what gives way, and what nobody has."""

from __future__ import annotations

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import ChangeTeam
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, DoneOrNot, Measure, Metric, Milestone, Milestones, NumberStyle
from teamboard.render.goals.board_line import MIN_BAR_CELLS, MIN_TITLE_CELLS, columns_for, goal_line, value_text
from tests.conftest import ANA, BEN, MARA, TODAY, Maker

T1, T2, G1, G2 = map(RecordId, ("T1", "T2", "G1", "G2"))


def drawn(maker: Maker, goal: RecordId, width: int) -> str:
    """The line of a goal as text."""
    shown = BoardOnDay(maker.board, TODAY)
    found = maker.board.goal(goal)
    assert found is not None
    return "".join(text for text, _ in goal_line(shown, found, columns_for(width)))


def added(maker: Maker, measure: Measure) -> RecordId:
    """A new goal of Ana's."""
    maker.do(AddGoal(owner="ana", title="More", measure=measure))
    return RecordId(f"G{maker.board.ids['goals']}")


@pytest.mark.parametrize(
    ("numbers", "measure", "value", "expected"),
    [
        ("", Metric("€", 0, 1.2e6), 812_000, "€812k of €1.2M"),
        ("de", Metric("€", 0, 1.2e6), 812_000, "812k\xa0€ of 1,2M\xa0€"),
        ("ch", Metric("CHF", 0, 1.2e6), 812_000, "CHF\xa0812k of 1.2M"),
        ("fr", Metric("€ ARR", 0, 20_000), 9_812.5, "9\xa0812,50\xa0€ of 20k\xa0€"),
        ("en", Metric("€", 0, 1), 0.5, "€0.50 of €1"),
        ("", Metric("€", -50_000, 0), -20_000, "-€20k of €0"),
        ("", Metric("renewals", 0, 20), 14, "14 of 20"),
        ("", Metric("customers", 0, 2), 1, "1 of 2"),
        ("de", Metric("%", 6, 12.5), 9.8, "9,8 of 12,5 %"),
        ("", Metric("%", 68, 48), 55, "55 → 48 %"),
        ("", Metric("h", 11, 4), 6.5, "6.5 → 4 h"),
        ("", Metric("of 5", 3.4, 4.2), 3.9, "3.9 of 4.2"),
        ("", Metric("points of many", 0, 9e17), 8e17, "800,000,000B"),
        ("", Milestones((Milestone("a"), Milestone("b", 2))), None, "0 of 3"),
        ("", DoneOrNot(), None, "not done"),
        ("", Activity(per_week=7, unit="meetings"), None, "0 of 7 this week"),
    ],
)
def test_value_and_target_are_written_as_the_team_writes_numbers(
    maker: Maker, numbers: NumberStyle, measure: Measure, value: float | None, expected: str
) -> None:
    if numbers:
        maker.do(ChangeTeam(numbers=numbers), MARA)
    goal = added(maker, measure)
    if value is not None:
        maker.do(CheckInGoal(goal=goal, value=value), ANA)
    shown = BoardOnDay(maker.board, TODAY)
    found = maker.goal(goal)
    assert value_text(maker.board, found, shown.standing(found), 19) == expected
    assert f" {expected} " in drawn(maker, goal, 120)


def test_value_stands_before_per_cent_and_bar(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=G1, value=300), ANA)
    for width in (78, 80, 120, 200):
        line = drawn(maker, G1, width)
        assert line.index("ARR ana") < line.index("€300 of €1,000") < line.index("30 %") < line.index("━")


def test_the_bar_shrinks_first_then_it_goes_and_the_value_goes_last() -> None:
    narrower = [columns_for(width) for width in range(111, 39, -1)]
    with_value = [layout for layout in narrower if layout.value]
    assert [layout.width for layout in with_value] == list(range(111, with_value[-1].width - 1, -1))
    bars = [layout.bar for layout in with_value if layout.width >= 72]
    assert bars == sorted(bars, reverse=True)
    assert bars[0] > columns_for(78).bar >= MIN_BAR_CELLS
    assert with_value[-1].bar == 0
    assert all(layout.title >= MIN_TITLE_CELLS for layout in with_value)
    assert with_value[-1].width < 64


def test_a_short_window_leaves_out_the_second_currency_then_the_target(maker: Maker) -> None:
    goal = added(maker, Metric("CHF", 0, 1.25e6))
    maker.do(CheckInGoal(goal=goal, value=812_000), ANA)
    shown = BoardOnDay(maker.board, TODAY)
    texts = [value_text(maker.board, maker.goal(goal), shown.standing(maker.goal(goal)), n) for n in (21, 18, 15, 4)]
    assert texts == ["CHF\xa0812k of CHF\xa01.25M", "CHF\xa0812k of 1.25M", "CHF\xa0812k", ""]


def test_a_mean_of_what_is_done_or_not_has_per_cent_alone(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Courses", measure=DoneOrNot(), rolls_up="mean"))
    assert " 0 % " in drawn(maker, T2, 120)
    assert "done" not in drawn(maker, T2, 120)


@pytest.mark.parametrize(
    ("width", "alone", "beside"),
    [
        (78, "behind €750 to nobody", "behind ⟳ €750 nobody"),
        (80, "behind €750 to nobody", "behind ⟳ €750 nobody"),
        (120, "behind      €750 to nobody", "behind      ⟳ 1 €750 nobody"),
        (160, "behind      €750 to nobody", "behind      ⟳ 1 €750 nobody"),
    ],
)
def test_what_is_assigned_to_nobody_stands_on_the_line(maker: Maker, width: int, alone: str, beside: str) -> None:
    maker.check_in(G2, 250, by=BEN)
    maker.do(CloseGoal(goal=G2, outcome="missed", why="Ben gives it up"))
    assert drawn(maker, T1, width).rstrip().endswith(alone)
    maker.do(ReviseGoal(goal=T1, title="ARR", reason="market", why="As it is"), MARA)
    assert drawn(maker, T1, width).rstrip().endswith(beside)


@pytest.mark.parametrize(("width", "expected"), [(78, " ⟳ 2 €200 over"), (120, "new         ⟳ 2 €200 over")])
def test_more_than_the_target_is_assigned(maker: Maker, width: int, expected: str) -> None:
    maker.do(ReviseGoal(goal=T1, target=1800.0, reason="market", why="Less"), MARA)
    assert drawn(maker, T1, width).rstrip().endswith(expected)
