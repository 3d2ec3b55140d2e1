"""Cadence, rules, outline and text: what a board means to people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ResolveFeedback
from teamboard.domain import permissions
from teamboard.domain.board import Board
from teamboard.domain.board_filter import MemberOrder, filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import feedback_standing
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line, plain
from tests.conftest import ANA, BEN, MARA, TODAY, Maker


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def test_a_request_is_asked_and_not_received(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="How was my demo?", kind="request"), BEN)
    found = feedback_standing(maker.board, member(maker.board, "ana"), TODAY)
    assert (found.asked, found.open, found.last_days) == (1, 0, None)


def test_resolved_feedback_is_not_open(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="Good"), BEN)
    maker.do(ResolveFeedback(feedback="F1"), ANA)
    assert feedback_standing(maker.board, member(maker.board, "ana"), TODAY).open == 0


@pytest.mark.parametrize(
    ("verb", "owner", "expected"),
    [
        ("check in", "ana", {"ana", "mara"}),
        ("check in", "mara", {"mara"}),
        ("add a goal", "ana", {"mara"}),
        ("add a member", None, {"mara"}),
        ("give feedback", "ana", {"mara", "ana", "ben"}),
        ("resolve feedback", "ben", {"ben", "mara"}),
    ],
)
def test_who_may_do_what(maker: Maker, verb: str, owner: str | None, expected: set[str]) -> None:
    owned = member(maker.board, owner) if owner else None
    assert {m.handle for m in permissions.who_may(maker.board, verb, owned)} == expected
    assert not permissions.may(maker.board, None, verb, owned)


def titles(maker: Maker, words: str, order: MemberOrder = "team") -> list[str]:
    found = filter_board(BoardOnDay(maker.board, TODAY), words=words, order=order)
    return [g.title for s in found.sections for g in s.goals] or [s.member.name for s in found.sections]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["ARR ana", "ARR ben"]),
        ("ruiz", ["ARR ana"]),
        ("RUIZ arr", ["ARR ana"]),
        ("nordics", ["ARR ben"]),
        ("at risk", ["ARR ben"]),
        ("needs help", ["ARR ana"]),
        ("t1", ["ARR ana", "ARR ben"]),
        ("g2", ["ARR ben"]),
        ("nothing of the kind", []),
    ],
)
def test_typed_words_narrow_the_board(maker: Maker, words: str, expected: list[str]) -> None:
    maker.do(CheckInGoal(goal="G1", value=600, blocker="legal"), ANA)
    maker.check_in("G2", 450, by=BEN)
    assert titles(maker, words) == expected


def test_members_are_sorted_by_what_wants_attention(maker: Maker) -> None:
    maker.check_in("G1", 600)
    maker.check_in("G2", 10, by=BEN)
    maker.do(GiveFeedback(to="ben", text="x"), MARA)

    def names(order: MemberOrder) -> list[str]:
        found = filter_board(BoardOnDay(maker.board, TODAY), order=order)
        return [s.member.handle for s in found.sections]

    assert names("team") == ["mara", "ana", "ben"]
    assert names("name") == ["ana", "ben", "mara"]
    assert names("status")[0] == "ben"
    assert names("silence")[-1] == "ben"


HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07x",
    "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31mred",
    "a\rb",
    "\u202eabc",
    "a\u2066b\u2069",
    "bell\x07",
    "\x1bPq\x1b\\",
    "tab\there",
    "null\x00",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_made_plain(text: str) -> None:
    found = one_line(text)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in found)
    assert not any(c in found for c in "\u202e\u2066\u2069")
    assert "31m" not in found
    assert "title" not in found
    found.encode()


@given(st.text())
def test_plain_text_has_no_controls_and_stays_the_same_when_made_plain_again(text: str) -> None:
    found = plain(text)
    assert plain(found) == found
    assert not any(ord(c) < 32 and c != "\n" for c in found)
    assert "\n" not in one_line(text)
    assert cell_len(one_line(text)) >= 0


def test_words_of_every_script_are_kept() -> None:
    for text in ("Müller", "李小龍", "محمد", "e\u0301clair", "👩‍💻 team", "[bold]x[/]"):
        assert plain(text) == text
