"""The order of a goal's check-ins: by their days, so that a late one does not replace a newer value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from teamboard.domain.records import CheckIn


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
