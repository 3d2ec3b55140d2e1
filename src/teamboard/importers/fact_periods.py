"""The values of a fact by member and period: what rows add up to, and the days that each value is about."""

from __future__ import annotations

from array import array
from datetime import date, timedelta
from statistics import median

from teamboard.domain.periods.days import add_months, start_of_months
from teamboard.importers.fact_map import FactForm, PeriodLength

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Tally:
    """The running aggregate of the rows of one member and period; keeps the values only if `keep` (for a median)."""

    __slots__ = ("of", "rows", "total", "values")

    def __init__(self, *, keep: bool) -> None:
        self.total = 0.0
        self.rows = 0
        self.of = 0
        self.values: array[float] | None = array("d") if keep else None

    def add(self, value: float) -> None:
        self.rows += 1
        self.total += value
        if self.values is not None:
            self.values.append(value)


def value_of_tally(fact: FactForm, tally: Tally) -> float | None:
    """The value of an aggregate; None without rows. A ratio in the unit % is in percent, else 0 to 1."""
    match fact.aggregate:
        case "sum" | "count":
            return tally.total
        case "mean":
            return tally.total / tally.rows if tally.rows else None
        case "median":
            return float(median(tally.values)) if tally.values else None
        case "ratio":
            share = tally.rows / tally.of
            return share * 100 if fact.unit.strip() == "%" else share


def period_start(day: date, length: PeriodLength) -> date | None:
    """The first day of the period that contains `day`; None for the length `all`. Weeks begin on Monday."""
    match length:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month" | "quarter" | "year":
            return start_of_months(day, _MONTHS[length])
        case "all":
            return None


def period_end(starts: date, length: PeriodLength) -> date:
    """The last day of the period that begins on `starts`."""
    if length in ("day", "all"):
        return starts
    if length == "week":
        return starts + timedelta(days=6)
    return add_months(starts, _MONTHS[length]) - timedelta(days=1)
