"""Amounts in a goal's title: the target stands on the goal's line, and a revision makes the title wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from teamboard.domain.amounts import (
    CURRENCIES,
    CURRENCY_CODES,
    DECIMAL_SIGNS,
    parse_amount_with,
    split_currency,
    unit_for,
)
from teamboard.domain.records import Activity, Measure, Metric
from teamboard.domain.sanitize import one_line

NO_AMOUNT_AFTER = frozenset(
    ("top", "part", "phase", "level", "step", "stage", "tier", "year", "month", "week", "day", "round", "no", "nr")
)
"""Words before a number that say which one, not how many."""
LINKING_WORDS = frozenset(("from", "to", "of", "at", "by", "within", "under", "over", "above", "below", "until"))
"""Words that go with the amount behind them."""
MONTHS = frozenset(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
YEARS = range(1900, 2101)
TOLERANCE = 1e-9


class _Amount(Struct, frozen=True):
    """An amount in a title, and where it begins and ends there with what belongs to it."""

    text: str
    start: int
    end: int


def amounts_in_title(title: str, measure: Measure) -> tuple[str, ...]:
    """The amounts in a title that are a goal's target or start, or look like its target: `("€400k",)`.

    Equal to it in one of both readings; or in its kind of unit: with a currency or as `400k` for money, with a sign of
    per cent, or before the unit itself. Names with a number, such as `Q4`, `2026` or `Top 10`, are left out. Empty
    for milestones and what is done or not, which have no number on the goal's line.
    """
    return tuple(amount.text for amount in _amounts(one_line(title), measure))


def title_without_amounts(title: str, measure: Measure) -> str:
    """The title without these amounts and the words that link them: `Churn` for `Churn from 7 % to 4 %`.

    Empty if nothing is left.
    """
    rest = one_line(title)
    for amount in reversed(list(_amounts(rest, measure))):
        before = rest[: amount.start].rstrip()
        word = before.rpartition(" ")[2]
        if word.lower() in LINKING_WORDS:
            before = before[: len(before) - len(word)]
        rest = f"{before.rstrip()} {rest[amount.end :].lstrip()}"
    rest = re.sub(r"[(\[]\s*[)\]]", "", rest)
    rest = re.sub(r"\s+([,;:.)])", r"\1", " ".join(rest.split())).strip(" ,;:=–—-→/")
    return rest[:1].upper() + rest[1:]


def _amounts(title: str, measure: Measure) -> Iterator[_Amount]:
    """The amounts of a title in one line, from left to right."""
    if not isinstance(measure, Metric | Activity):
        return
    targets = [measure.per_week] if isinstance(measure, Activity) else [measure.target, measure.start]
    unit = one_line(measure.unit)
    is_money, is_percent = split_currency(unit)[0] != "", unit.startswith("%")
    for match in _pattern().finditer(title):
        text = match[0]
        values = {v for sign in DECIMAL_SIGNS if (v := parse_amount_with(text, sign)) is not None}
        end = _end_of_unit(title, match.end(), unit)
        money, per_cent = _is_money(text), text.endswith("%")
        if not values or (money and not is_money) or (per_cent and not is_percent):
            continue
        if (is_money and (money or not text[-1].isdigit())) or per_cent:
            yield _Amount(text, match.start(), end)
        elif not _says_which(title, match.start(), match.end(), text):
            equal = any(abs(v - t) <= TOLERANCE * max(abs(t), 1.0) for v in values for t in targets if t)
            if equal or end > match.end() or _before_unit(title, match.end(), unit):
                yield _Amount(text, match.start(), end)


def _end_of_unit(title: str, end: int, unit: str) -> int:
    """Where an amount ends with a unit that makes no sense without it, such as `of 5`."""
    rest = title[end:]
    follows = unit.lower().startswith("of ") and rest.lstrip().lower().startswith(unit.lower())
    return end + len(rest) - len(rest.lstrip()) + len(unit) if follows else end


def _before_unit(title: str, end: int, unit: str) -> bool:
    """Whether a number stands before the word of the unit, for one or for several."""
    rest = title[end:].lstrip().lower()
    units = {unit_for(number, unit).lower() for number in ("1", "2")} if unit else set()
    return any(re.match(rf"{re.escape(word)}(?!\w)", rest) for word in units)


def _says_which(title: str, start: int, end: int, text: str) -> bool:
    """Whether a number says which one, not how many: `Top 10`, `2026`, `31 Dec`."""
    before = title[:start].rstrip(" #").rpartition(" ")[2].lower()
    after = title[end:].lstrip()[:3].lower()
    return before in NO_AMOUNT_AFTER or after in MONTHS or (text.isdigit() and int(text) in YEARS)


def _is_money(text: str) -> bool:
    return any(sign in text for sign in (*CURRENCIES, *CURRENCY_CODES))


@cache
def _pattern() -> re.Pattern[str]:
    """What may be an amount: a number with its separators, currency, sign of per cent and `k`, `M` or `B`."""
    currency = "|".join([f"[{re.escape(CURRENCIES)}]", *map(re.escape, CURRENCY_CODES)])
    space = "[ \u00a0\u202f]?"
    number = "\\d{1,3}(?:[ '’\u00a0\u202f]\\d{3})+(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)*"
    return re.compile(
        rf"(?<![\w.,:/+-])(?:(?:{currency}){space})?(?:{number})(?:{space}[kKM]|[mBb])?(?:{space}(?:{currency}|%))?"
        rf"(?![\w:/]|-\d)"
    )
