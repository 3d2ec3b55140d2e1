"""Parse numbers and dates as people type them, in a form, on the command line or in YAML."""

from __future__ import annotations

import math
import re
import sys
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from teamboard.domain.amounts import MINUS, AmbiguousNumber, NumberFormat, not_a_number, parse_amount
from teamboard.domain.errors import Refused
from teamboard.domain.records import LARGEST, Activity, DoneOrNot, Measure, Metric, Milestone

_DAY = r"(?:today|(?=[+-]))\s*(?:([+-])\s*(\d{1,5}))?(?:\s+(\d{1,2}):(\d{2}))?"
_AGE = r"([1-9]\d{0,2})([my])"
NEVER = "never"
LONGEST_AGE_MONTHS = 120
LARGEST_RATIO = 2
"""The largest number that is taken as a ratio where per cent may be meant."""
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(9000, 1, 1)
RESERVED_HANDLES = frozenset(
    {
        "achieved",
        "acknowledge",
        "add",
        "agree",
        "all",
        "archive",
        "ask",
        "away",
        "backup",
        "change",
        "close",
        "copy",
        "decline",
        "doctor",
        "dropped",
        "edit",
        "export",
        "give",
        "hand-over",
        "leave",
        "list",
        "me",
        "merge",
        "missed",
        "none",
        "propose",
        "remove",
        "rename",
        "reopen",
        "reply",
        "reports-of",
        "resolve",
        "restore",
        "return",
        "withdraw",
    }
)
"""Names of commands, such as `reply` in `feedback reply`, and words in a handle's place: no new member's handle."""

_WORDS = {"done": 1.0, "yes": 1.0, "not done": 0.0, "no": 0.0}


def parse_value(text: str, measure: Measure, format: NumberFormat | None) -> tuple[float | None, float | None]:
    """Parse a typed value into (value, change), one of them None.

    `812k` sets the value, `+4` and `-4` change it, `=-4` and `(4)` set a negative one; for a goal that is done or not
    "done" and "yes" are 1, "not done" and "no" are 0. Raises Refused if it is not a number, and AmbiguousNumber if it
    can be read in two ways.
    """
    typed = text.strip().replace(MINUS, "-")
    if typed.casefold() in _WORDS:
        if isinstance(measure, Metric | Activity):
            raise not_a_number(text.strip(), format)
        return _WORDS[typed.casefold()], None
    if typed.startswith("="):
        try:
            return parse_amount(typed[1:], format), None
        except AmbiguousNumber as error:
            raise error.after("=") from None
    number = parse_amount(text, format)
    return (None, number) if typed[:1] in ("+", "-") else (number, None)


def parse_corrected_value(text: str, measure: Measure, format: NumberFormat | None) -> float:
    """Parse the value that a check-in should have had, which is never relative: `-4` is what it was.

    Raises Refused if it is not a number, for `+4`, and for a word such as "done" unless the goal is done or not.
    """
    if text.strip().startswith("+"):
        raise Refused(f"{text!r} is a change: give the value itself, such as {text.strip().lstrip('+ ') or '4'}.")
    if text.strip().casefold() in _WORDS and not isinstance(measure, DoneOrNot):
        raise not_a_number(text, format)
    value, negative = parse_value(text, measure, format)
    return value if value is not None else negative or 0.0


def parse_milestone(text: str, format: NumberFormat | None) -> Milestone:
    """Parse a typed milestone, `Exam`, or `Exam = 2` with its weight. Raises Refused for another weight."""
    name, _, weight = text.rpartition("=") if "=" in text else (text, "", "")
    try:
        number = parse_amount(weight, format) if weight.strip() else 1.0
    except AmbiguousNumber as error:
        raise error.after(f"{name.strip()}=") from None
    return Milestone(name=name.strip(), weight=number)


def parse_share_of_pace(text: str, format: NumberFormat | None) -> float:
    """Parse a share of the pace as a ratio: `70 %`, `70` and `0.7` are the same; a number above 2 is in per cent.

    Raises Refused if it is not a number, and AmbiguousNumber if it can be read in two ways.
    """
    try:
        number = parse_amount(text, format)
    except AmbiguousNumber:
        raise
    except Refused:
        raise Refused(f"{text.strip()!r} is not a share of the pace; write 70 %, 70 or 0.7.") from None
    return number / 100 if text.strip().endswith("%") or number > LARGEST_RATIO else number


def parse_date(text: str, today: date) -> date:
    """Parse a typed date: `2026-12-31`, `today`, `today+5`, `+5`. Raises ValueError if it is not a date."""
    return parse_moment(text, today)[0]


def finite_number(value: float) -> float:
    """Convert to float. Raises ValueError for NaN and for numbers beyond -LARGEST to LARGEST."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not -LARGEST <= number <= LARGEST:
        raise ValueError("the number is too large, infinite or NaN")
    return number


def parse_moment(text: str, today: date) -> tuple[date, time]:
    """Parse a typed date with an optional time, 09:00 by default: `today-3 14:30`, `2026-12-31 14:30`.

    Raises ValueError if it is not a date, or out of range.
    """
    text = text.strip()
    match = re.fullmatch(_DAY, text, re.ASCII)
    try:
        if match is None:
            parsed = datetime.fromisoformat(text)
            day, clock = parsed.date(), parsed.time() if len(text) > 10 else time(9)
        else:
            days = int(match[2] or 0) * (-1 if match[1] == "-" else 1)
            day, clock = today + timedelta(days=days), time(int(match[3]), int(match[4])) if match[3] else time(9)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a date; write 2026-12-31, today, today-12 or +7") from None
    if not FIRST_DATE <= day <= LAST_DATE:
        raise ValueError(f"{text!r} is not a date from {FIRST_DATE} to {LAST_DATE}; write 2026-12-31, today or +7")
    return day, clock


def parse_age(text: str) -> str:
    """Parse a typed age in months or years, or "never": `18m`, `1y`; `12m` is `1y`. Raises Refused if it is not one."""
    typed = "".join(text.split()).casefold()
    months = age_in_months(typed)
    if typed == NEVER or months is None:
        return NEVER
    # Interned, because msgspec leaves out a default only if it is the same object.
    return sys.intern(f"{months}m" if months % 12 else f"{months // 12}y")


def age_in_months(age: str) -> int | None:
    """An age such as `18m` or `1y` in months; None for "never". Raises Refused if it is not an age."""
    if age == NEVER:
        return None
    match = re.fullmatch(_AGE, age, re.ASCII)
    months = int(match[1]) * (12 if match[2] == "y" else 1) if match else 0
    if not 1 <= months <= LONGEST_AGE_MONTHS:
        raise Refused(f"{age!r} is not an age from 1m to 10y; write 1y, 18m or never.")
    return months


def parse_ramp(text: str) -> tuple[int, ...]:
    """Parse a ramp, `25,50,75` or `25%`; empty for `none`. Raises Refused."""
    parts = [part.strip().removesuffix("%").strip() for part in text.split(",")]
    if text.strip() == "none":
        return ()
    if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
        raise Refused(f"{text!r} is not a ramp; write per cent by month, such as 25,50,75.")
    return tuple(int(part) for part in parts)


def date_in_range(value: date) -> date:
    """Return the date. Raises ValueError if it is not between 1900-01-01 and 9000-01-01."""
    if not FIRST_DATE <= value <= LAST_DATE:
        raise ValueError(f"the date {value} must be between {FIRST_DATE} and {LAST_DATE}")
    return value


def time_zone(name: str) -> tzinfo:
    """The time zone of a name such as `Europe/Madrid`. Raises ValueError, OSError or KeyError if there is none."""
    if name == "UTC":
        return UTC
    # Late: it takes 2 ms, and a team that names no other time zone has UTC.
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def is_timezone(name: str) -> bool:
    """True if this machine knows a time zone of that name."""
    try:
        time_zone(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
