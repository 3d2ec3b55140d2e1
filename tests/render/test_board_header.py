"""The header of a board: team, period and day, revision."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from teamboard.actions.goals import AddGoal
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Period
from teamboard.render.board_header import describe_period, header_line, id_cells, past_mark
from tests.conftest import TODAY, Maker
from tests.helpers.lines import assert_tidy, styles_of, text_of
from tests.helpers.nasty import ALL_NASTY


def test_a_board_without_a_team_has_the_program_s_name() -> None:
    shown = BoardOnDay(Board({}), TODAY)
    assert header_line(shown) == (("teamboard", "strong"),)
    assert describe_period(shown) == ""
    assert id_cells(Board({})) == 2


def test_team_period_and_revision(maker: Maker) -> None:
    shown = BoardOnDay(maker.board, TODAY)
    assert text_of(header_line(shown)) == " Northwind   Q4 2026 · day 53 of 92   revision 7"


def test_a_past_day_is_marked_in_words_and_colour(maker: Maker) -> None:
    line = header_line(BoardOnDay(maker.board, date(2026, 11, 1)), past=True)
    assert text_of(line) == " Northwind   Q4 2026 · day 32 of 92   ◀ as of 01 Nov 2026, read-only · revision 7"
    assert styles_of(line)["◀ as of 01 Nov 2026, read-only"] == "warn"


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2026, 9, 1), "begins in 30 d"),
        (date(2026, 9, 30), "begins in 1 d"),
        (date(2026, 10, 1), "day 1 of 92"),
        (date(2026, 12, 31), "day 92 of 92"),
        (date(2027, 1, 1), "ended 1 d ago"),
        (date(2030, 1, 1), "ended 1097 d ago"),
    ],
)
def test_how_far_the_period_is(maker: Maker, day: date, says: str) -> None:
    assert describe_period(BoardOnDay(maker.board, day)) == f"Q4 2026 · {says}"


@pytest.mark.parametrize(
    ("starts", "ends", "says"),
    [(date.min, date.max, "day 739942 of 3652059"), (TODAY, TODAY, "day 1 of 1")],
)
def test_periods_of_any_length(maker: Maker, starts: date, ends: date, says: str) -> None:
    team = maker.board.team
    assert team is not None
    period = Period(name="All", starts=starts, ends=ends)
    board = maker.board.apply({team.id: msgspec.structs.replace(team, period=period)})
    assert describe_period(BoardOnDay(board, TODAY)) == f"All · {says}"


def test_names_are_text(maker: Maker) -> None:
    team = maker.board.team
    assert team is not None
    period = Period(name=ALL_NASTY, starts=TODAY, ends=TODAY)
    board = maker.board.apply({team.id: msgspec.structs.replace(team, name=ALL_NASTY, period=period)})
    line = header_line(BoardOnDay(board, TODAY))
    assert_tidy([line])
    assert "[red]not red[/red]" in text_of(line)


def test_ids_have_the_room_of_the_longest(maker: Maker) -> None:
    assert id_cells(maker.board) == len("G2")
    for _ in range(8):
        maker.do(AddGoal(owner="ana", title="Calls"))
    assert maker.board.goal(RecordId("G10")) is not None
    assert id_cells(maker.board) == len("G10")


def test_the_mark_of_the_first_day_that_there_is() -> None:
    assert past_mark(date.max) == "◀ as of 31 Dec 9999, read-only"
