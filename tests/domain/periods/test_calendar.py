"""The calendars of a team's periods: what is typed, the period around a day, and those that follow each other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.errors import Refused
from teamboard.domain.periods import next_period
from teamboard.domain.periods.calendar import MONTH_WORDS, MONTHS_OF, parse_calendar, period_around
from teamboard.domain.records import Period

CALENDARS = [*MONTHS_OF, *(f"{name} from {month}" for name in MONTHS_OF for month in MONTH_WORDS[1:])]


@pytest.mark.parametrize(
    ("typed", "calendar"),
    [
        ("quarters", "quarters"),
        (" Quarter ", "quarters"),
        ("quarters from feb", "quarters from feb"),
        ("Fiscal years from April", "years from apr"),
        ("half years from july", "half-years from jul"),
        ("quarters from January", "quarters"),
        ("months from feb", "months"),
        ("trimester", "trimesters"),
        ("none", ""),
    ],
)
def test_calendars_as_they_are_typed(typed: str, calendar: str) -> None:
    assert parse_calendar(typed) == calendar


@pytest.mark.parametrize("typed", ["weeks", "quarters from xyz", "quarters from", "from feb", "", "quarters from f"])
def test_what_is_no_calendar_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=r"is not a calendar of periods; write months, quarters"):
        parse_calendar(typed)


@pytest.mark.parametrize(
    ("calendar", "day", "name", "starts", "ends"),
    [
        ("quarters", "2026-11-22", "Q4 2026", "2026-10-01", "2026-12-31"),
        ("quarters from feb", "2026-11-22", "Q4 FY27", "2026-11-01", "2027-01-31"),
        ("quarters from feb", "2027-02-01", "Q1 FY28", "2027-02-01", "2027-04-30"),
        ("months", "2028-02-10", "February 2028", "2028-02-01", "2028-02-29"),
        ("trimesters from sep", "2026-12-31", "Trimester 1 FY27", "2026-09-01", "2026-12-31"),
        ("half-years from jul", "2027-03-01", "H2 FY27", "2027-01-01", "2027-06-30"),
        ("years from apr", "2027-03-31", "FY27", "2026-04-01", "2027-03-31"),
        ("years", "2027-03-31", "2027", "2027-01-01", "2027-12-31"),
    ],
)
def test_the_period_around_a_day(calendar: str, day: str, name: str, starts: str, ends: str) -> None:
    found = period_around(calendar, date.fromisoformat(day))
    assert found == Period(name=name, starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))


@given(st.sampled_from(CALENDARS), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_periods_follow_each_other_without_a_gap_and_have_names_of_their_own(calendar: str, day: date) -> None:
    period = period_around(calendar, day)
    assert period.starts <= day <= period.ends
    names = set()
    for _ in range(13):
        following = next_period(period, calendar=calendar)
        assert following.starts == period.ends + timedelta(days=1)
        assert following == period_around(calendar, following.starts)
        # It ends on the same day where it begins earlier.
        early = next_period(period, period.starts + timedelta(days=3), calendar)
        assert (early.name, early.ends) == (following.name, following.ends)
        names.add(period.name)
        period = following
    assert len(names) == 13


def test_a_team_comes_to_its_calendar_by_a_shorter_period() -> None:
    period = Period(name="Q4 2026", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    bridge = next_period(period, calendar="quarters from feb")
    assert bridge == Period(name="Q4 FY27", starts=date(2027, 1, 1), ends=date(2027, 1, 31))
    first = next_period(bridge, calendar="quarters from feb")
    assert first == Period(name="Q1 FY28", starts=date(2027, 2, 1), ends=date(2027, 4, 30))
