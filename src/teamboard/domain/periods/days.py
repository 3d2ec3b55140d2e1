"""Days by whole months."""

from __future__ import annotations

from datetime import date, timedelta


def start_of_months(day: date, months: int) -> date:
    """The first day of the calendar month, quarter or year (1, 3 or 12 months) that a day is in."""
    return date(day.year, day.month - (day.month - 1) % months, 1)


def add_months(day: date, months: int) -> date:
    """The first day of the month that is `months` months after that of `day`."""
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of that month: 28 February for 31 August and 6 months."""
    first = add_months(day, -months)
    last = add_months(first, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
