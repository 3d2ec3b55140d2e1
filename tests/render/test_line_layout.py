"""Lines and phrases: columns hold whatever people are called, and words say what is so."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.standing import Standing, standing
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Metric, Milestone, Milestones
from teamboard.render import format
from teamboard.render.ascii_fallback import to_ascii
from teamboard.render.board import board_lines
from teamboard.render.goals.board_line import columns_for, goal_line
from teamboard.render.line_layout import CALL_SIGN, Line, filled, fit, progress_bar, sparkline, wrapped
from teamboard.render.team.member_line import member_line
from tests.conftest import ANA, TODAY, Maker, small_maker

NAMES = [
    "Ana Ruiz",
    "李小龍 王大明",
    "한국어 이름",
    "e\u0301lodie cafe\u0301",
    "محمد بن سلمان",
    "שלום עליכם",
    "👩‍💻 Coder 🇪🇸",
    "a" * 200,
    "名" * 90,
    "[bold red]x[/]",
    "\x1b[31mred\x1b[0m\ttab\r\nbreak",
    "\u202eright to left",
    "",
]


def cells(line: Line) -> int:
    return sum(cell_len(text) for text, _ in line)


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [40, 80, 103, 104, 120, 200])
def test_every_name_keeps_the_columns(name: str, width: int) -> None:
    board = small_maker().check_in(RecordId("G1"), 300)
    member, goal = board.member("ana"), board.goal(RecordId("G1"))
    assert member is not None
    assert goal is not None
    board = board.apply(
        {
            member.id: msgspec.structs.replace(member, name=name, title=name),
            goal.id: msgspec.structs.replace(goal, title=name),
        }
    )
    goal, other = board.goal(RecordId("G1")), board.goal(RecordId("G2"))
    member = board.member("ana")
    assert member is not None
    assert goal is not None
    assert other is not None
    c = columns_for(width)
    named = goal_line(BoardOnDay(board, TODAY), goal, c)
    plain = goal_line(BoardOnDay(board, TODAY), other, c)
    assert cells(named) == cells(plain) == width
    assert cells(member_line(BoardOnDay(board, TODAY), member, c)) == width

    def before_percent(line: Line) -> int:
        return cell_len(text_of(line).rpartition("%")[0])

    assert before_percent(named) == before_percent(plain)
    assert standing(board, goal, TODAY).status in text_of(named)


@given(st.text(max_size=40), st.integers(0, 30))
def test_fitted_text_is_exactly_as_wide(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cells(filled(((text.replace("\n", ""), ""),), width)) >= 0


@given(st.text(max_size=120), st.integers(4, 40))
def test_wrapped_text_fits_and_loses_no_word(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)


def test_wrapping_keeps_every_word() -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    assert " ".join(wrapped(" ".join(words), 9)).split() == words
    assert wrapped("a\n\nb", 10) == ["a", "", "b"]


def at(progress: float, pace: float = 0.5) -> Standing:
    return Standing(
        progress=progress, pace=pace, status="on track", trend=0, series=(), value=0, age_days=0, blocker=""
    )


@pytest.mark.parametrize(
    ("progress", "pace", "expected"),
    [
        (0.0, 0.5, "─────┃────"),
        (0.5, 0.0, "┃━━━━─────"),
        (0.54, 0.9, "━━━━━╸───┃"),
        (1.0, 1.0, "━━━━━━━━━┃"),
        (-3.0, 0.5, "─────┃────"),
        (7.0, 0.5, "━━━━━┃━━━━"),
        (0.001, 0.9, "╸────────┃"),
    ],
)
def test_bars(progress: float, pace: float, expected: str) -> None:
    assert text_of(progress_bar(at(progress, pace), 10)) == expected


@pytest.mark.parametrize(
    ("progress", "pace", "call", "expected"),
    [
        (0.3, 0.5, 0.8, "━━━──┃──◆─"),
        (0.3, 0.8, 0.5, "━━━──◆──┃─"),
        (0.6, 0.8, 0.4, "━━━━◆━──┃─"),
        # On one cell the pace stays where it is, and the call stands on its own side of it.
        (0.3, 0.5, 0.52, "━━━──┃◆───"),
        (0.3, 0.5, 0.48, "━━━─◆┃────"),
        (0.3, 1.0, 0.97, "━━━─────◆┃"),
        (0.0, 0.97, 0.99, "────────◆┃"),
        (0.0, 0.02, 0.0, "┃◆────────"),
        (0.0, 0.5, -2.0, "◆────┃────"),
    ],
)
def test_a_call_that_misses_the_target_has_a_mark(progress: float, pace: float, call: float, expected: str) -> None:
    line = progress_bar(at(progress, pace), 10, call=call)
    assert text_of(line) == expected
    assert [style for text, style in line if CALL_SIGN in text] == ["dim"]
    assert to_ascii(text_of(line)).count("*") == 1


@pytest.mark.parametrize(("cells", "expected"), [(0, ""), (1, "┃"), (2, "◆┃")])
def test_marks_stay_within_the_shortest_bars(cells: int, expected: str) -> None:
    assert text_of(progress_bar(at(0.5, 0.9), cells, call=0.8)) == expected


def test_a_bar_without_pace_has_no_mark() -> None:
    assert text_of(progress_bar(at(0.5), 4, paced=False)) == "━━──"


def test_sparks() -> None:
    assert sparkline((0.0, 0.5, 1.0, -1.0, 2.0)) == "▁▅█▁█"


def test_names_and_status_stay_when_it_gets_narrow(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=300, blocker="legal"), ANA)
    shown = BoardOnDay(maker.board, TODAY)
    goal = maker.goal(RecordId("G1"))
    wide, narrow = (text_of(goal_line(shown, goal, columns_for(w))) for w in (120, 80))
    for line in (wide, narrow):
        assert "ARR ana" in line
        assert "behind ⚑" in line
        assert "→ T1" in line
    assert "today" in wide
    assert "today" not in narrow


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_an_empty_board_has_something_to_say(width: int) -> None:
    maker = Maker()
    lines = [text_of(line) for line in board_lines(BoardOnDay(maker.board, TODAY), width)]
    assert any("teamboard member add" in line for line in lines)


@pytest.mark.parametrize(
    ("value", "measure", "long", "short"),
    [
        (812000, Metric("€", 0, 1), "€812,000", "€812k"),
        (1.2e6, Metric("€", 0, 1), "€1,200,000", "€1.2M"),
        (-5, Metric("€", 0, 1), "-€5", "-€5"),
        (42, Metric("calls", 0, 1), "42 calls", "42 calls"),
        (4.25, Metric("of 5", 0, 1), "4.25 of 5", "4.25 of 5"),
        (3, Metric("", 0, 1), "3", "3"),
        (1, Milestones((Milestone("a"), Milestone("b"))), "1 of 2", "1 of 2"),
        (1, DoneOrNot(), "done", "done"),
        (0, DoneOrNot(), "not done", "not done"),
        (1e200, Metric("", 0, 1), "1e+200", "1e+191B"),
    ],
)
def test_amounts(value: float, measure: Metric | Milestones | DoneOrNot, long: str, short: str) -> None:
    assert format.amount(value, measure, None) == long
    assert format.amount(value, measure, None, short=True).replace(",", "") == short or value > 1e100


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0, "0 %"),
        (0.424, "42 %"),
        (0.999, "99 %"),
        (1.0, "100 %"),
        (1.305, "130 %"),
        (-0.2, "-20 %"),
        (999, "9999+%"),
    ],
)
def test_what_is_not_quite_done_never_shows_as_done(ratio: float, expected: str) -> None:
    assert format.percent(ratio) == expected


@pytest.mark.parametrize(("days", "expected"), [(None, "never"), (0, "today"), (1, "yesterday"), (9, "9 d ago")])
def test_ages(days: int | None, expected: str) -> None:
    assert format.ago(days) == expected


@pytest.mark.parametrize(("change", "expected"), [(0.0, "—"), (0.004, "—"), (0.04, "▲ 4"), (-0.026, "▼ 3")])
def test_trends(change: float, expected: str) -> None:
    assert format.trend(change) == expected
