"""The table of hints: at most three lines, the most pressing first, and none of what only two people may read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import teamboard.domain.hints
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.hints.table import HINTS, MOST_HINTS, hints
from teamboard.domain.ids import RecordId
from teamboard.domain.records import HINT_NAMES, Feedback, HintName, Member, OneOnOne, Reply, Topic
from tests.helpers.forecasting import board_of, goal
from tests.helpers.hinting import DAY, a_member, a_team, ago, feedback, noon, review, said, with_records

SECRET = "Secret words"
MODULES = sorted(Path(teamboard.domain.hints.__path__[0]).glob("*.py"))


def test_every_hint_has_words_with_facts_and_a_reason() -> None:
    assert tuple(HINTS) == HINT_NAMES
    for rule in HINTS.values():
        assert re.findall(r"\{\w+\}", rule.words)
        assert rule.why.endswith(".")


def crowded(*off: HintName) -> Board:
    """Ana with a case of most hints."""
    entries = {
        ago(40): {"value": 10.0, "confidence": 9, "blocker": "Legal", "call": 9000.0},
        ago(20): {"value": 10.0, "confidence": 3, "blocker": "Legal", "call": 9000.0},
        ago(1): {"value": 10.0, "confidence": 2, "blocker": "Legal", "call": 9000.0},
    }
    return board_of((goal(), entries), team=a_team(*off))


def test_there_are_at_most_three_the_most_pressing_first() -> None:
    assert said(crowded()) == [
        "G1 ARR has needed help for 40 days",
        "G1 ARR: call €9,000, at this pace €17.70",
        "G1 ARR: confidence fell from 9 to 2 while the value stood",
    ]


def test_what_is_switched_off_makes_room_for_the_next() -> None:
    assert said(crowded("blocker", "confidence")) == [
        "G1 ARR: call €9,000, at this pace €17.70",
        "no coaching for 52 days: no one-on-one, review or coaching since 1 Oct",
        "7 weeks without a next step on G1 ARR, behind",
    ]
    assert said(crowded(*HINT_NAMES)) == []


def test_no_hint_reads_what_is_encrypted_or_what_was_said() -> None:
    """By the fields that the modules name: a text could only get into a hint through one of them."""
    names = {n.attr for path in MODULES for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)}
    private = {"sealed", "outcome", "additions", "prepared", "text", "note", "notes", "replies", "topics", "actions"}
    assert not names & private


DAYS = st.integers(min_value=-5, max_value=60)
ENTRIES = st.dictionaries(
    DAYS.map(ago),
    st.fixed_dictionaries(
        {"value": st.sampled_from([0.0, 10.0, 500.0, 1200.0])},
        optional={
            "confidence": st.integers(0, 10),
            "blocker": st.just(SECRET),
            "next_step": st.just(SECRET),
            "call": st.sampled_from([100.0, 5000.0]),
        },
    ),
    max_size=6,
)


@st.composite
def boards(draw: st.DrawFn) -> Board:
    """Boards of Ana with goals, talks, feedback and reviews, all of whose texts are SECRET."""
    goals = [(goal(n + 1, title="Title"), draw(ENTRIES)) for n in range(draw(st.integers(0, 3)))]
    off = draw(st.lists(st.sampled_from(HINT_NAMES), unique=True, max_size=4))
    board = board_of(*goals, team=a_team(*off))
    said_by = Reply(by="mara", at=noon(DAY), text=SECRET)
    for number, days in enumerate(draw(st.lists(DAYS, max_size=3)), start=1):
        held = OneOnOne(
            id=RecordId(f"O{number}"), member="ana", manager="mara", on=ago(days), held=ago(days), notes=(said_by,),
            topics=(Topic(theme="career", text=SECRET, by="ana"),),
        )  # fmt: skip
        sealed = review(number, days, state="signed", sealed={"ana": SECRET}, outcome=SECRET)
        board = with_records(board, held, sealed, _feedback(draw, number, days))
    return board


def _feedback(draw: st.DrawFn, number: int, days: int) -> Feedback:
    giver, to = draw(st.sampled_from([("ana", "ben"), ("ben", "ana"), ("mara", "ana")]))
    return feedback(number, giver, to, days, draw(st.sampled_from(["praise", "coaching", "request"])), text=SECRET)


@given(boards())
def test_whatever_the_board_there_are_at_most_three_without_a_word_of_what_was_said(board: Board) -> None:
    team = board.team
    assert team is not None
    for member in (a_member(board), *_others(board)):
        found = hints(Forecasts(BoardOnDay(board, DAY)), member)
        assert len(found) <= MOST_HINTS
        assert [h.name for h in found] == [name for name in HINTS if name in {h.name for h in found}]
        assert not {h.name for h in found} & set(team.hints_off)
        assert all(SECRET not in h.text and "{" not in h.text for h in found)


def _others(board: Board) -> list[Member]:
    return [a_member(board, handle) for handle in ("ben", "mara")]
