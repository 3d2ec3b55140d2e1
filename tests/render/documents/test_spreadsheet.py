"""CSV for a spreadsheet: numbers are plain, and no text is a formula."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.render.documents.spreadsheet import BYTE_ORDER_MARK, csv_text


def cell_of(value: str | float | None) -> str:
    text = csv_text(["a", "b"], [{"a": value}])
    assert text.startswith(BYTE_ORDER_MARK)
    head, row = csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK)))
    assert (head, row[1]) == (["a", "b"], "")
    return row[0]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\n=1", " =1", "＝1", "\x00=1"])
def test_a_formula_is_text(text: str) -> None:
    assert cell_of(text).startswith("'")


@pytest.mark.parametrize("text", ["ARR Iberia", "a=1", 'He said "no", twice', "€", ""])
def test_other_text_is_as_it_was_typed(text: str) -> None:
    assert cell_of(text) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [(1_200_000.0, "1200000"), (-3.5, "-3.5"), (0.1 + 0.2, "0.3"), (67.67, "67.67"), (100.0, "100"), (0.0, "0")],
)
def test_a_number_has_no_separators(value: float, cell: str) -> None:
    assert cell_of(value) == cell


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not cell_of(text).startswith(("=", "+", "-", "@", "\t", "\r"))
