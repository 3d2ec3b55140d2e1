"""A goal's check-ins: their order, by days, so that a late one does not replace a newer value; and what they call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from teamboard.domain.amounts import NumberFormat, format_amount
from teamboard.domain.ids import number_of
from teamboard.domain.records import Activity, CheckIn, Measure, Metric


class Calls(Struct, frozen=True):
    """A call and a best case, None without one; `made` of the `asked` goals that they add up have a call.

    A sum has them only once all have called: what some called would read as what the team expects. Until then `so_far`
    is what those who have called add up to.
    """

    call: float | None
    best: float | None
    made: int
    asked: int
    so_far: float | None = None

    @property
    def is_partial(self) -> bool:
        """True if only some of those who are asked have called: their sum is not what the team expects."""
        return 0 < self.made < self.asked


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


def wants_new_help(checkin: CheckIn, checkins: Iterable[CheckIn]) -> bool:
    """True if a check-in wants help that the one of a person before it, of the same goal, did not."""
    number = number_of(checkin.id)
    earlier = (c for c in checkins if not c.is_imported and number_of(c.id) < number)
    before = max(earlier, key=lambda c: number_of(c.id), default=None)
    return checkin.blocker not in ("", before.blocker if before else "")


def is_worse(best: float, call: float, measure: Measure) -> bool:
    """True if a best case is worse than a call: below it, or above it for a value that falls."""
    falls = isinstance(measure, Metric) and measure.target < measure.start
    return best > call if falls else best < call


def describe_jump(measure: Measure, before: float, value: float, format: NumberFormat | None) -> str:
    """What is unlikely about a new value, such as a number with three digits too many; "" for a likely one.

    A metric's goes back by more than a tenth of the target, or past twice the target; for one that falls, and one that
    does not start at 0, the way from start to target counts where it is longer. An activity's is that of a week. What
    rises from 0 does not fall to less than a tenth of what it was. Milestones and what is done or not are told by name,
    and never unlikely.
    """
    if isinstance(measure, Metric):
        target, rises = measure.target, measure.target > measure.start
        whole = max(abs(target), abs(target - measure.start))
        aim = f"the target is {format_amount(target, measure.unit, format)}"
    elif isinstance(measure, Activity):
        target = whole = measure.per_week
        rises, aim = True, f"the goal is {format_amount(target, measure.unit, format)} a week"
    else:
        return ""
    now, was = (format_amount(v, measure.unit, format) for v in (value, before))
    back, past, was_past = (-1.0 if rises else 1.0) * (value - before), value - target, before - target
    if not rises:
        past, was_past = -past, -was_past
    rose_from_0 = before > 0 and rises and (isinstance(measure, Activity) or measure.start == 0)
    if back > whole / 10 or (rose_from_0 and value < before / 10):
        return f"that takes the value back from {was} to {now}; {aim}"
    if past > whole >= was_past:
        return f"{now} is past twice the target; {aim}" if rises and target > 0 else f"{now} is far past it; {aim}"
    return ""


def describe_odd_call(
    name: str,
    call: float,
    former: float | None,
    *,
    unit: str,
    start: float,
    target: float,
    reached: float,
    format: NumberFormat | None,
) -> str:
    """What is unlikely about a call or a best case, as `name` says which; "" for a likely one.

    Of a goal that rises: it is below what is `reached`, less than half of the `former` one, or past twice the target,
    where the way from `start` to `target` counts if it is longer. Of one that falls only the last.
    """
    whole = max(abs(target), abs(target - start))
    now = format_amount(call, unit, format)
    if target > start and call < reached:
        return f"the {name}, {now}, is below what is reached already, {format_amount(reached, unit, format)}"
    if target > start and former is not None and call < former / 2:
        return f"the {name}, {now}, is less than half of the one before, {format_amount(former, unit, format)}"
    aim = f"the target is {format_amount(target, unit, format)}"
    if abs(call - target) > whole and (call > target) == (target > start):
        past = "past twice the target" if target > start and target > 0 else "far past it"
        return f"the {name}, {now}, is {past}; {aim}"
    return ""
