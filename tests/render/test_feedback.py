"""Narrowing the inbox by what is typed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.actions.feedback import AcknowledgeFeedback, GiveFeedback, ResolveFeedback
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.render.feedback import matches_filter
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["F1", "F2", "F3"]),
        ("from:mara", ["F1", "F3"]),
        ("from:Okafor", ["F2"]),
        ("to:ana", ["F1", "F2"]),
        ("mara", ["F1", "F3"]),
        ("kind:idea", ["F3"]),
        ("about:g1", ["F1"]),
        ("about:arr", ["F1"]),
        ("state:open", ["F2", "F3"]),
        ("state:acknowledged", ["F2"]),
        ("state:closed", ["F1"]),
        (">14d", ["F1"]),
        ("<14", ["F2", "F3"]),
        ("<3d from:mara", ["F3"]),
        ("silence kind:coaching to:ana", ["F1"]),
        ("from:", ["F1", "F2", "F3"]),
        ("by:mara", []),
        (">x", []),
        ("from:mara to:mara", []),
    ],
)
def test_fields_ages_and_words(maker: Maker, words: str, found: list[str]) -> None:
    maker.do(GiveFeedback(to="ana", text="The silence", kind="coaching", about="G1"), MARA, NOW - timedelta(days=20))
    maker.do(ResolveFeedback(feedback=RecordId("F1")), ANA)
    maker.do(GiveFeedback(to="ana", text="Good"), BEN, NOW - timedelta(days=5))
    maker.do(AcknowledgeFeedback(feedback=RecordId("F2")), ANA)
    maker.do(GiveFeedback(to="ben", text="Try mornings", kind="idea"), MARA)
    assert [f.id for f in maker.board.feedback if matches_filter(BoardOnDay(maker.board, TODAY), f, words)] == found
