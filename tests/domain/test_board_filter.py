"""The board filtered by typed words, and sorted."""

from __future__ import annotations

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.board_filter import MemberOrder, filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from tests.conftest import ANA, BEN, MARA, TODAY, Maker


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
    maker.do(CheckInGoal(goal=RecordId("G1"), value=600, blocker="legal"), ANA)
    maker.check_in(RecordId("G2"), 450, by=BEN)
    assert titles(maker, words) == expected


def test_members_are_sorted_by_what_wants_attention(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 600)
    maker.check_in(RecordId("G2"), 10, by=BEN)
    maker.do(GiveFeedback(to="ben", text="x"), MARA)

    def names(order: MemberOrder) -> list[str]:
        found = filter_board(BoardOnDay(maker.board, TODAY), order=order)
        return [s.member.handle for s in found.sections]

    assert names("team") == ["mara", "ana", "ben"]
    assert names("name") == ["ana", "ben", "mara"]
    assert names("status")[0] == "ben"
    assert names("silence")[-1] == "ben"
    assert names("confidence") == ["mara", "ana", "ben"]
    maker.do(CheckInGoal(goal=RecordId("G2"), value=10, confidence=3), BEN)
    maker.do(CheckInGoal(goal=RecordId("G1"), value=600, confidence=7), ANA)
    assert names("confidence") == ["ben", "ana", "mara"]
