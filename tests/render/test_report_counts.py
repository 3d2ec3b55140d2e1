"""The counts of a period's report: bars of one scale, the goals behind each count, and what needs attention."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import all_periods
from teamboard.domain.records import Metric
from teamboard.domain.report import PeriodReport, need_attention, report, report_before
from teamboard.render.report import report_lines
from teamboard.render.report_counts import name_goals
from teamboard.store.codec import BoardFile
from tests.conftest import ANA, MARA, TODAY, Maker
from tests.helpers.lines import text_of

SIZES = [(80, 8), (120, 16)]


def lines(shown: BoardOnDay, width: int, *, periods_back: int = 0) -> list[str]:
    period = all_periods(shown.board)[-1 - periods_back]
    now, before = report(shown, period), report_before(shown, period)
    return [text_of(line).rstrip() for line in report_lines(shown, now, before, width)]


def bars(line: str) -> list[int]:
    """The full cells of each bar of a line."""
    return [piece.count("━") for piece in line.split() if piece[0] in "━─"]


@pytest.mark.parametrize(("width", "cells"), SIZES)
def test_bars_side_by_side_have_one_scale(sample: BoardFile, width: int, cells: int) -> None:
    found = lines(BoardOnDay(sample.board, TODAY), width)
    by_label = {line.split()[0]: line for line in found if bars(line)}
    assert bars(by_label["open"]) == [cells, 0]
    assert bars(by_label["achieved"]) == [1, cells // 2]
    assert bars(by_label["missed"]) == [0, round(3 / 8 * cells)]
    assert by_label["achieved"].replace("━", "").replace("─", "").split()[1:3] == ["1", "4"]
    assert any(line.endswith("a full bar is all of them") for line in found)


@pytest.mark.parametrize("width", [80, 120])
def test_each_count_says_which_goals_it_counts(sample: BoardFile, width: int) -> None:
    found = lines(BoardOnDay(sample.board, TODAY), width)
    assert next(line for line in found if "achieved  " in line).endswith("G24 Win back Nordlys and Fjell")
    below = next(line for line in found if line.startswith("  below 25 %"))
    assert "G17 Pau, G38 Dana" in below
    assert next(line for line in found if line.startswith("  50 to 74 %")).endswith(" more")
    # Most of what is open is as it should be: its count says how much is not.
    assert " behind, " in next(line for line in found if line.startswith("  open"))
    assert all(len(line) <= width for line in found if bars(line))


def test_team_goals_that_are_left_out_are_said_to_be(sample: BoardFile) -> None:
    found = lines(BoardOnDay(sample.board, TODAY), 80)
    assert " What became of the goals   32 goals, 8 before, without 4 team goals" in found


def test_the_goals_that_need_attention_come_first(sample: BoardFile) -> None:
    shown = BoardOnDay(sample.board, TODAY)
    found = lines(shown, 120)
    at = found.index(" Needs attention   8 of 36 goals")
    listed = [line.split()[0] for line in found[at + 1 : at + 9]]
    assert listed == [goal.id for goal in need_attention(shown, shown.board.open_goals)]
    assert found[at + 1].split()[:3] == ["T3", "New", "ARR"]
    assert found[at + 2].split() == ["G23", "ARR", "Nordics", "Ben", "Okafor", "22", "%,", "pace", "57", "%", "behind"]
    assert "⚑ Legal has not cleared" in found[at + 4]
    assert found[at + 8].endswith("no update for 19 days")


def test_what_the_page_counts_as_late_needs_attention(sample: BoardFile) -> None:
    shown = BoardOnDay(sample.board, TODAY)
    found = lines(shown, 120)
    counted = next(line for line in found if line.startswith("  open")).split("   ")[-1]
    assert counted == "2 behind, 4 at risk, 1 no update, 23 on track, 1 new"
    listed = need_attention(shown, shown.board.open_goals)
    # One of them is the team's.
    assert len(listed) == 2 + 4 + 1 + 1


def test_of_many_goals_the_title_says_that_the_most_pressing_are_listed(maker: Maker) -> None:
    for n in range(9):
        maker.do(AddGoal(owner="ana", title=f"Goal {n}", measure=Metric(unit="calls", start=0, target=10)), MARA)
    found = lines(BoardOnDay(maker.board, TODAY + timedelta(days=30)), 80)
    at = found.index(" Needs attention   12 of 12 goals; the 8 most pressing")
    assert [bool(line) for line in found[at : at + 10]] == [True] * 9 + [False]


def test_a_period_that_is_over_names_what_was_missed(sample: BoardFile) -> None:
    found = lines(BoardOnDay(sample.board, TODAY), 80, periods_back=1)
    at = next(i for i, line in enumerate(found) if line.startswith(" Missed   "))
    assert found[at] == " Missed   4 of 10 goals"
    assert found[at + 1].split()[0] == "T1"
    assert found[at + 1].endswith("89 %")


def test_nothing_needs_attention(maker: Maker) -> None:
    shown = BoardOnDay(maker.board, maker.goal(RecordId("G1")).starts)
    assert " Needs attention   no goal is behind, at risk, without update or in need of help" in lines(shown, 80)


def test_what_wants_help_and_what_is_late_need_attention(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=900, blocker="Legal"), ANA)
    shown = BoardOnDay(maker.board, TODAY + timedelta(days=30))
    # Team goals first: this one is the sum of the two.
    assert [goal.id for goal in need_attention(shown, shown.board.open_goals)] == ["T1", "G2", "G1"]
    closed = msgspec.structs.replace(maker.goal(RecordId("G2")), outcome="missed", closed=TODAY)
    assert need_attention(shown, [closed]) == []


def test_goals_are_named_in_full_or_by_their_owners_or_not_at_all(maker: Maker) -> None:
    goals = [maker.goal(RecordId(i)) for i in ("G1", "G2")]
    long = [msgspec.structs.replace(goal, title=f"{goal.title} and much more") for goal in goals]
    assert name_goals(maker.board, goals, 40) == "G1 ARR ana, G2 ARR ben"
    assert name_goals(maker.board, long, 30) == "G1 Ana, G2 Ben"
    assert name_goals(maker.board, long * 9, 30) == "G1 Ana, G2 Ben and 16 more"
    assert name_goals(maker.board, goals, 23) == ""
    assert name_goals(maker.board, [], 80) == ""


def test_a_report_without_goals_counts_nothing(maker: Maker) -> None:
    board = maker.board.with_changes({RecordId("G1"): None, RecordId("G2"): None, RecordId("T1"): None})
    found: PeriodReport = report(BoardOnDay(board, TODAY), all_periods(board)[-1])
    assert found.tally.all == 0
    assert any(line.startswith(" What became of the goals   0 goals") for line in lines(BoardOnDay(board, TODAY), 80))
