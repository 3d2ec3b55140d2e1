"""Amounts and days as a person types them, in a form, on the command line or in YAML."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta

from teamboard.domain.errors import Refused
from teamboard.domain.records import LARGEST

MINUS = "\u2212"
_DAY = re.compile(r"today\s*(?:([+-])\s*(\d{1,5}))?(?:\s+(\d{1,2}):(\d{2}))?", re.ASCII)
_AMOUNT = re.compile(r"([+-]?(?:\d[\d_ ]*)(?:\.\d+)?)\s*([kKmM]?)", re.ASCII)
_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)
_SCALE = {"": 1.0, "k": 1e3, "m": 1e6}
RESERVED_HANDLES = frozenset(
    {
        "acknowledge",
        "add",
        "agree",
        "archive",
        "ask",
        "backup",
        "change",
        "copy",
        "decline",
        "doctor",
        "give",
        "list",
        "merge",
        "propose",
        "reopen",
        "reply",
        "resolve",
        "restore",
        "withdraw",
    }
)
"""The verbs of commands, such as `reply` of `feedback reply`: no new member is called so."""

_WORDS = {"done": 1.0, "yes": 1.0, "not done": 0.0, "no": 0.0}


def parse_value(text: str) -> tuple[float | None, float | None]:
    """A typed value as (value, change): `812k` sets, `+4` and `-4` add, `=-4` sets below zero.

    Raises Refused for what is no number.
    """
    typed = text.strip().replace(MINUS, "-")
    if typed.casefold() in _WORDS:
        return _WORDS[typed.casefold()], None
    try:
        if typed.startswith("="):
            return parse_amount(typed[1:]), None
        if typed[:1] in ("+", "-"):
            return None, parse_amount(typed)
        return parse_amount(typed.lstrip("€$£ ")), None
    except ValueError as error:
        raise Refused(f"{error}.") from None


def parse_amount(text: str) -> float:
    """A number as a person writes it: `812000`, `812 000`, `812k`, `1.2M`. ValueError if it is none."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no number; write 812000, 812.5, 812k or 1.2M")
    return finite_number(float(match[1].replace("_", "").replace(" ", "")) * _SCALE[match[2].lower()])


def parse_date(text: str, today: date) -> date:
    """A day as a person writes it: `2026-12-31`, `today`, `today+5`. ValueError if it is none."""
    return parse_moment(text, today)[0]


def finite_number(value: float) -> float:
    """A number that is one; ValueError for infinities, NaN and what is too large."""
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not -LARGEST <= found <= LARGEST:
        raise ValueError("the number is too large, or none")
    return found


def parse_moment(text: str, today: date) -> tuple[date, time]:
    """A day with a time of day, nine in the morning where none is given. ValueError if it is none."""
    text = text.strip()
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            whole = datetime.fromisoformat(text)
            return date_in_range(whole.date()), whole.time() if len(text) > 10 else time(9)
        days = int(match[2] or 0) * (-1 if match[1] == "-" else 1)
        clock = time(int(match[3]), int(match[4])) if match[3] else time(9)
        return date_in_range(today + timedelta(days=days)), clock
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no day; write 2026-12-31, today or today-12") from None


def date_in_range(found: date) -> date:
    """A day within reason; ValueError for one that is not."""
    if not _EARLIEST <= found <= _LATEST:
        raise ValueError(f"the day {found} is out of all reason")
    return found
