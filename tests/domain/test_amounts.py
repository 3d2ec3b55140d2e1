"""Numbers as spreadsheets write them: read as they were meant, refused where two readings are possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.amounts import (
    ENGLISH,
    NUMBER_FORMATS,
    DecimalSign,
    bounded_number,
    bounded_weight,
    column_decimal_sign,
    decimal_sign_of,
    parse_amount_with,
)
from teamboard.domain.errors import Refused
from teamboard.domain.records import LARGEST

COMMA_FOR_POINT = str.maketrans(",.", ".,")
SIGNS: st.SearchStrategy[DecimalSign] = st.sampled_from([".", ","])


SHAPES = st.sampled_from(["{}", "€{}", "{} €", "CHF {}", "{}\xa0%"])


def written(number: float, decimal: DecimalSign, *, grouped: bool) -> str:
    """A number as a spreadsheet writes it, with two decimals."""
    text = f"{number:,.2f}" if grouped else f"{number:.2f}"
    return text if decimal == "." else text.translate(COMMA_FOR_POINT)


@given(
    st.integers(-(10**14), 10**14), SIGNS, st.booleans(), st.sampled_from(["{}", "€{}", "{} €", "CHF {}", "{}\xa0%"])
)
def test_a_number_that_is_written_is_read_again(
    hundredths: int, decimal: DecimalSign, grouped: bool, shape: str
) -> None:
    number = hundredths / 100
    text = shape.format(written(number, decimal, grouped=grouped))
    assert parse_amount_with(text, decimal) == number
    assert decimal_sign_of(text) == decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4514", 4514),
        (" $1,234.50 ", 1234.5),
        ("1 234\u202f567.5\u00a0€", 1_234_567.5),
        ("1'234’567", None),
        ("1'234'567", 1_234_567),
        ("1’234’567", 1_234_567),
        ("\u2212 7 %", -7),
        ("+3", 3),
        ("(100)", -100),
        ("(€1,200.50)", -1200.5),
        (".5", 0.5),
        ("1.2k", 1200),
        ("", None),
        ("-", None),
        ("€", None),
        ("()", None),
        ("1e5", None),
        ("0x10", None),
        ("nan", None),
        ("5.", None),
        ("1,,000", None),
        ("--1", None),
        ("-(1)", None),
        ("(-1)", None),
        ("€€1", None),
        ("€1€", None),
        ("12 34", None),
        ("1 2345", None),
        ("٣", None),
        ("²", None),
        ("12 pcs", None),
        ("\x1b[31m5", None),
        ("=1+1", None),
    ],
)
def test_what_a_cell_is_read_as_with_a_point(text: str, expected: float | None) -> None:
    assert parse_amount_with(text, ".") == expected


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        ("1234", None),
        ("1.234,5", ","),
        ("1,234.5", "."),
        ("1,234,567", "."),
        ("1.234.567", ","),
        ("1,5", ","),
        ("1.25", "."),
        ("1234,567", ","),
        ("0.125", "."),
        ("-0,125", ","),
        ("1,234", None),
        ("-12.345", None),
    ],
)
def test_the_sign_of_a_number_is_only_told_where_it_is_sure(number: str, sign: DecimalSign | None) -> None:
    assert decimal_sign_of(number) == sign


@pytest.mark.parametrize(
    ("number", "decimal", "value"),
    [
        ("1,234", ".", 1234.0),
        ("1,234", ",", 1.234),
        ("-12.345.678,9", ",", -12_345_678.9),
        ("12,34", ".", None),
        ("1234,567", ".", None),
        ("1,23,456", ".", None),
        ("1.2.3", ".", None),
        ("1.5,000", ".", None),
        ("1.234,5", ".", None),
    ],
)
def test_separators_have_to_fit_the_sign(number: str, decimal: DecimalSign, value: float | None) -> None:
    assert parse_amount_with(number, decimal) == value


@pytest.mark.parametrize(
    ("numbers", "sign"),
    [([], "."), (["1", "20"], "."), (["1,234", "0,5"], ","), (["1,234", "1,234.5"], "."), (["1.234", "9", "1,5"], ",")],
)
def test_a_column_has_the_sign_of_its_sure_numbers(numbers: list[str], sign: DecimalSign) -> None:
    assert column_decimal_sign("sum", enumerate(numbers, start=2)) == sign


def test_a_column_that_is_not_sure_is_asked_about() -> None:
    with pytest.raises(Refused) as unsure:
        column_decimal_sign("sum", [(2, "7"), (3, "1,234"), (4, "5,678")])
    assert "Column 'sum', line 3: '1,234' can be read as 1 234 or as 1.2340. Set decimal:" in str(unsure.value)
    assert column_decimal_sign("sum", [(3, "1,234")], ENGLISH) == "."
    assert column_decimal_sign("sum", [(3, "1.234")], NUMBER_FORMATS["de"]) == ","
    with pytest.raises(Refused, match="can be read as"):
        column_decimal_sign("sum", [(3, "1,234")], NUMBER_FORMATS["de"])
    with pytest.raises(Refused) as torn:
        column_decimal_sign("sum", [(2, "1,5"), (3, "2.25"), (4, "2,5")])
    assert "Column 'sum' has '2.25' in line 3 and '1,5' in line 2" in str(torn.value)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), SIGNS, st.booleans())
def test_a_column_is_read_with_the_sign_it_was_written_with(
    numbers: list[int], decimal: DecimalSign, grouped: bool
) -> None:
    texts = [written(number / 100, decimal, grouped=grouped) for number in numbers]
    assert column_decimal_sign("sum", enumerate(texts)) == decimal


@given(st.text(alphabet="0123456789.,-+ €$%e'", max_size=12), SIGNS)
def test_any_text_is_a_number_or_none(text: str, decimal: DecimalSign) -> None:
    value = parse_amount_with(text, decimal)
    assert value is None or abs(value) < 1e12


@pytest.mark.parametrize("value", [LARGEST * 1.01, -LARGEST * 1.01, float("inf"), float("nan"), 10**400])
def test_a_board_takes_no_number_of_more_than_18_digits(value: float) -> None:
    with pytest.raises(Refused, match=r"^The target must be a number of at most 18 digits\.$"):
        bounded_number(value, "The target")
    with pytest.raises(Refused, match=r"^The weight must be a number above 0 of at most 18 digits\.$"):
        bounded_weight(value, "The weight")


def test_the_bounds_themselves_are_taken_as_floats() -> None:
    assert [bounded_number(v, "x") for v in (LARGEST, -LARGEST, 0)] == [LARGEST, -LARGEST, 0.0]
    assert isinstance(bounded_number(3, "x"), float)
    assert bounded_weight(1e-300, "x") == 1e-300
    for weight in (0, -1):
        with pytest.raises(Refused, match="above 0"):
            bounded_weight(weight, "x")
