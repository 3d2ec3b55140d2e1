"""Numbers as spreadsheets write them: with a point or a comma, with thousands set apart; never guessed wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from teamboard.domain.errors import Refused

DecimalSign = Literal[".", ","]
_IGNORED = re.compile(r"[\s\u00a0\u202f'’_€$£¥%]|(?:EUR|USD|GBP|CHF)")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*", re.ASCII)


def number_text(text: str) -> str | None:
    """The digits, signs and separators of a typed number; None if it is none."""
    found = _IGNORED.sub("", text.replace("\u2212", "-"))
    return found if _NUMBER.fullmatch(found) else None


def decimal_sign_of(number: str) -> DecimalSign | None:
    """Which sign is this number's decimal one: `1.234,5` says the comma; None where `1,234` could be either."""
    signs = [c for c in number if c in ".,"]
    if not signs:
        return None
    last: DecimalSign = "," if signs[-1] == "," else "."
    other: DecimalSign = "." if last == "," else ","
    if len(set(signs)) == 2:
        return last
    if len(signs) > 1:
        return other
    whole, _, rest = number.lstrip("+-").partition(last)
    if len(rest) != 3 or len(whole) > 3 or whole.startswith("0"):
        return last
    return None


def column_decimal_sign(column: str, numbers: Iterable[tuple[int, str]]) -> DecimalSign:
    """The decimal sign of a column's numbers, each with its line; Refused where it can't be told."""
    found: dict[DecimalSign, tuple[int, str]] = {}
    unsure: tuple[int, str] | None = None
    for line, number in numbers:
        sign = decimal_sign_of(number)
        if sign is not None:
            found.setdefault(sign, (line, number))
        elif unsure is None and ("." in number or "," in number):
            unsure = (line, number)
    if len(found) == 2:
        (one, a), (two, b) = found["."], found[","]
        raise Refused(
            f"Column {column!r} has {a!r} in line {one} and {b!r} in line {two}: "
            "say decimal: '.' or decimal: ',' in the map."
        )
    if found:
        return next(iter(found))
    if unsure is not None:
        raise Refused(
            f"Column {column!r}, line {unsure[0]}: is {unsure[1]!r} a thousand and more, or one and a bit? "
            "Say decimal: '.' or decimal: ',' in the map."
        )
    return "."


def value_of(number: str, decimal: DecimalSign) -> float | None:
    """The value of a bare number; None where its separators don't fit the decimal sign."""
    other = "," if decimal == "." else "."
    whole, _, rest = number.partition(decimal)
    if other in rest or decimal in rest:
        return None
    groups = whole.lstrip("+-").split(other)
    if len(groups) > 1 and (any(len(g) != 3 for g in groups[1:]) or not 1 <= len(groups[0]) <= 3):
        return None
    return float(whole.replace(other, "") + (f".{rest}" if rest else ""))
