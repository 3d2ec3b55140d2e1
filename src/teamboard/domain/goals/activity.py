"""Activities: a number to do in each week, such as ten calls; what a week asks for, and what counts of what was done.

A week begins on Monday in the team's time zone. The value of a check-in is the count of its week so far: the last one
of a week holds, and a week without one counts 0. The goal's value is the sum of min(count, what the week asks for) over
the weeks from its first day, its target the sum of what all weeks ask for. What is done beyond a week's number does not
make up for another week, so the value is never above the target.

A part of a week asks for its share, as somebody expects whose quarter begins on a Thursday: `per_week` x days that
count / 7, rounded up to a whole number where `per_week` is one. The days that count are those of the pace: not those
before a newcomer's first day, not the days away, and those of a ramp in part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, pairwise, repeat
from math import ceil, fsum

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.pace import first_day
from teamboard.domain.goals.revisions import agreed_on, effective, terms_on
from teamboard.domain.ids import RecordId
from teamboard.domain.people import absences_of, expected_days, ramp_months
from teamboard.domain.records import Activity, Goal, GoalRevision, Member

WEEK_DAYS = 7
_ROUNDING = 1e-9
"""What a share of a week may be above a whole number by, without being rounded up to the next."""


class WeekCount(Struct, frozen=True):
    """A week of an activity: its Monday, what was done in it, and what it asks for.

    `is_partial` in the weeks so far is True for one that is not whole, or not over.
    """

    starts: date
    count: float
    asked: float
    is_partial: bool = False


class Plan(Struct, frozen=True):
    """What an activity asks for, week by week, from the day `first` to `last`.

    `numbers` has the number for a whole week, with the number of the first week for which each holds, oldest first.
    Weeks are numbered by `week_number`. `owner` and `away_counts` say which days count, as for the pace. `earlier` has
    the owners before of a goal that was handed over, each with the number of the first week of the next owner,
    oldest first.
    """

    first: date
    last: date
    numbers: tuple[tuple[int, float], ...]
    owner: Member | None = None
    away_counts: bool = False
    earlier: tuple[tuple[int, Member], ...] = ()

    def weeks(self) -> range:
        """The numbers of its weeks."""
        return range(week_number(self.first), week_number(self.last) + 1)

    def per_week(self, week: int) -> float:
        """The number for a whole week that holds in a week."""
        return next((number for begins, number in reversed(self.numbers) if begins <= week), self.numbers[0][1])

    def asked(self, week: int) -> float:
        """What a week asks for: `per_week` x days that count / 7, rounded up to a whole number if `per_week` is one."""
        return self._share(week, away_counts=self.away_counts)

    def at_most(self, week: int) -> float:
        """What a week counts up to: what it asked for before any day away in it was put down."""
        return self._share(week, away_counts=True)

    def _share(self, week: int, *, away_counts: bool) -> float:
        begins, ends = _days_of(week)
        first, last, owner = max(begins, self.first), min(ends, self.last), self.owner
        before = next((member for until, member in self.earlier if week < until), None)
        if before is not None:
            owner, last = before, min(last, before.left - timedelta(days=1)) if before.left else last
        elif self.earlier and owner is not None and owner.starts is not None:
            first = max(first, owner.starts)
        days = expected_days(owner, first, last, away_counts=away_counts)
        number = self.per_week(week)
        if days >= WEEK_DAYS:
            return number
        share = number * max(days, 0.0) / WEEK_DAYS
        return min(float(ceil(share - _ROUNDING)), number) if number.is_integer() else share

    def target(self) -> float:
        """The sum of what all weeks ask for."""
        weeks = self.weeks()
        special = {week for span in self._special_spans() for week in span if week in weeks}
        parts: list[Iterable[float]] = [map(self.asked, special)]
        later = [min(max(begins, weeks.start), weeks.stop) for begins, _ in self.numbers[1:]]
        spans = pairwise([weeks.start, *later, weeks.stop])
        for (begins, ends), (_, number) in zip(spans, self.numbers, strict=True):
            parts.append(repeat(number, ends - begins - sum(begins <= week < ends for week in special)))
        return fsum(chain.from_iterable(parts))

    def value(self, counts: Mapping[int, float]) -> float:
        """The sum of min(count, `at_most`) over its weeks, up to the target; `counts` by number of the week.

        So days away, which may be put down later, lower the target and never what was counted.
        """
        return min(self._counted(counts), self.target())

    def can_still_count(self, counts: Mapping[int, float], today: date) -> float:
        """What the weeks from that of today on can still count: for each `at_most` - its count so far."""
        now, weeks = week_number(today), self.weeks()
        left = range(max(now, weeks.start), weeks.stop)
        return fsum(max(self.at_most(week) - max(counts.get(week, 0.0), 0.0), 0.0) for week in left)

    def progress(self, counts: Mapping[int, float]) -> float:
        """Value / target, 0 to 1; 0 if no day of the goal counts."""
        target = self.target()
        return min(self._counted(counts), target) / target if target > 0 else 0.0

    def week_of(self, day: date, counts: Mapping[int, float]) -> WeekCount | None:
        """The week of a day, with its count; None before the first day and after the last."""
        if not self.first <= day <= self.last:
            return None
        week = week_number(day)
        return WeekCount(monday(week), counts.get(week, 0.0), self.asked(week))

    def _counted(self, counts: Mapping[int, float]) -> float:
        weeks = self.weeks()
        return fsum(min(max(count, 0.0), self.at_most(week)) for week, count in counts.items() if week in weeks)

    def _special_spans(self) -> Iterator[range]:
        """The weeks of which perhaps not all days count in full: at both ends, of owners before, away, or of a ramp."""
        weeks = self.weeks()
        yield range(weeks.start, weeks.start + 1)
        yield range(weeks.stop - 1, weeks.stop)
        if self.earlier:
            # Those of the owners before, and that in which the owner begins.
            yield range(weeks.start, min(self.earlier[-1][0] + 1, weeks.stop))
        spans = [] if self.away_counts else [(a.starts, a.ends) for a in absences_of(self.owner)]
        spans += ramp_months(self.owner) if self.owner else []
        for begins, ends in spans:
            yield range(max(week_number(begins), weeks.start), min(week_number(ends) + 1, weeks.stop))


def week_number(day: date) -> int:
    """The number of a day's week: weeks begin on Monday, and are counted from that of the first of all dates."""
    return (day.toordinal() - 1) // WEEK_DAYS


def monday(week: int) -> date:
    """The first day of a week, by its number."""
    return date.fromordinal(WEEK_DAYS * week + 1)


def _days_of(week: int) -> tuple[date, date]:
    """The first and the last day of a week; the last week of all ends with the last of all dates."""
    begins = WEEK_DAYS * week + 1
    return date.fromordinal(begins), date.fromordinal(min(begins + WEEK_DAYS - 1, date.max.toordinal()))


def plan_of(board: Board, goal: AnyGoal, day: date | None = None) -> Plan | None:
    """What a goal asks for by the terms in effect on a day (None: the newest); None if it is not an activity.

    A revision holds from the week in which it takes effect; the weeks before keep the number that held then.
    """
    held = goal if day is None else terms_on(board, goal, day)
    if not isinstance(held.measure, Activity):
        return None
    revised = [on for v in _changes(board, goal) if (on := effective(board, v)) <= (day or date.max)]
    numbers: dict[int, float] = {}
    for on in (date.min, *revised):
        measure = terms_on(board, goal, on).measure if revised else held.measure
        if isinstance(measure, Activity):
            numbers[week_number(on)] = float(measure.per_week)
    earlier = _earlier_owners(board, goal, day or date.max)
    first = earlier[0][1].starts if earlier else None
    return Plan(
        first=min(max(held.starts, first or held.starts), held.due) if earlier else first_day(board, held),
        last=held.due,
        numbers=tuple(numbers.items()),
        owner=board.member(held.owner) if isinstance(goal, Goal) else None,
        earlier=earlier,
        away_counts=board.team is not None and board.team.away_counts,
    )


def _earlier_owners(board: Board, goal: AnyGoal, day: date) -> tuple[tuple[int, Member], ...]:
    """The owners before of a goal that was handed over by a day, as in `Plan`.

    The week in which it was is theirs, and so are those until the new owner begins.
    """
    found: list[tuple[int, Member]] = []
    for revision in _changes(board, goal):
        on, before = effective(board, revision), board.member(str(revision.before.get("owner", "")))
        if before is not None and on <= day:
            after = board.member(str(revision.after.get("owner", "")))
            begins = after.starts if after and after.starts else on
            found.append((max(week_number(on - timedelta(days=1)) + 1, week_number(begins)), before))
    return tuple(found)


def _changes(board: Board, goal: AnyGoal) -> list[GoalRevision]:
    """The agreed revisions that changed a goal, without the one that made it."""
    return [v for v in agreed_on(board, goal.id) if v.before]


def progress_on_days(board: Board, goal: AnyGoal, days: Sequence[date | None]) -> list[float]:
    """The progress of an activity at the end of each of some days (None: by all check-ins), as `Plan.progress`."""
    plan = plan_of(board, goal)
    if plan is None or _changes(board, goal):
        plans = [plan_of(board, goal, day) for day in days]
        return [p.progress(counts_by_week(board, goal, day)) if p else 0.0 for p, day in zip(plans, days, strict=True)]
    target = plan.target()
    dated = [(board.checkin_day(c), c.value) for c in board.checkins_of(goal.id)]
    weeks = [week_number(on) for on, _ in dated]
    of_plan = plan.weeks()
    at_most = {week: plan.at_most(week) for week in {*weeks} if week in of_plan}
    values = []
    for day in days:
        done = {w: v for w, (on, v) in zip(weeks, dated, strict=True) if w in at_most and (day is None or on <= day)}
        counted = fsum(min(max(count, 0.0), at_most[week]) for week, count in done.items())
        values.append(min(counted, target))
    return [value / target if target > 0 else 0.0 for value in values]


def counts_by_week(board: Board, goal: AnyGoal, day: date | None = None) -> dict[int, float]:
    """The count of each week with a check-in up to a day (None: all), by the number of the week."""
    counts: dict[int, float] = {}
    for checkin in board.checkins_of(goal.id):
        on = board.checkin_day(checkin)
        if day is None or on <= day:
            counts[week_number(on)] = checkin.value
    return counts


def can_still_count(board: Board, goal: AnyGoal, today: date) -> float | None:
    """What an open activity can still count from today on; None for another measure, and for a goal that is over."""
    plan = plan_of(board, goal) if goal.outcome is None and today <= goal.due else None
    return plan.can_still_count(counts_by_week(board, goal), today) if plan else None


def count_of_week(board: Board, goal: AnyGoal, day: date) -> float:
    """The count so far of the week of a day; 0 without a check-in in that week up to the day."""
    return counts_by_week(board, goal, day).get(week_number(day), 0.0)


def driven(board: Board, goal: AnyGoal) -> Goal | None:
    """The goal to which an activity leads, a proposed one too.

    None for none, for one that was not agreed, and for one that somebody else has by now, or has the rest of.
    """
    found = board.get(goal.drives) if isinstance(goal, Goal) else None
    if not isinstance(found, Goal) or found.owner != goal.owner or board.rest_of(found.id):
        return None
    return found if board.counts(found.id) or board.is_proposed(found.id) else None


def all_driven(board: Board, goal: AnyGoal) -> list[RecordId]:
    """The ids of the goals to which an activity leads, by way of others too, the nearest first."""
    found: list[RecordId] = []
    step: AnyGoal | None = goal
    while isinstance(step, Goal) and step.drives is not None and step.drives not in found:
        found.append(step.drives)
        step = board.goal(step.drives)
    return found


def driving(board: Board, goal: AnyGoal) -> tuple[Goal, ...]:
    """The open activities of its owner that drive a goal, in the order of their ids; none once its rest has gone."""
    if board.rest_of(goal.id):
        return ()
    return tuple(g for g in board.goals if g.drives == goal.id and g.outcome is None and g.owner == goal.owner)


def weeks_so_far(board: Board, goal: AnyGoal, today: date) -> list[WeekCount]:
    """The weeks of an activity up to today, oldest first; empty for another measure."""
    plan = plan_of(board, goal)
    if plan is None:
        return []
    counts = counts_by_week(board, goal, today)
    now = week_number(today)
    last = min(plan.last, today)
    return [
        WeekCount(monday(n), counts.get(n, 0.0), plan.asked(n), begins < plan.first or ends > last)
        for n in plan.weeks()
        if n <= now
        for begins, ends in (_days_of(n),)
    ]
