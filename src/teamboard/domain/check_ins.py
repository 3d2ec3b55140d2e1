"""A goal's check-ins: their order, by days, so that a late one does not replace a newer value; and what they call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from teamboard.domain.records import CheckIn, Measure, Metric


def in_order_of_days(checkins: Sequence[CheckIn], day_of: Callable[[datetime], date]) -> tuple[CheckIn, ...]:
    """A goal's check-ins, given in the order in which they were written, by their days; the last one is the newest.

    A late one (`on`) comes after all of its day, and before those of later days; the others keep their order, whatever
    the clocks of their machines say. `day_of` returns the day of a moment in the team's time zone.
    """
    late = [c for c in checkins if c.on is not None]
    if not late:
        return tuple(checkins)
    ordered = [c for c in checkins if c.on is None]
    days = [day_of(c.at) for c in ordered]
    for checkin in late:
        day = checkin.on or day_of(checkin.at)
        place = len(days)
        while place and days[place - 1] > day:
            place -= 1
        ordered.insert(place, checkin)
        days.insert(place, day)
    return tuple(ordered)


def call_and_best(checkins: Sequence[CheckIn], measure: Measure) -> tuple[float | None, float | None]:
    """The call and the best case that hold after check-ins, given oldest first; None for one that nobody gave.

    Each is the newest that was given. A best case that a newer call has passed holds no more.
    """
    newest_first = checkins[::-1]
    call = next((c.call for c in newest_first if c.call is not None), None)
    best = next((c.best for c in newest_first if c.best is not None), None)
    passed = best is not None and call is not None and is_worse(best, call, measure)
    return call, None if passed else best


def is_worse(best: float, call: float, measure: Measure) -> bool:
    """True if a best case is worse than a call: below it, or above it for a value that falls."""
    falls = isinstance(measure, Metric) and measure.target < measure.start
    return best > call if falls else best < call
