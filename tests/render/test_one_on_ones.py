"""A one-on-one as lines: agenda by theme, notes, actions; and what a commit changed in it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from teamboard.actions.base import Actor
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, RateOneOnOne, WriteOneOnOne
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId, table_of
from teamboard.domain.records import Member, OneOnOne, Topic
from teamboard.render.one_on_ones import (
    agreed_action_line,
    describe_change,
    describe_meeting_day,
    one_on_one_json,
    one_on_one_lines,
    open_actions_before,
    topic_label,
)
from tests.conftest import ANA, MARA, TODAY, Maker
from tests.helpers.lines import assert_tidy, styles_of, text_of, texts
from tests.helpers.nasty import ALL_NASTY


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def shown(board: Board, handle: str = "ana", day: date = TODAY, width: int = 80) -> list[str]:
    return texts(one_on_one_lines(BoardOnDay(board, day), member(board, handle), width))


@pytest.fixture
def met(maker: Maker) -> Maker:
    """Ana and Mara met on 2 November and agreed on an action; Ana found it useful."""
    action = NewAction(text="Book a course", due=date(2026, 11, 16))
    maker.do(WriteOneOnOne(member="ana", held=date(2026, 11, 2), agreed=(action,)))
    maker.do(RateOneOnOne(member="ana", useful=4), ANA)
    return maker


@pytest.fixture
def planned(met: Maker) -> Maker:
    """Their next one-on-one has topics of two themes, and a note of two lines."""
    topics = (NewTopic("skills", "Calls"), NewTopic("career", "Lead"), NewTopic("skills", "Demos"))
    met.do(WriteOneOnOne(member="ana", on=date(2026, 11, 24), topics=topics), ANA)
    met.do(WriteOneOnOne(member="ana", note="Went well\n[b]really[/b]"))
    return met


def test_nothing_yet(maker: Maker) -> None:
    assert shown(maker.board) == [
        " One-on-one of Ana Ruiz and Mara Lind   due Mon 07 Dec, in 15 d",
        "",
        " Goals",
        "   G1    ARR ana                                                        0 %  new",
        "         €0 of €1,000, €1,000 to go",
        "",
        " Agenda",
        "   nothing yet; add topics with `--topic TEXT` or `--template regular`",
    ]


def test_who_has_no_manager_meets_nobody(maker: Maker) -> None:
    assert shown(maker.board, "mara")[0] == " One-on-one of Mara Lind   nobody to meet: no manager"


def test_an_agenda_has_every_theme_and_what_is_open_from_before(planned: Maker) -> None:
    assert shown(planned.board) == [
        " One-on-one of Ana Ruiz and Mara Lind   Tue 24 Nov, in 2 d",
        " last time: O1 on 02 Nov, useful 4 of 5",
        "",
        " Goals",
        "   G1    ARR ana                                                        0 %  new",
        "         €0 of €1,000, €1,000 to go",
        "",
        " Agenda",
        "   contribution  nothing yet",
        "   skills        Calls                                                      Ana",
        "                 Demos                                                      Ana",
        "   career        Lead                                                       Ana",
        "",
        " Notes",
        "   22 Nov  Mara Lind",
        "     Went well",
        "     [b]really[/b]",
        "",
        " Open from before",
        "   ☐ O1.1  Mara: Book a course                    by 16 Nov, 4 working days late",
    ]


def test_once_held_it_has_its_actions_and_asks_how_useful_it_was(planned: Maker) -> None:
    agreed = (NewAction(text="Shadow Ben", owner="ana"), NewAction(text="Ask HR"))
    planned.do(WriteOneOnOne(member="ana", held=TODAY, agreed=agreed))
    planned.do(FinishAction(action="O2.1"), ANA)
    found = shown(planned.board)
    assert found[0] == " One-on-one of Ana Ruiz and Mara Lind   held on Sun 22 Nov"
    assert found[-8:] == [
        " Agreed",
        "   ☑ O2.1  Ana: Shadow Ben                                           done 22 Nov",
        "   ☐ O2.2  Mara: Ask HR",
        "",
        " Open from before",
        "   ☐ O1.1  Mara: Book a course                    by 16 Nov, 4 working days late",
        "",
        " How useful was the one-on-one of 22 Nov to you, from 1 to 5? `--useful 4`",
    ]
    assert [a.id for a in open_actions_before(planned.board, member(planned.board, "ana"), None)] == ["O1.1", "O2.2"]


@pytest.mark.parametrize(
    ("day", "says", "style"),
    [
        (date(2026, 11, 2), "held on Mon 02 Nov", "on-track"),
        (date(2026, 11, 12), "due Mon 16 Nov, in 4 d", "dim"),
        (date(2026, 11, 16), "due Mon 16 Nov, today", "warn"),
        (date(2026, 11, 20), "due Mon 16 Nov, 4 working days late", "bad"),
    ],
)
def test_the_day_says_how_far_it_is(met: Maker, day: date, says: str, style: str) -> None:
    assert describe_meeting_day(BoardOnDay(met.board, day), member(met.board, "ana")) == (says, style)


def test_a_late_action_stands_out(met: Maker) -> None:
    (action,) = open_actions_before(met.board, member(met.board, "ana"), None)
    late = styles_of(agreed_action_line(BoardOnDay(met.board, TODAY), action, 80))
    assert (late["☐"], late["by 16 Nov, 4 working days late"]) == ("warn", "warn")
    early = styles_of(agreed_action_line(BoardOnDay(met.board, date(2026, 11, 16)), action, 80))
    assert (early["☐"], early["by 16 Nov"]) == ("text", "dim")


def test_what_commits_changed(planned: Maker) -> None:
    planned.do(FinishAction(action="O1.1"), MARA)
    moved = planned.do(WriteOneOnOne(member="ana", on=date(2026, 11, 27)))
    told = []
    records: dict[RecordId, OneOnOne] = {}
    for _, entry in planned.history:
        for record_id, change in entry.changes.items():
            if table_of(record_id) != "one_on_ones":
                continue
            before = records.get(record_id)
            fields = {**(msgspec.to_builtins(before) if before else {}), **(change.after or {}), "id": record_id}
            records[record_id] = msgspec.convert(fields, OneOnOne)
            told.append(describe_change(moved, before, records[record_id]))
    assert told == [
        "held the one-on-one of Ana and Mara, agreed on O1.1: Mara, Book a course",
        "found the one-on-one of Ana and Mara useful: 4 of 5",
        "planned the one-on-one of Ana and Mara for 2026-11-24, put on its agenda: Calls; Lead; Demos",
        "noted in the one-on-one of Ana and Mara: Went well\n[b]really[/b]",
        "did O1.1: Book a course",
        "moved the one-on-one of Ana and Mara to 2026-11-27",
    ]


def test_topics_may_come_and_go(maker: Maker) -> None:
    talk = OneOnOne(member="ana", manager="mara", on=TODAY, topics=(Topic(theme="skills", text="Calls", by="ana"),))
    empty = msgspec.structs.replace(talk, topics=())
    meeting = "the one-on-one of Ana and Mara"
    assert describe_change(maker.board, empty, talk) == f"put on the agenda of {meeting}: Calls"
    assert describe_change(maker.board, talk, empty) == f"took off the agenda of {meeting}: Calls"
    assert topic_label(2) == "#2"


def test_json_has_all_of_them_and_the_day_one_is_due(planned: Maker) -> None:
    found = one_on_one_json(BoardOnDay(planned.board, TODAY), member(planned.board, "ana"))
    assert {k: v for k, v in found.items() if k != "one_on_ones"} == {
        "member": "ana",
        "manager": "mara",
        "due": "2026-11-24",
        "overdue": 0,
        "open_actions": ["O1.1"],
    }
    assert [(o["id"], o["on"], len(o.get("topics", ()))) for o in found["one_on_ones"]] == [
        ("O1", "2026-11-02", 0),
        ("O2", "2026-11-24", 3),
    ]
    assert one_on_one_json(BoardOnDay(planned.board, TODAY), member(planned.board, "mara"))["due"] is None


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("text", [ALL_NASTY, "名" * 99, "x" * 500])
def test_no_text_breaks_a_line(met: Maker, text: str, width: int) -> None:
    topic, action = NewTopic("skills", text[:200]), NewAction(text=text[:200], owner="ana")
    met.do(WriteOneOnOne(member="ana", note=text, topics=(topic,), agreed=(action,)), Actor("ana"))
    lines = list(one_on_one_lines(BoardOnDay(met.board, TODAY), member(met.board, "ana"), width))
    # Headings are the words of the program.
    assert_tidy((line for line in lines if text_of(line).startswith("   ")), width)
    assert_tidy(lines)
