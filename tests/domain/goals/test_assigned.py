"""What of a team goal that is a sum is assigned, and where the board, the alignment and a revision say so."""

from __future__ import annotations

import pytest

from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.forecast.team import team_forecast
from teamboard.domain.goals.assigned import Assigned, assigned_of
from teamboard.domain.goals.revisions import with_fields
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, TeamGoal
from teamboard.render.alignment import AlignmentTable
from teamboard.render.board import board_lines
from teamboard.render.revisions import describe_assigned
from tests.conftest import BEN, TODAY, Maker

G2, T1, T2 = map(RecordId, ("G2", "T1", "T2"))


def team_goal(maker: Maker, goal_id: RecordId = T1) -> TeamGoal:
    found = maker.board.goal(goal_id)
    assert isinstance(found, TeamGoal)
    return found


def drawn(maker: Maker, key: str = "") -> list[str]:
    """The board at 120 cells, then the alignment."""
    shown = BoardOnDay(maker.board, TODAY)
    lines = [*board_lines(shown, 120), *(row.draw(120) for row in AlignmentTable(shown, "team goal", key).rows)]
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def add(maker: Maker, target: float, share: float = 1.0) -> None:
    """One more goal of Ana's for T1, whose target is 2,000: Ana and Ben have 1,000 each."""
    measure = Metric(unit="€", start=0, target=target)
    aligned = {T1: share} if share == 1.0 else {T1: share, T2: 1 - share}
    maker.do(AddGoal(owner="ana", title="More", measure=measure, aligned=aligned))


def test_where_all_is_assigned_only_the_alignment_says_how_much(maker: Maker) -> None:
    assert assigned_of(maker.board, team_goal(maker)) == Assigned(2000, 0)
    lines = drawn(maker)
    assert [line.split() for line in lines if "assigned" in line or "nobody" in line] == [["assigned", "€2,000"]]
    assert not [line for line in lines if "more than the target" in line]


def test_more_is_assigned(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Other", measure=Metric(unit="€", start=0, target=1), rolls_up="own"))
    add(maker, 400, share=0.5)
    assert assigned_of(maker.board, team_goal(maker)) == Assigned(2200, -200)
    lines = drawn(maker, "m")
    assert lines[2].endswith("€2,200 assigned")
    sums = [line.split() for line in lines]
    assert ["assigned", "€2,200"] in sums
    assert ["more", "than", "the", "target", "€200"] in sums


def test_a_part_is_assigned_to_nobody_and_a_key_assigns_it_where_there_is_a_goal(maker: Maker) -> None:
    maker.check_in(G2, 250, by=BEN)
    maker.do(CloseGoal(goal=G2, outcome="missed", why="Ben gives it up"))
    # Ana's 1,000, and the 250 that Ben had.
    assert assigned_of(maker.board, team_goal(maker)) == Assigned(1250, 750)
    assert drawn(maker)[2].endswith("€750 to nobody")
    sums = [" ".join(line.split()) for line in drawn(maker)]
    assert "assigned €1,250" in sums
    assert "assigned to nobody €750" in sums
    # All goals are aligned: there is none that the key could align.
    assert "assigned to nobody €750" in [" ".join(line.split()) for line in drawn(maker, "m")]
    maker.do(AddGoal(owner="ana", title="Aligned to none", measure=Metric(unit="€", start=0, target=400)))
    assert "assigned to nobody €750 m on a goal assigns it" in [" ".join(line.split()) for line in drawn(maker, "m")]


def test_the_forecast_has_the_same_figures(maker: Maker) -> None:
    add(maker, 300)
    found = team_forecast(Forecasts(BoardOnDay(maker.board, TODAY)), team_goal(maker))
    assert (found.assigned, found.unassigned) == (2300, -300)


def test_a_mean_has_nothing_assigned(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Quality", measure=Metric(unit="%", start=0, target=1), rolls_up="mean"))
    assert assigned_of(maker.board, team_goal(maker, T2)) is None


@pytest.mark.parametrize(
    ("target", "now"),
    [
        (2500.0, "€2,000 of €2,500, €500 to nobody"),
        (1800.0, "€2,000 of €1,800, €200 more than the target"),
    ],
)
def test_a_revision_says_what_is_assigned_before_it_is_agreed(maker: Maker, target: float, now: str) -> None:
    before = team_goal(maker)
    after = with_fields(before, {"measure": {"kind": "metric", "unit": "€", "start": 0.0, "target": target}})
    assert describe_assigned(maker.board, before, after) == [("assigned", "€2,000 of €2,000", now)]
    assert describe_assigned(maker.board, before, before) == []
    goal = maker.goal(G2)
    assert describe_assigned(maker.board, goal, goal) == []
