"""Who is on the team on a day, who is away, how many days count for a member, and the team's working days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from teamboard.domain.records import WEEKDAYS, Absence, Member, Team, Weekday
from teamboard.domain.sanitize import one_line

_DAY = timedelta(days=1)


def describe_namesakes(name: str, handles: Sequence[str]) -> str:
    """That several members are called so, and which they are: `Two are called 'Ana Ruiz': ana, ana2. …`."""
    count = "Two" if len(handles) == 2 else str(len(handles))
    return f"{count} are called {one_line(name)!r}: {', '.join(handles)}. Give the handle."


def on_team(member: Member, day: date) -> bool:
    """True until the day before the member has left; also before the day they joined, so that they can be prepared."""
    return member.left is None or day < member.left


def stays(member: Member) -> bool:
    """True if it is not put down that a member leaves: they may be given what lasts, such as a goal."""
    return member.left is None


def under(member: Member, manager: str | None, day: date) -> Member:
    """The member with a manager, since `day` if that is another one."""
    if manager == member.manager:
        return member
    return msgspec.structs.replace(member, manager=manager, reports_since=day)


def is_here(member: Member, day: date) -> bool:
    """True unless a member is away on a day, or their first day is still to come."""
    return absence_on(member, day) is None and (member.starts is None or member.starts <= day)


def absence_on(member: Member, day: date) -> Absence | None:
    """The absence of a member that includes a day, or None."""
    return next((a for a in member.away if a.starts <= day <= a.ends), None)


def is_away_within(member: Member, first: date, last: date) -> bool:
    """True if a member is away on a day from `first` to `last`."""
    return any(a.starts <= last and a.ends >= first for a in member.away)


def absences_of(*members: Member | None) -> tuple[Absence, ...]:
    """The days on which at least one of some members is away, as absences that don't overlap, by first day."""
    away = tuple(a for member in members if member is not None for a in member.away if a.ends >= a.starts)
    return _merged(away) if len(away) > 1 else away


@lru_cache(maxsize=256)
def _merged(away: tuple[Absence, ...]) -> tuple[Absence, ...]:
    merged: list[Absence] = []
    for absence in sorted(away, key=lambda a: (a.starts, a.ends)):
        if merged and absence.starts <= merged[-1].ends + _DAY:
            merged[-1] = Absence(starts=merged[-1].starts, ends=max(merged[-1].ends, absence.ends))
        else:
            merged.append(absence)
    return tuple(merged)


def days_here(away: Iterable[Absence], first: date, last: date) -> int:
    """The number of days from `first` to `last`, both counted, without those of absences that don't overlap."""
    if last < first:
        return 0
    gone = (min(a.ends, last) - max(a.starts, first) for a in away if a.starts <= last and a.ends >= first)
    return (last - first).days + 1 - sum(span.days + 1 for span in gone)


def after_days_here(away: Iterable[Absence], day: date, days: int) -> date:
    """The day that is `days` after `day`, not counting those of absences that don't overlap, in order."""
    on = day + timedelta(days=days)
    for absence in away:
        if absence.ends > day and absence.starts <= on:
            on += absence.ends - max(absence.starts, day + _DAY) + _DAY
    return on


def expected_days(member: Member | None, first: date, last: date, *, away_counts: bool = False) -> float:
    """The days from `first` to `last` that count for a member, each with the share that their ramp expects.

    Days away count only with `away_counts`. The ramp has the per cent that is expected in each month from the first day
    of a newcomer; after those months all of it is expected.
    """
    if member is None:
        return max((last - first).days + 1, 0)
    away = () if away_counts else absences_of(member)
    counted = float(days_here(away, first, last))
    if member.starts is None:
        return counted
    for percent, (begins, ends) in zip(member.ramp, ramp_months(member), strict=True):
        counted -= (1 - percent / 100) * days_here(away, max(first, begins), min(last, ends))
    return counted


def ramp_months(member: Member) -> list[tuple[date, date]]:
    """The first and last day of each month of a member's ramp; empty without a first day or a ramp."""
    first = member.starts
    if first is None:
        return []
    return [(_months_after(first, n), _months_after(first, n + 1) - _DAY) for n in range(len(member.ramp))]


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


# -- working days


def cadence_day(team: Team | None, last: date, days: int, away: tuple[Absence, ...]) -> date:
    """The day on which something is due that was last done on the day `last`, `days` after it; a working day.

    The days of the absences `away`, which don't overlap, don't count, and nothing is due on them.
    """
    if team is None:
        return after_days_here(away, last, days)
    return _cadence_day(team.working_days, team.days_off, last, days, away)


@lru_cache(maxsize=1024)
def _cadence_day(
    working_days: tuple[Weekday, ...], days_off: tuple[date, ...], last: date, days: int, away: tuple[Absence, ...]
) -> date:
    # Kept, because all that is due in a team falls on few days.
    on = _next_working_day(working_days, days_off, after_days_here(away, last, days))
    for absence in away:
        if absence.starts <= on <= absence.ends:
            on = _next_working_day(working_days, days_off, absence.ends + _DAY)
    return on


def after_absence(team: Team | None, on: date, away: tuple[Absence, ...], today: date) -> date:
    """The day `on`; if that is a day of an absence, or today is one, the first working day after the absence."""
    for absence in away:
        if absence.starts <= max(on, today) <= absence.ends:
            on = next_working_day(team, absence.ends + _DAY)
    return on


def next_working_day(team: Team | None, day: date) -> date:
    """The first working day of the team on or after a day."""
    return day if team is None else _next_working_day(team.working_days, team.days_off, day)


def _next_working_day(working_days: tuple[Weekday, ...], days_off: tuple[date, ...], day: date) -> date:
    while WEEKDAYS[day.weekday()] not in working_days or day in days_off:
        day += _DAY
    return day


def working_days_since(team: Team | None, day: date, today: date) -> int:
    """The number of working days after `day` up to and including `today`; 0 if `day` is not in the past.

    Without a team every day is a working day.
    """
    if day >= today:
        return 0
    return (today - day).days if team is None else _working_days(team.working_days, team.days_off, day, today)


@lru_cache(maxsize=1024)
def _working_days(working_days: tuple[Weekday, ...], days_off: tuple[date, ...], day: date, today: date) -> int:
    weeks, rest = divmod((today - day).days, 7)
    weekdays = [WEEKDAYS[(today - timedelta(days=i)).weekday()] for i in range(rest)]
    worked = weeks * len(set(working_days)) + sum(d in working_days for d in weekdays)
    return worked - sum(day < off <= today and WEEKDAYS[off.weekday()] in working_days for off in days_off)
