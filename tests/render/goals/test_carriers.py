"""The table of what carriers add to a team goal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.forecast.team import team_forecast
from teamboard.domain.records import Metric
from teamboard.render.goals.carriers import carrier_lines
from tests.helpers.forecasting import STARTS, board_of, goal, team_goal, weekly


def table(width: int, rolls_up: str = "sum") -> list[str]:
    """The table of two carriers, one of whom has a call."""
    team = team_goal(1, Metric(unit="€", start=0, target=2000), rolls_up=rolls_up)
    called = {**weekly(100, 200, 300), STARTS + timedelta(days=27): {"value": 400.0, "call": 900.0}}
    mine, bens = goal(1, aligned={team.id: 1.0}), goal(2, owner="ben", aligned={team.id: 1.0})
    shown = BoardOnDay(board_of((team, {}), (mine, called), (bens, weekly(50))), STARTS + timedelta(days=27))
    lines = carrier_lines(shown.board, team_forecast(Forecasts(shown), team), width)
    return ["".join(text for text, _ in line) for line in lines]


@pytest.mark.parametrize(
    ("width", "left_out"),
    [(60, []), (47, ["call"]), (38, ["call", "at this pace"]), (26, ["call", "at this pace", "target"])],
)
def test_the_least_important_columns_are_left_out(width: int, left_out: list[str]) -> None:
    heading, *rows = table(width)
    names = ["target", "value", "gap", "at this pace", "call"]
    assert [name for name in names if f" {name}" not in heading] == [name for name in names if name in left_out]
    assert {len(row) for row in rows} == {len(heading)}
    assert len(heading) <= width


def test_a_figure_that_there_is_not_is_a_dash_and_a_mean_has_no_table() -> None:
    _, mine, bens = table(60)
    assert mine.split()[-1] == "€900"
    assert bens.split()[-2:] == ["—", "—"]
    assert table(60, "mean") == []
