"""The ticks of an axis: round numbers, and days on which weeks and months begin."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor, log10

from teamboard.domain.periods.days import add_months

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
WEEK_STEPS = (7, 14, 28)
MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120, 600, 1200, 6000, 12000)


def number_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers, evenly apart, the first at or below `low`, the last at or above `high`; about `most` of them."""
    if not high > low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / max(most - 1, 1)
    size = 10.0 ** floor(log10(rough))
    step = next(size * s for s in STEPS if size * s >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def day_ticks(first: date, last: date, most: int) -> list[date]:
    """Days from `first` to `last`, at most `most`: each day, else some Mondays, else the first days of months."""
    days = (last - first).days
    if days < most:
        return [first + timedelta(days=i) for i in range(days + 1)]
    to_monday = -first.weekday() % 7
    for step in WEEK_STEPS:
        ticks = [first + timedelta(days=i) for i in range(to_monday, days + 1, step)]
        if len(ticks) <= most:
            return ticks
    return _months(first, last, most)


def _months(first: date, last: date, most: int) -> list[date]:
    ticks: list[date] = []
    for step in MONTH_STEPS:
        month = first if first.day == 1 else add_months(first, 1)
        ticks = []
        while month <= last:
            ticks.append(month)
            if month.year + step // 12 >= date.max.year:
                break
            month = add_months(month, step)
        if len(ticks) <= most:
            break
    return ticks[:most]
