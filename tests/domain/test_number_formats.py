"""Typed numbers are read as the team writes them, and asked back where two readings are possible; written as read."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.amounts import (
    ENGLISH,
    NUMBER_FORMATS,
    AmbiguousNumber,
    NumberFormat,
    format_amount,
    format_exact,
    format_number,
    format_short,
    number_format,
    parse_amount,
)
from teamboard.domain.errors import Refused
from teamboard.domain.records import NumberStyle

LOCALES = {style: style for style in NUMBER_FORMATS} | {"at": "de_AT", "ch": "de_CH", "pt": "pt_PT"}
FORMATS = st.sampled_from([None, *NUMBER_FORMATS.values()])
CENTS = st.integers(-(10**14), 10**14).map(lambda hundredths: hundredths / 100)
UNITS = st.sampled_from(["€", "$", "CHF", "kr", "%", ""])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("812000", 812e3),
        ("812k", 812e3),
        ("400k", 400e3),
        ("1.2M", 1.2e6),
        ("1,2M", 1.2e6),
        ("2.5 B", 2.5e9),
        ("-4", -4),
        ("+4", 4),
        ("\u22124", -4),
        ("812 000", 812e3),
        ("1 200 000", 1.2e6),
        ("1\u00a0200\u00a0000", 1.2e6),
        ("1\u202f200\u202f000,5", 1_200_000.5),
        ("1_000", 1e3),
        ("1'200'000", 1.2e6),
        ("1’200.50", 1200.5),
        ("1.200,50", 1200.5),
        ("1,200.50", 1200.5),
        ("1,200,000", 1.2e6),
        ("1.200.000", 1.2e6),
        ("12,5", 12.5),
        ("12.5", 12.5),
        (",5", 0.5),
        ("0.125", 0.125),
        ("1234,567", 1234.567),
        ("1.1k", 1100),
        ("€ 400", 400),
        ("€1.2M", 1.2e6),
        ("1200 €", 1200),
        ("1200€", 1200),
        ("CHF 1'200", 1200),
        ("1 200 kr", 1200),
        ("-€400", -400),
        ("€-400", -400),
        ("(12)", -12),
        ("(€1,200.50)", -1200.5),
        ("60 %", 60),
        ("1,2 Mio", 1.2e6),
        ("1,2 Mio. €", 1.2e6),
        ("€ 1.2 mn", 1.2e6),
        ("1,2mln", 1.2e6),
        ("2.5 bn", 2.5e9),
        ("-2,5 Mrd.", -2.5e9),
        ("62 Tsd", 62e3),
        ("62 T€", 62e3),
        ("(62,5T€)", -62.5e3),
        ("1,2 M€", 1.2e6),
    ],
)
@pytest.mark.parametrize("format", [None, ENGLISH, *(NUMBER_FORMATS[s] for s in ("de", "ch", "fr"))])
def test_what_can_be_read_in_one_way_is_read(text: str, value: float, format: NumberFormat | None) -> None:
    assert parse_amount(text, format) == value


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("€ 400.000", "de", 400e3),
        ("1.200", "de", 1200),
        ("1.200k", "es", 1.2e6),
        ("1,200", "en", 1200),
        ("-12,345", "en", -12345),
    ],
)
def test_the_setting_says_what_separates_thousands(text: str, style: NumberStyle, value: float) -> None:
    assert parse_amount(text, number_format(style)) == value


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("400.000", ("400 000", "400")),
        ("€ 400.000", ("400 000", "400")),
        ("1,200", ("1 200", "1.2")),
        ("1.234", ("1 234", "1.2340")),
        ("-1.234", ("-1 234", "-1.2340")),
        ("+1.200", ("+1 200", "+1.2")),
        ("(1.200)", ("(1 200)", "(1.2)")),
        ("1.200k", ("1 200k", "1.2k")),
        ("120.000 €", ("120 000", "120")),
    ],
)
@pytest.mark.parametrize("style", ["", "ch", "fr"])
def test_what_can_be_read_in_two_ways_is_asked_back(text: str, readings: tuple[str, str], style: NumberStyle) -> None:
    with pytest.raises(AmbiguousNumber) as asked:
        parse_amount(text, number_format(style))
    assert asked.value.readings == readings
    both = f"{text!r} can be read as {readings[0]} or as {readings[1]}: write one of these"
    hint = "" if style else ", or say with `teamboard team --numbers` how the team writes numbers"
    assert str(asked.value) == f"{both}{hint}."
    thousands, decimal = (parse_amount(reading, number_format(style)) for reading in readings)
    assert abs(thousands) == abs(decimal) * 1000


@pytest.mark.parametrize(("text", "style"), [("400.000", "en"), ("1,200", "de"), ("-1,200", "es")])
def test_what_is_written_against_the_setting_is_asked_back_too(text: str, style: NumberStyle) -> None:
    with pytest.raises(AmbiguousNumber):
        parse_amount(text, number_format(style))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "k",
        "€",
        "1e5",
        "nan",
        "inf",
        "٣",
        "--4",
        "4-",
        "12 34",
        "1.2.3",
        "9" * 400,
        "4 calls",
        "((1))",
        "Mio",
        "T€",
        "12.",
        "12k.",
        "1 Mios",
        "1 Mio..",
    ],
)
def test_what_is_no_number_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(Refused, match=r"^[^\n]*(number|empty|large)[^\n]*\.$"):
        parse_amount(text, None)


@pytest.mark.parametrize(
    ("style", "half", "short"), [("", "812.5", "1.2M"), ("de", "812,5", "1,2M"), ("ch", "812.5", "1.2M")]
)
def test_the_examples_of_a_refusal_are_written_as_the_team_does(style: NumberStyle, half: str, short: str) -> None:
    for text in ("soon", ""):
        with pytest.raises(Refused, match=rf"812000, {half}, 812k or {short}\.$"):
            parse_amount(text, number_format(style))


@given(CENTS, UNITS, FORMATS)
def test_a_number_that_is_written_is_read_as_the_same(value: float, unit: str, format: NumberFormat | None) -> None:
    try:
        assert parse_amount(format_amount(value, unit, format), format or ENGLISH) == value
    except AmbiguousNumber:
        pytest.fail("what the board writes must be read in one way")


@given(st.floats(-1e12, 1e12), FORMATS)
def test_an_exact_number_is_read_as_the_same_whatever_the_setting(value: float, format: NumberFormat | None) -> None:
    written = format_exact(value, format)
    assert parse_amount(written, format) == pytest.approx(value, rel=1e-14, abs=1e-14)


@given(st.text(alphabet="0123456789.,-+ €$%'kMBioTsdrn()", max_size=14), FORMATS)
def test_any_text_is_a_number_or_refused(text: str, format: NumberFormat | None) -> None:
    try:
        assert isinstance(parse_amount(text, format), float)
    except AmbiguousNumber as asked:
        readings = {parse_amount(reading, format) for reading in asked.readings}
    except Refused:
        return
    else:
        return
    assert len(readings) == 2


@pytest.mark.parametrize(
    ("value", "unit", "style", "written"),
    [
        (1200.5, "€", "", "€1,200.50"),
        (1200, "€", "en", "€1,200"),
        (-1200.5, "€", "en", "-€1,200.50"),
        (1200.5, "€", "de", "1.200,50\u00a0€"),
        (-3, "€", "de", "-3\u00a0€"),
        (1200.5, "€", "nl", "€\u00a01.200,50"),
        (1200.5, "CHF", "ch", "CHF\u00a01'200.50"),
        (1200, "CHF", "en", "CHF\u00a01,200"),
        (1200000, "€", "fr", "1\u00a0200\u00a0000\u00a0€"),
        (812, "k€", "en", "812 k€"),
        (1200, "€ ARR", "en", "€1,200 ARR"),
        (12.5, "%", "de", "12,5 %"),
        (0.125, "%", "en", "0.12 %"),
        (1, "customers", "en", "1 customer"),
        (1, "new customers", "en", "1 new customer"),
        (2, "customer", "en", "2 customers"),
        (0, "calls", "en", "0 calls"),
        (1, "companies", "en", "1 company"),
        (1, "kudos", "en", "1 kudos"),
        (-0.001, "", "en", "0"),
        (-0.001, "€", "en", "€0"),
    ],
)
def test_how_an_amount_is_written(value: float, unit: str, style: NumberStyle, written: str) -> None:
    assert format_amount(value, unit, number_format(style)) == written


def test_short_amounts_have_the_separators_of_the_setting() -> None:
    german = NUMBER_FORMATS["de"]
    assert format_amount(1_234_567, "€", german, short=True) == "1,23M\u00a0€"
    assert [format_short(v, german) for v in (812_000, 9_999, 999_960, -2.5e9)] == ["812k", "9.999", "1M", "-2,5B"]
    assert [format_number(v, None) for v in (float("inf"), 1e18, 4.25, 1e6)] == ["inf", "1e+18", "4.25", "1,000,000"]


@pytest.mark.parametrize("style", NUMBER_FORMATS)
def test_the_table_agrees_with_the_unicode_locale_data(style: NumberStyle) -> None:
    format = NUMBER_FORMATS[style]
    locale = LOCALES[style]
    symbols = Locale.parse(locale).number_symbols["latn"]
    assert format.decimal == symbols["decimal"]
    assert format.group == symbols["group"].replace("\u202f", "\u00a0").replace("’", "'")
    currency = "CHF" if style == "ch" else "EUR"
    sign = "CHF" if style == "ch" else "€"
    expected = format_currency(250.5, currency, locale=locale)
    assert format_amount(250.5, sign, format) == expected
