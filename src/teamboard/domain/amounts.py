"""Read and write numbers and amounts of money, as the team writes them; count things.

A number that can be read in two ways, such as `1.200`, is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from string import ascii_letters
from typing import Literal, get_args

from msgspec import Struct

from teamboard.domain.errors import Refused
from teamboard.domain.records import LARGEST, NumberStyle
from teamboard.domain.sanitize import one_line

CLOSEST = 1e-9
"""The least distance of a target from its start: progress, a ratio to it, stays finite."""
CURRENCIES = "€$£¥₹₩₺₽₴₪"
"""Signs of currencies."""
CURRENCY_CODES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "kr", "zł")
"""Currencies that are written as a word, which has a space beside it."""
DecimalSign = Literal[".", ","]
DECIMAL_SIGNS: tuple[DecimalSign, ...] = get_args(DecimalSign)
MINUS = "\u2212"
NARROW_SPACE, NO_BREAK_SPACE = "\u202f", "\u00a0"
_EXPONENTS = {"k": 3, "m": 6, "b": 9}
SCALE_WORDS = {"tsd": 3, "tys": 3, "mio": 6, "mln": 6, "mn": 6, "bn": 9, "md": 9, "mld": 9, "mrd": 9}
"""Short words for a power of ten in the languages of the formats, which may have a point behind them."""
_GROUP_SIGNS = " '’_"
"""What may stand between groups of three digits, beside a point or a comma."""
_SINGULARS = {
    word: word[:-3] + "y" if word.endswith("ies") else word[:-1]
    for word in (
        "accounts", "activities", "appointments", "bookings", "calls", "clients", "companies", "contracts", "courses",
        "customers", "days", "deals", "demos", "emails", "employees", "events", "hours", "interviews", "invoices",
        "leads", "licences", "licenses", "logos", "meetings", "mentions", "milestones", "modules", "months", "offers",
        "opportunities", "orders", "partners", "pilots", "plans", "points", "products", "projects", "proposals",
        "prospects", "quotes", "referrals", "renewals", "reviews", "seats", "sessions", "sites", "steps", "stories",
        "surveys", "talks", "templates", "tenders", "tests", "tickets", "trainings", "trials", "units", "users",
        "visits", "webinars", "weeks", "workshops", "years",
    )
}  # fmt: skip
"""Units that are counted: one of them, by the word for several."""
_PLURALS = {one: several for several, one in _SINGULARS.items()}


class NumberFormat(Struct, frozen=True):
    """How numbers are written: the decimal sign, what separates thousands, and where a currency stands.

    `currency_first` is true for `€1,200`; `gap` stands between the sign of a currency and the number.
    """

    decimal: DecimalSign
    group: str
    currency_first: bool
    gap: str


ENGLISH = NumberFormat(".", ",", True, "")
_CONTINENTAL = NumberFormat(",", ".", False, NO_BREAK_SPACE)
_CONTINENTAL_FIRST = NumberFormat(",", ".", True, NO_BREAK_SPACE)
_SPACED = NumberFormat(",", NO_BREAK_SPACE, False, NO_BREAK_SPACE)
NUMBER_FORMATS: dict[NumberStyle, NumberFormat] = {
    "en": ENGLISH,
    "de": _CONTINENTAL,
    "at": _CONTINENTAL_FIRST,
    "ch": NumberFormat(".", "'", True, NO_BREAK_SPACE),
    "fr": _SPACED,
    "es": _CONTINENTAL,
    "it": _CONTINENTAL,
    "nl": _CONTINENTAL_FIRST,
    "pt": _SPACED,
    "pl": _SPACED,
    "sv": _SPACED,
}
"""The formats by the team's setting `numbers`; a test holds them against babel.

French has a no-break space between thousands here, not the narrow one, which some terminals draw as a box.
"""


class AmbiguousNumber(Refused):
    """A number that can be read in two ways; `readings` has a text for each, which is read in that way only."""

    def __init__(self, text: str, readings: tuple[str, str], *, set_format: bool) -> None:
        """`set_format` is true if the team has not set how it writes numbers: the message says that it can."""
        self.text, self.readings, self._set_format = text.strip(), readings, set_format
        hint = ", or say with `teamboard team --numbers` how the team writes numbers" if set_format else ""
        super().__init__(f"{self.both}: write one of these{hint}.")

    @property
    def both(self) -> str:
        """Both readings, without what to do: `'1.200' can be read as 1 200 or as 1.2`."""
        return f"{self.text!r} can be read as {self.readings[0]} or as {self.readings[1]}"

    def after(self, prefix: str) -> AmbiguousNumber:
        """The same for a number behind a prefix, such as `=`."""
        thousands, decimal = (f"{prefix}{reading}" for reading in self.readings)
        return AmbiguousNumber(f"{prefix}{self.text}", (thousands, decimal), set_format=self._set_format)


def number_format(style: NumberStyle) -> NumberFormat | None:
    """The format of a team's setting; None if the team has not set it."""
    return NUMBER_FORMATS[style] if style else None


def plural(count: int, noun: str) -> str:
    """A count with its noun: `1 check-in`, `18,000 check-ins`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def bounded_number(value: float, what: str) -> float:
    """A number that a board takes, as a float; Refused, naming `what` it is, for NaN and what is too large."""
    if not -LARGEST <= value <= LARGEST:
        raise Refused(f"{what} must be a number of at most 18 digits.")
    return float(value)


def bounded_weight(value: float, what: str) -> float:
    """A weight that a board takes; Refused, naming `what` it is, for one that is not above 0 or too large."""
    if not 0 < value <= LARGEST:
        raise Refused(f"{what} must be a number above 0 of at most 18 digits.")
    return float(value)


# -- reading


def parse_amount(text: str, format: NumberFormat | None) -> float:
    """Read a typed number: `812000`, `€ 400.000`, `1'200,50`, `812k`, `1.2M`, `1,2 Mio. €`, `1200 €`; `(12)` is -12.

    `format` says how the team writes numbers, None if nobody has said it. Raises Refused if it is not a number, and
    AmbiguousNumber if it can be read in two ways and the format does not say in which: a point or a comma before three
    digits is taken as the separator of thousands only where the format has it as that.
    """
    parts = _parts(text)
    if parts is None:
        raise not_a_number(text, format)
    sign, digits, exponent = parts
    by_sign = {mark: plain for mark in DECIMAL_SIGNS if (plain := _plain(digits, mark)) is not None}
    if not by_sign:
        raise not_a_number(text, format)
    values = {mark: _value(sign, plain, exponent) for mark, plain in by_sign.items()}
    if max(map(abs, values.values())) > LARGEST:
        raise Refused(f"The number is too large: write one of at most 18 digits, not {len(digits)}.")
    if len(set(values.values())) == 1:
        return values.popitem()[1]
    thousands: DecimalSign = "," if "." in digits else "."
    decimal: DecimalSign = "." if "." in digits else ","
    if format is not None and format.group == decimal:
        return values[thousands]
    whole = f"{int(by_sign[thousands]):,}".replace(",", " ")
    shape = "({}{})" if text.strip().startswith("(") else f"{sign}{{}}{{}}"
    suffix = {0: "", 3: "k", 6: "M", 9: "B"}[exponent]
    readings = (shape.format(whole, suffix), shape.format(format_exact(float(by_sign[decimal]), None), suffix))
    raise AmbiguousNumber(text, readings, set_format=format is None)


def is_ambiguous(text: str) -> bool:
    """True if a text is a number that can be read in two ways."""
    try:
        parse_amount(text, None)
    except Refused as error:
        return isinstance(error, AmbiguousNumber)
    return False


def not_a_number(text: str, format: NumberFormat | None) -> Refused:
    """The refusal of a text that is not a number, with examples as the team writes numbers."""
    examples = f"812000, {in_format('812.5', format)}, 812k or {in_format('1.2M', format)}"
    what = f"{text!r} is not a number; write" if text.strip() else "The value is empty; write a number such as"
    return Refused(f"{what} {examples}.")


def _parts(text: str) -> tuple[str, str, int] | None:
    """The sign, the digits with their separators, and the power of ten of a number; None for other text."""
    rest = text.replace(MINUS, "-").replace(NO_BREAK_SPACE, " ").replace(NARROW_SPACE, " ").strip()
    sign = ""
    if rest[:1] == "(" and rest[-1:] == ")":
        sign, rest = "-", rest[1:-1].strip()
    rest, had_sign = _without_sign(rest, sign)
    unsigned = _without_currency(rest)
    if unsigned != rest and not had_sign:
        unsigned, had_sign = _without_sign(unsigned, sign)
    sign = had_sign or sign
    digits = unsigned.rstrip(f"{ascii_letters}.")
    word = unsigned[len(digits) :].lower()
    exponent = _EXPONENTS.get(word) or SCALE_WORDS.get(word.removesuffix("."), 0)
    digits = digits.rstrip()
    valid = (digits.isascii() or "’" in digits) and bool(exponent or not word)
    if not valid or not digits[-1:].isdigit() or not all(c in "0123456789.," or c in _GROUP_SIGNS for c in digits):
        return None
    return sign, digits, exponent


def _without_sign(text: str, before: str) -> tuple[str, str]:
    """A number without its sign, and the sign, "" if it has none or stands in brackets (`before`)."""
    if text[:1] in ("+", "-") and text and not before:
        return text[1:].lstrip(), text[0]
    return text, ""


def _without_currency(text: str) -> str:
    """A number without the one currency, or the sign of per cent, before or behind it."""
    if text[:1] and text[0] in CURRENCIES:
        return text[1:].lstrip()
    if text.endswith("T€"):
        return f"{text[:-2]}k"
    if text[-1:] and text[-1] in CURRENCIES + "%":
        return text[:-1].rstrip()
    for code in CURRENCY_CODES:
        if text.startswith(code):
            return text.removeprefix(code).lstrip()
        if text.endswith(code):
            return text.removesuffix(code).rstrip()
    return text


def _plain(digits: str, decimal: str) -> str | None:
    """The digits with a point and no separator, if `decimal` is the decimal sign; None if they do not fit it."""
    whole, point, rest = digits.partition(decimal)
    if point and not rest.isdigit():
        return None
    signs = {c for c in whole if not c.isdigit()}
    if not signs:
        return f"{whole or '0'}{'.' if point else ''}{rest}" if whole or point else None
    if len(signs) > 1:
        return None
    first, *groups = whole.split(signs.pop())
    if not 1 <= len(first) <= 3 or first[0] == "0" or any(len(group) != 3 for group in groups):
        return None
    return "".join((first, *groups, "." if point else "", rest))


def _value(sign: str, plain: str, exponent: int) -> float:
    """The value of plain digits: read as one number, so that 1.1k is 1100 and not a bit more."""
    return float(f"{sign}{plain}e{exponent}")


# -- reading a column


def parse_amount_with(text: str, decimal: DecimalSign) -> float | None:
    """Read a number whose decimal sign is known; None if it is not a number or does not fit the sign."""
    if text.isascii() and text.isdigit() and len(text) < 18:
        return float(text)
    parts = _parts(text)
    plain = _plain(parts[1], decimal) if parts else None
    return _value(parts[0], plain, parts[2]) if parts and plain is not None else None


def decimal_sign_of(text: str) -> DecimalSign | None:
    """The decimal sign of a number: "," for `1.234,5`; None if it has none or can be read in two ways, as `1,234`."""
    parts = _parts(text)
    fitting = [sign for sign in DECIMAL_SIGNS if parts and _plain(parts[1], sign) is not None]
    return fitting[0] if len(fitting) == 1 else None


def column_decimal_sign(
    column: str, numbers: Iterable[tuple[int, str]], format: NumberFormat | None = None
) -> DecimalSign:
    """The decimal sign of a column, from its cells as (line, text); "." if no number has a separator.

    Cells that are no numbers say nothing. Raises Refused if the numbers contradict each other, or if all can be read
    in two ways and the team's format does not say in which.
    """
    examples: dict[DecimalSign, tuple[int, str]] = {}
    unsure: tuple[int, str] | None = None
    for line, text in numbers:
        sign = decimal_sign_of(text)
        if sign is not None:
            examples.setdefault(sign, (line, text))
        elif unsure is None and ("." in text or "," in text) and parse_amount_with(text, ".") is not None:
            unsure = (line, text)
    if len(examples) == 2:
        (one, a), (two, b) = examples["."], examples[","]
        raise Refused(
            f"Column {column!r} has {a!r} in line {one} and {b!r} in line {two}: "
            "set decimal: '.' or decimal: ',' in the map."
        )
    if examples:
        return next(iter(examples))
    if unsure is None:
        return "."
    line, text = unsure
    try:
        parse_amount(text, format)
    except AmbiguousNumber as error:
        raise Refused(
            f"Column {column!r}, line {line}: {error.both}. Set decimal: '.' or decimal: ',' in the map."
        ) from None
    return "." if "," in text else ","


# -- writing


def format_number(value: float, format: NumberFormat | None, *, cents: bool = False) -> str:
    """A number with separators and at most two decimals, `1,200`, `4.25`; with `cents` two or none: `1,200.50`."""
    if not isfinite(value) or abs(value) >= 1e15:
        return f"{value:.3g}"
    text = f"{value:,.2f}"
    if text.endswith(".00"):
        text = text[:-3]
    elif not cents and text.endswith("0"):
        text = text[:-1]
    return in_format("0" if text == "-0" else text, format)


def as_shown(value: float) -> float:
    """A value rounded as `format_number` shows it: what text is made of, and JSON has; never -0."""
    return round(value, 2) + 0.0


def as_estimated(value: float) -> float:
    """A value that is worked out, rounded as it is shown: its first three digits, as more would say more than is known.

    At most two decimals, as for any value.
    """
    return as_shown(float(f"{value:.3g}"))


def ratio_as_shown(ratio: float) -> float:
    """A ratio rounded to a hundredth of a per cent, as text is made of it and JSON has it; one below 1 stays below.

    Never -0, which a goal that falls has at its start.
    """
    rounded = round(ratio, 4) + 0.0
    return 0.9999 if ratio < 1 <= rounded else rounded


def format_short(value: float, format: NumberFormat | None, *, cents: bool = False) -> str:
    """A number in about three digits: `812k`, `1.2M`, `940`; with `cents` two decimals or none: `0.50`."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size * 0.9995 if size > 1e4 else abs(value) >= size:
            scaled = value / (1e3 if letter == "k" else size)
            text = f"{scaled:.3g}" if abs(scaled) < 999.5 else f"{scaled:,.0f}"
            return f"{in_format(text, format)}{letter}"
    return format_number(value, format, cents=cents)


def percent(ratio: float) -> str:
    """A ratio (1 is 100 %) as whole percent; a ratio below 1 is at most `99 %`, so that 100 % means reached."""
    whole = round(ratio_as_shown(ratio) * 100)
    if ratio < 1 and whole >= 100:
        whole = 99
    return f"{whole} %" if abs(whole) < 10_000 else ("9999+%" if whole > 0 else "-9999 %")


def format_exact(value: float, format: NumberFormat | None) -> str:
    """A number with all its decimals and no separators, for a field to edit: it is read again as the same number."""
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{value:.15f}".rstrip("0").rstrip(".")
    # Three decimals could be thousands: a fourth one says that they are not.
    return in_format(f"{text}0" if len(text.partition(".")[2]) == 3 else text, format)


def format_amount(value: float, unit: str, format: NumberFormat | None, *, short: bool = False) -> str:
    """A number in a unit: `€812,000`, `€1,200.50`, `1 customer`, `63 %`; in `short` `€812k`."""
    unit = one_line(unit)
    currency, rest = split_currency(unit)
    size = abs(value) if currency else value
    write = format_short if short else format_number
    number = write(size, format, cents=bool(currency))
    if not currency:
        return f"{number} {unit_for(number, unit)}".rstrip()
    written = format or ENGLISH
    gap = written.gap or ("" if currency in CURRENCIES else NO_BREAK_SPACE)
    minus = "-" if value < 0 and number != "0" else ""
    both = f"{currency}{gap}{number}" if written.currency_first else f"{number}{gap}{currency}"
    return f"{minus}{both} {rest}".rstrip()


def split_currency(unit: str) -> tuple[str, str]:
    """The currency with which a unit begins, and the rest: `("€", "ARR")`; an empty currency for other units."""
    if unit[:1] and unit[0] in CURRENCIES:
        return unit[0], unit[1:].strip()
    word, _, rest = unit.partition(" ")
    return (word, rest) if word in CURRENCY_CODES else ("", unit)


def unit_for(number: str, unit: str) -> str:
    """A unit as it stands behind a number: `customer` behind 1, `customers` behind any other, where it is known."""
    before, space, word = unit.rpartition(" ")
    if number == "1":
        word = _SINGULARS.get(word, word)
    elif word in _PLURALS:
        word = _PLURALS[word]
    return f"{before}{space}{word}"


def in_format(text: str, format: NumberFormat | None) -> str:
    """A number in English, such as `1,200.5`, as the format writes it."""
    if format is None or format == ENGLISH:
        return text
    return text.translate({ord(","): format.group, ord("."): format.decimal})
