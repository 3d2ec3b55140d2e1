"""The calendar of a team's periods: months, quarters, trimesters, half-years or years, from any month on."""

from __future__ import annotations

import sys
from datetime import date, timedelta

from teamboard.domain.errors import Refused
from teamboard.domain.periods.days import add_months
from teamboard.domain.records import Period

MONTHS_OF = {"months": 1, "quarters": 3, "trimesters": 4, "half-years": 6, "years": 12}
"""How many months a period of each calendar has."""
MONTH_WORDS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
NONE = "none"
"""What is typed for no calendar: each period is as long as the one before."""


def parse_calendar(text: str) -> str:
    """Parse a typed calendar: `quarters`, `quarters from feb`, `months`; "" for none. Raises Refused if it is not one.

    One of them will do (`quarter`), a fiscal year is a year, and what is from January has no month.
    """
    typed = " ".join(text.casefold().replace("half years", "half-years").replace("half year", "half-year").split())
    name, _, month = (part.strip() for part in typed.removeprefix("fiscal ").partition(" from "))
    name = name if name.endswith("s") else f"{name}s"
    if typed == NONE:
        return ""
    first = next((i for i, full in enumerate(MONTH_NAMES) if len(month) >= 3 and full.startswith(month)), None)
    if name not in MONTHS_OF or (month and first is None):
        raise Refused(
            f"{text.strip()!r} is not a calendar of periods; write months, quarters, trimesters, half-years or years, "
            "such as quarters from feb, or none."
        )
    # Interned, because msgspec leaves out a default only if it is the same object.
    return sys.intern(f"{name} from {MONTH_WORDS[first]}" if first and name != "months" else name)


def period_around(calendar: str, day: date) -> Period:
    """The period of a calendar that a day is in.

    A year that does not begin in January is named after the one in which it ends: from February on, `Q1 FY27` begins on
    1 February 2026.
    """
    name, _, month = calendar.partition(" from ")
    months, first = MONTHS_OF[name], MONTH_WORDS.index(month) if month else 0
    passed = (day.month - 1 - first) % 12
    year_starts = add_months(day, -passed)
    starts = add_months(year_starts, passed // months * months)
    ends = add_months(starts, months) - timedelta(days=1)
    year = f"FY{(year_starts.year + 1) % 100:02}" if first else str(year_starts.year)
    number = passed // months + 1
    names = {1: f"{starts:%B %Y}", 3: f"Q{number} {year}", 4: f"Trimester {number} {year}", 6: f"H{number} {year}"}
    return Period(name=names.get(months, year), starts=starts, ends=ends)
