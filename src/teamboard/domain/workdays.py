"""Working days: on which days of a team something can fall due, and how late it is on another."""

from __future__ import annotations

from datetime import date, timedelta

from teamboard.domain.records import WEEKDAYS, Team


def is_working_day(team: Team | None, day: date) -> bool:
    """Whether a team works on a day."""
    return team is None or (WEEKDAYS[day.weekday()] in team.working_days and day not in team.days_off)


def working_day(team: Team | None, day: date) -> date:
    """The first working day on or after a day."""
    while not is_working_day(team, day):
        day += timedelta(days=1)
    return day


def working_days_since(team: Team | None, day: date, today: date) -> int:
    """How many working days have come after `day`, up to and with `today`; 0 if none has."""
    days = (today - day).days
    if team is None or days <= 0:
        return max(days, 0)
    weeks, rest = divmod(days, 7)
    weekdays = [WEEKDAYS[(today - timedelta(days=i)).weekday()] for i in range(rest)]
    worked = weeks * len(set(team.working_days)) + sum(d in team.working_days for d in weekdays)
    return worked - sum(day < off <= today and WEEKDAYS[off.weekday()] in team.working_days for off in team.days_off)
