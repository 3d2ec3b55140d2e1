"""The list of what is due: how late, who owes what to whom, and what settles it, in 60, 80 and 120 columns."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.one_on_ones import NewAction, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import DUE_KINDS, Due, dues
from teamboard.domain.ids import RecordId
from teamboard.render.due import (
    describe_due,
    due_json,
    due_lines,
    due_row,
    due_sections,
    settling_command,
)
from teamboard.render.format import lateness
from tests.conftest import BEN, MARA, NOW, TODAY, Maker
from tests.helpers.lines import assert_tidy, styles_of, text_of, texts
from tests.helpers.nasty import ALL_NASTY


@pytest.fixture
def busy(maker: Maker) -> Board:
    """Ana's check-in, one-on-one and an action are overdue, feedback to Ben is due, his check-in is close."""
    action = NewAction(text="Book [b]a[/b] course", due=date(2026, 11, 16))
    maker.do(WriteOneOnOne(member="ana", held=date(2026, 11, 2), agreed=(action,)))
    maker.check_in(RecordId("G1"), 1, days_ago=20)
    maker.check_in(RecordId("G2"), 1, days_ago=6, by=BEN)
    maker.do(ScheduleReview(member="ben", on=date(2026, 11, 24)))
    return maker.do(GiveFeedback(to="ben", text="x"), MARA, NOW - timedelta(days=9))


def listed(board: Board, width: int) -> list[str]:
    return texts(due_lines(BoardOnDay(board, TODAY), dues(BoardOnDay(board, TODAY)), width))


def test_nothing_due(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 1)
    maker.check_in(RecordId("G2"), 1, by=BEN)
    assert listed(maker.board, 80)[:1] == [" Nothing is due in the next 7 days."]
    assert listed(Board({}), 80) == [" Nothing is due in the next 7 days."]


def test_80_columns_have_what_and_the_command(busy: Board) -> None:
    assert listed(busy, 80) == [
        " Overdue  3   days are working days",
        "  9 d late   Ana checks in on G1 ARR ana      teamboard checkin G1",
        "  4 d late   one-on-one of Ana and Mara       teamboard one-on-one ana --held",
        "  4 d late   Mara: Book [b]a[/b] course       teamboard one-on-one --done O1.1",
        "",
        " Due now  2",
        ' since Fri   feedback to Ben from anybody     teamboard feedback ben "…"',
        ' since Fri   feedback to Ben from Mara        teamboard feedback ben "…"',
        "",
        " In the next 7 days  2",
        "    in 1 d   Ben checks in on G2 ARR ben      teamboard checkin G2",
        "    in 2 d   review of Ben with Mara          teamboard review hold R1",
    ]


def test_120_columns_have_the_day_it_was_last_done_too(busy: Board) -> None:
    assert listed(busy, 120)[1] == (
        "  9 d late   Ana checks in on G1 ARR ana                               last 20 d ago  teamboard checkin G1"
    )


def test_the_screen_shows_the_key_and_leaves_out_the_command_first(busy: Board) -> None:
    late = dues(BoardOnDay(busy, TODAY))[0]
    shown = BoardOnDay(busy, TODAY)
    rows = {width: text_of(due_row(shown, late, width, key="u")).rstrip() for width in (60, 80, 120)}
    assert rows == {
        60: "  9 d late   Ana checks in on G1 ARR ana                  u",
        80: "  9 d late   Ana checks in on G1 ARR ana                       last 20 d ago  u",
        120: (
            "  9 d late   Ana checks in on G1 ARR ana                           last 20 d ago  u   teamboard checkin G1"
        ),
    }


def test_lateness_has_a_colour_beside_its_words(busy: Board) -> None:
    styles: dict[str, str] = {}
    for line in due_lines(BoardOnDay(busy, TODAY), dues(BoardOnDay(busy, TODAY)), 80):
        styles |= styles_of(line)
    assert (styles["9 d late"], styles["since Fri"], styles["in 1 d"]) == ("bad", "warn", "dim")


@pytest.mark.parametrize(
    ("days", "overdue", "says"),
    [(-9, 7, "7 d late"), (-2, 0, "since Fri"), (0, 0, "today"), (1, 0, "in 1 d"), (400, 0, "in 400 d")],
)
def test_how_late_something_is(days: int, overdue: int, says: str) -> None:
    due = Due(kind="feedback", owes=None, to="ana", on=TODAY + timedelta(days=days), overdue=overdue)
    assert lateness(due, TODAY) == says


def test_sections_have_each_due_item_of_the_next_week_once() -> None:
    some = [
        Due(kind="feedback", owes=None, to="ana", on=TODAY + timedelta(days=days), overdue=max(-days - 2, 0))
        for days in range(-5, 12)
    ]
    sections = due_sections(some, TODAY)
    assert [(s.title, len(s.dues)) for s in sections] == [("Overdue", 3), ("Due now", 3), ("In the next 7 days", 7)]
    assert [due for section in sections for due in section.dues] == some[:13]


def test_each_kind_has_words_a_key_and_a_command(maker: Maker) -> None:
    found = {}
    for kind in DUE_KINDS:
        due = Due(kind=kind, owes="mara", to="ana", on=TODAY, overdue=0, about="G9" if kind == "check-in" else "")
        found[kind] = (describe_due(maker.board, due), settling_command(due))
    assert found == {
        # What it is about may be gone since.
        "check-in": ("Mara checks in on G9", "checkin G9"),
        "feedback": ("feedback to Ana from anybody", 'feedback ana "…"'),
        "manager's feedback": ("feedback to Ana from Mara", 'feedback ana "…"'),
        "one-on-one": ("one-on-one of Ana and Mara", "one-on-one ana --held"),
        "review": ("review of Ana with Mara", "review schedule ana DAY"),
        "action": ("Mara: ", "one-on-one --done "),
    }


def test_json_has_the_item_its_words_and_the_command(busy: Board) -> None:
    assert due_json(busy, dues(BoardOnDay(busy, TODAY))[0]) == {
        "kind": "check-in",
        "owes": "ana",
        "to": None,
        "on": "2026-11-09",
        "overdue": 9,
        "last": "2026-11-02",
        "about": "G1",
        "what": "Ana checks in on G1 ARR ana",
        "command": "teamboard checkin G1",
    }


@pytest.mark.parametrize("name", [ALL_NASTY, "名" * 60, "e\u0301" * 60, ""])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_name_breaks_a_line(busy: Board, name: str, width: int) -> None:
    ana, goal = busy.member("ana"), busy.goal(RecordId("G1"))
    assert ana is not None
    assert goal is not None
    renamed = busy.apply(
        {
            ana.id: msgspec.structs.replace(ana, name=name, title=name),
            goal.id: msgspec.structs.replace(goal, title=name),
        }
    )
    shown = BoardOnDay(renamed, TODAY)
    assert_tidy(due_lines(shown, dues(BoardOnDay(renamed, TODAY)), width), width)
    assert_tidy((due_row(shown, due, width, key="u") for due in dues(BoardOnDay(renamed, TODAY))), width)
