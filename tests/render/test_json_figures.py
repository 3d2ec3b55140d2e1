"""Every figure that JSON has is the one that text shows: written by the writer of amounts, it is the same text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from teamboard.domain.amounts import as_estimated, as_shown, ratio_as_shown
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import all_periods
from teamboard.domain.records import DoneOrNot, Milestones, TeamGoal
from teamboard.domain.report import report
from teamboard.render.board_json import goal_json, member_json
from teamboard.render.documents.report import report_json
from teamboard.render.format import amount, amount_on_axis, percent, trend
from teamboard.render.goals.attained import goal_figures
from teamboard.render.goals.forecasts import figure_lines, member_figure_lines
from teamboard.store.codec import BoardFile
from tests.conftest import TODAY
from tests.helpers import forecasting


@pytest.fixture
def shown(sample: BoardFile) -> BoardOnDay:
    """The sample team, with a call and a best case of Ana."""
    last = sample.board.last_checkin(RecordId("G12"))
    assert last is not None
    called = msgspec.structs.replace(last, call=1_123_456.78, best=1_250_000)
    return BoardOnDay(sample.board.with_changes({last.id: called}), TODAY)


def goals_of(shown: BoardOnDay) -> Iterator[AnyGoal]:
    yield from shown.board.open_team_goals
    yield from shown.board.open_goals


def text_of(shown: BoardOnDay, goal: AnyGoal) -> dict[str, str]:
    """The lines of a goal's figures by their labels."""
    return {line[0][0].strip(): line[1][0] for line in figure_lines(shown, goal)}


def written(shown: BoardOnDay, goal: AnyGoal, value: float) -> str:
    """A figure from JSON as the writer writes it."""
    numbers = shown.board.number_format
    if isinstance(goal.measure, Milestones):
        return amount_on_axis(value, goal.measure, numbers)
    return percent(value) if isinstance(goal.measure, DoneOrNot) else amount(value, goal.measure, numbers, short=True)


def test_figures_of_goals(shown: BoardOnDay) -> None:
    seen: set[str] = set()
    for goal in goals_of(shown):
        told, text = goal_json(shown, goal, checkins=True), text_of(shown, goal)
        for label, piece in expected(shown, goal, told):
            assert piece in text.get(label, ""), (goal.id, label, text)
            seen.add(label)
        if told["gap"] and not isinstance(goal.measure, DoneOrNot):
            assert written(shown, goal, abs(told["gap"])) in text["attained"]
    assert {"attained", "run rate", "at this pace", "call", "assigned"} <= seen


def expected(shown: BoardOnDay, goal: AnyGoal, told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each figure of JSON that text has too: the label of its line, and what stands in it."""
    if not text_of(shown, goal):
        return
    yield "attained", percent(told["attainment"])
    if told["run_rate"] is not None:
        yield "run rate", f"{written(shown, goal, told['run_rate'])} a week so far"
    if told["needed_per_week"]:
        yield "run rate", f"{written(shown, goal, told['needed_per_week'])} a week needed"
    if told["at_this_pace"]:
        low, high = (amount_on_axis(told["at_this_pace"][k], goal.measure, None) for k in ("low", "high"))
        yield "at this pace", f"{written(shown, goal, told['at_this_pace']['value'])} ({low} to {high})"
    if told["call"] is not None:
        yield "call", written(shown, goal, told["call"])
    if told["best"] is not None:
        yield "call", f"best case {written(shown, goal, told['best'])}"
    if told.get("assigned") is not None:
        yield "assigned", written(shown, goal, told["assigned"])
    for carrier in told.get("carriers", ()) if told.get("assigned") is not None else ():
        value, target = (written(shown, goal, carrier[k]) for k in ("value", "target"))
        yield carrier["goal"], f"{value} of {target}"
        if carrier["at_this_pace"]:
            yield carrier["goal"], f"at this pace {written(shown, goal, carrier['at_this_pace']['value'])}"


def test_figures_of_a_report(shown: BoardOnDay) -> None:
    for period in all_periods(shown.board):
        found = report(shown, period)
        told = {goal["id"]: goal for goal in report_json(shown.board, found, None)["goals"]}
        for result in found.results:
            goal, text = result.goal, goal_figures(result.attained, shown.board.number_format)
            figures = told[goal.id]
            assert text["%"] == percent(figures["attainment"]) == percent(figures["progress"])
            if isinstance(goal.measure, DoneOrNot):
                continue
            assert text["attained"] == amount_on_axis(figures["value"], goal.measure, None)
            assert text["gap"] == amount_on_axis(figures["gap"], goal.measure, None)
            assert text["target"].startswith(amount_on_axis(figures["target"], goal.measure, None))
            ending, call = figures["at_this_pace"], figures["call"]
            assert text.get("at this pace") == (ending and amount_on_axis(ending["value"], goal.measure, None))
            assert isinstance(goal, TeamGoal) or text.get("call") == (call and amount_on_axis(call, goal.measure, None))


def test_progress_pace_trend_and_value(shown: BoardOnDay) -> None:
    for goal in goals_of(shown):
        told, now = goal_json(shown, goal), shown.standing(goal)
        numbers = shown.board.number_format
        assert percent(told["progress"]) == percent(now.progress)
        assert percent(told["pace"]) == percent(now.pace)
        assert trend(told["trend"]) == trend(now.trend)
        assert amount(told["value"], goal.measure, numbers) == amount(now.value, goal.measure, numbers)
        for name in ("progress", "pace", "trend", "attainment"):
            assert told[name] == ratio_as_shown(told[name]), name


def test_a_members_attainment(shown: BoardOnDay) -> None:
    for member in shown.members:
        told = member_json(shown, member)["attainment"]
        lines = ["".join(text for text, _ in line) for line in member_figure_lines(shown, member, None)]
        assert told is None or any(f"{percent(told)} of result goals" in line for line in lines)


@pytest.mark.parametrize(
    ("ratio", "rounded", "text"),
    [(2 / 3, 0.6667, "67 %"), (0.99999, 0.9999, "99 %"), (1.00001, 1, "100 %"), (-0.12346, -0.1235, "-12 %")],
)
def test_a_ratio_is_rounded_once(ratio: float, rounded: float, text: str) -> None:
    assert (ratio_as_shown(ratio), percent(ratio), percent(ratio_as_shown(ratio))) == (rounded, text, text)


def test_what_is_worked_out_has_three_digits() -> None:
    assert [as_estimated(v) for v in (1_363_636.4, 9_876.5, 79.249, 0.12345)] == [1_360_000, 9_880, 79.2, 0.12]
    assert as_shown(as_estimated(1 / 3)) == as_estimated(1 / 3)


def test_nothing_is_minus_0() -> None:
    rounded = (as_shown(-0.0), as_shown(-0.004), as_estimated(-0.0), ratio_as_shown(-0.0), ratio_as_shown(-0.00004))
    assert [str(value) for value in rounded] == ["0.0"] * 5


@pytest.mark.parametrize(("due", "rates"), [(forecasting.DUE, "€76.90 a week needed"), (date(9000, 1, 1), None)])
def test_what_is_needed_is_said_before_a_check_in_unless_it_is_nothing(due: date, rates: str | None) -> None:
    goal = forecasting.goal(due=due)
    shown = BoardOnDay(forecasting.board_of((goal, {})), forecasting.STARTS)
    assert text_of(shown, goal).get("run rate") == rates
