"""Figures that stand on more than one screen are the same on each: on the sample team and on a made one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goals import AddTeamGoal
from teamboard.domain.alignment import branch, contributions_of
from teamboard.domain.amounts import ratio_as_shown
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import dues
from teamboard.domain.feedback import is_open
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.forecast.team import team_forecast
from teamboard.domain.goals.assigned import assigned_of
from teamboard.domain.goals.progress import contributions, progress
from teamboard.domain.pulse import pulse
from teamboard.domain.records import Metric
from teamboard.render.alignment import AlignmentTable
from teamboard.render.board_json import goal_json, member_json
from teamboard.render.clipboard import records_text
from teamboard.render.format import amount_on_axis, percent
from teamboard.render.goals.board_line import columns_for, goal_line
from teamboard.render.goals.carriers import figure_text
from teamboard.render.line_layout import full_state_span, has_pace, state_span
from teamboard.render.team.member_line import owed_spans
from teamboard.store.codec import BoardFile
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker


@pytest.fixture(params=["sample", "made"])
def shown(request: pytest.FixtureRequest, sample: BoardFile, maker: Maker) -> BoardOnDay:
    """The sample team; or a team whose check-ins are late, on a team goal of Mara's too, with feedback that is open."""
    if request.param == "sample":
        return BoardOnDay(sample.board, TODAY)
    maker.do(AddTeamGoal(title="Own", measure=Metric(unit="", start=0, target=9), rolls_up="own"))
    maker.check_in(next(iter(maker.board.tables["goals"])), 400, by=ANA)
    maker.do(GiveFeedback(to="ana", text="Good"), MARA, NOW)
    maker.do(GiveFeedback(to="mara", text="Good"), BEN, NOW)
    return BoardOnDay(maker.board, TODAY + timedelta(days=12))


def owed(shown: BoardOnDay, handle: str) -> str:
    member = shown.board.member(handle)
    assert member is not None
    return " · ".join(text for text, _ in owed_spans(shown, member))


def test_progress_pace_status_and_value(shown: BoardOnDay) -> None:
    for goal in (*shown.board.open_team_goals, *shown.board.open_goals):
        now, told = shown.standing(goal), goal_json(shown, goal)
        assert now.progress == pytest.approx(progress(shown.board, goal))
        ratios = ratio_as_shown(now.progress), ratio_as_shown(now.pace)
        assert (told["progress"], told["pace"], told["status"]) == (*ratios, now.status)
        assert Forecasts(shown).value(goal) == pytest.approx(now.value)
        line = "".join(text for text, _ in goal_line(shown, goal, columns_for(120)))
        assert f" {percent(now.progress)} " in line
        assert state_span(goal, now, shown.day)[0] in line
        copied = records_text(shown, [goal.id], as_markdown=False)
        assert f"{percent(now.progress)}{f' (pace {percent(now.pace)})' if has_pace(goal) else ''}" in copied
        assert full_state_span(goal, now, shown.day)[0] in copied


def test_contributions_and_what_is_assigned(shown: BoardOnDay) -> None:
    for team_goal in shown.board.open_team_goals:
        shares = {handle: share for handle, share in contributions(shown.board, team_goal).items() if share}
        assert goal_json(shown, team_goal)["contributions"] == pytest.approx(contributions(shown.board, team_goal))
        if team_goal.rolls_up != "own":
            carriers = branch(shown, team_goal).carriers
            assert {c.member.handle: c.share for c in carriers if c.share} == pytest.approx(shares)
        for member in shown.members:
            own = {t.id: share for t, share in contributions_of(shown.board, member)}
            assert own.get(team_goal.id, 0.0) == pytest.approx(shares.get(member.handle, 0.0))
        found, forecast = assigned_of(shown.board, team_goal), team_forecast(Forecasts(shown), team_goal)
        assert (found and found.assigned, found and found.unassigned) == (forecast.assigned, forecast.unassigned)


@pytest.mark.parametrize("width", [80, 160])
def test_the_alignment_has_the_figures_of_a_team_goals_detail(shown: BoardOnDay, width: int) -> None:
    table = AlignmentTable(shown, "team goal")
    lines = {(r.under, r.record_id): "".join(text for text, _ in r.draw(width)) for r in table.rows if r.record_id}
    for team_goal in shown.board.open_team_goals:
        if team_goal.rolls_up != "sum":
            continue
        found = team_forecast(Forecasts(shown), team_goal)
        for carrier in found.carriers:
            line = lines[team_goal.id, carrier.goal.id].split()
            for name in ("target", "value", "gap", *(("at this pace",) if width == 160 else ())):
                text = figure_text(name, carrier, team_goal.measure, shown.board.number_format)
                assert (text or "—") in line
        assert found.assigned is not None
        total = amount_on_axis(found.assigned, team_goal.measure, shown.board.number_format)
        texts = ["".join(text for text, _ in row.draw(width)).split() for row in table.rows]
        assert ["assigned", total] in texts


def test_late_check_ins(shown: BoardOnDay) -> None:
    late = [due for due in dues(shown) if due.kind == "check-in" and due.overdue]
    figures = pulse(shown)
    assert figures.checked - figures.in_cadence == len(late)
    assert late
    for member in shown.members:
        count = sum(due.owes == member.handle for due in late)
        words = f"{count} check-in{'s' if count > 1 else ''} overdue"
        assert (words in owed(shown, member.handle)) == bool(count), member.handle


def test_open_feedback_and_actions(shown: BoardOnDay) -> None:
    for member in shown.members:
        told = member_json(shown, member)
        received = [f for f in shown.board.feedback_to(member.handle) if f.kind != "request" and is_open(f)]
        assert told["feedback"]["open"] == len(received)
        line = owed(shown, member.handle)
        assert (f"{len(received)} open" in line) == bool(received), line
        assert (f"☐ {len(told['open_actions'])} agreed" in line) == bool(told["open_actions"])
    not_acknowledged = sum(
        f.state == "open" and f.kind != "request" for m in shown.members for f in shown.board.feedback_to(m.handle)
    )
    assert pulse(shown).unacknowledged == not_acknowledged
