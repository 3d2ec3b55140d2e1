"""The team's pulse as lines: four figures, feedback by week, and who gives to whom."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from teamboard.actions.feedback import AcknowledgeFeedback, GiveFeedback
from teamboard.actions.one_on_ones import RateOneOnOne, WriteOneOnOne
from teamboard.actions.team import AddMember
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.pulse import Pulse, pulse
from teamboard.render.pulse import figure_lines, matrix_lines, pulse_json, pulse_lines, pulse_title, weeks_line
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker
from tests.helpers.lines import assert_tidy, styles_of, text_of, texts
from tests.helpers.nasty import ALL_NASTY


@pytest.fixture
def lively(maker: Maker) -> Board:
    """Three pieces of feedback to Ana, none from Mara to Ben; a one-on-one that was useful; one goal updated."""
    maker.do(GiveFeedback(to="ana", text="x"), BEN, NOW - timedelta(days=20))
    maker.do(AcknowledgeFeedback(feedback=RecordId("F1")), ANA, NOW - timedelta(days=18))
    for days in (3, 2):
        maker.do(GiveFeedback(to="ana", text="x"), MARA, NOW - timedelta(days=days))
    maker.do(WriteOneOnOne(member="ana", held=date(2026, 11, 2)))
    maker.do(RateOneOnOne(member="ana", useful=4), ANA)
    maker.check_in(RecordId("G2"), 1, days_ago=30, by=BEN)
    return maker.check_in(RecordId("G1"), 1)


def with_pulse(board: Board) -> tuple[BoardOnDay, Pulse]:
    shown = BoardOnDay(board, TODAY)
    return shown, pulse(shown)


def test_a_team_that_has_only_begun(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 1)
    maker.check_in(RecordId("G2"), 1, by=BEN)
    assert texts(pulse_lines(*with_pulse(maker.board), 80)) == [
        "  Team pulse   Q4 2026 · 0 pieces of feedback since 1 Oct",
        "",
        "  feedback by week  ········   (0) 0 0 0 0 0 0 0   (…) part week",
        "  goals updated in cadence              100 %",
        "  from feedback to acknowledgement          —   median",
        "  one-on-ones found useful                  —   none yet",
        "  reviews found useful                      —   none yet",
        "",
        " Who gives to whom",
        "  from → to         Mara   Ana   Ben   gave",
        "  Mara Lind                  ✗     ✗      0",
        "  Ana Ruiz             ·           ·      0",
        "  Ben Okafor           ·     ·            0",
        "  got                  0     0     0",
        "  ✗ nothing from their manager yet",
    ]


def test_figures_say_what_they_are_made_of(lively: Board) -> None:
    lines = list(figure_lines(pulse(BoardOnDay(lively, TODAY)), None))
    assert texts(lines) == [
        "  goals updated in cadence               50 %   1 of 2 late",
        "  from feedback to acknowledgement        2 d   median, 2 of 3 open not yet",
        "  one-on-ones found useful           4.0 of 5   1 of 1 rated",
        "  reviews found useful                      —   none yet",
    ]
    assert styles_of(lines[0])["1 of 2 late"] == "warn"


def test_weeks_are_drawn_to_the_week_with_most(lively: Board) -> None:
    # The period begins on a Thursday; today is a Sunday.
    assert text_of(weeks_line(pulse(BoardOnDay(lively, TODAY)))) == (
        "  feedback by week  ·····▅·█   (0) 0 0 0 0 1 0 2   (…) part week"
    )
    assert text_of(pulse_title(lively, pulse(BoardOnDay(lively, TODAY)))).endswith("3 pieces of feedback since 1 Oct")


def test_a_week_that_is_not_over_is_a_part_too(lively: Board) -> None:
    line = text_of(weeks_line(pulse(BoardOnDay(lively, TODAY - timedelta(days=2)))))
    assert line.endswith("(0) 0 0 0 0 1 0 (2)   (…) part week")


def test_who_gives_to_whom(lively: Board) -> None:
    lines = list(matrix_lines(*with_pulse(lively), 80))
    assert texts(lines) == [
        "  from → to         Mara   Ana   Ben   gave",
        "  Mara Lind                  2     ✗      2",
        "  Ana Ruiz             ·           ·      0",
        "  Ben Okafor           ·     1            1",
        "  got                  0     3     0",
        "  ✗ nothing from their manager yet",
    ]
    assert (styles_of(lines[1])["✗"], styles_of(lines[2])["0"]) == ("bad", "bad")


def test_where_the_table_does_not_fit_each_member_has_a_line(lively: Board) -> None:
    assert texts(matrix_lines(*with_pulse(lively), 39)) == [
        "               gave    got     from",
        "  Mara Lind       2      0",
        "  Ana Ruiz        0      3     Mara, B…",
        "  Ben Okafor      1      0  ✗",
        "  ✗ nothing from their manager yet",
    ]


def test_a_large_team_has_a_line_each_at_80_columns(maker: Maker) -> None:
    for number in range(12):
        maker.do(AddMember(handle=f"rep{number}", name=f"Member {number}", manager="mara"))
    lines = list(matrix_lines(*with_pulse(maker.board), 80))
    assert len(lines) == 1 + 15 + 1
    assert_tidy(lines, 80)


@pytest.mark.usefixtures("lively")
def test_once_every_manager_gave_something_no_sign_is_explained(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ben", text="x"), MARA)
    assert "✗" not in "".join(texts(matrix_lines(*with_pulse(maker.board), 80)))


def test_a_board_without_a_team_has_a_pulse_of_nothing() -> None:
    found = texts(pulse_lines(*with_pulse(Board({})), 80))
    assert found[0] == "  Team pulse    · 0 pieces of feedback since 22 Nov"
    assert "  goals updated in cadence                  —" in found


def test_json_has_the_figures_and_the_counts(lively: Board) -> None:
    found = pulse_json(pulse(BoardOnDay(lively, TODAY)))
    assert found.pop("weeks")[-1] == {"starts": "2026-11-16", "ends": "2026-11-22", "feedback": 2}
    assert found == {
        "starts": "2026-10-01",
        "given": [{"from": "ben", "to": "ana", "count": 1}, {"from": "mara", "to": "ana", "count": 2}],
        "in_cadence": 1,
        "checked": 2,
        "days_to_acknowledge": 2.0,
        "unacknowledged": 2,
        "open": 3,
        "one_on_ones_held": 1,
        "one_on_ones_rated": 1,
        "useful": 4.0,
        "reviews_signed": 0,
        "reviews_rated": 0,
        "reviews_useful": None,
    }


@pytest.mark.parametrize("name", [ALL_NASTY, "名" * 50, "e\u0301" * 50, ""])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_name_breaks_a_line(lively: Board, name: str, width: int) -> None:
    ana = lively.member("ana")
    assert ana is not None
    renamed = lively.apply({ana.id: msgspec.structs.replace(ana, name=name)})
    assert_tidy(matrix_lines(*with_pulse(renamed), width), width)
