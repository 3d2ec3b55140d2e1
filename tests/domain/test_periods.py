"""Periods: the next one, and days counted in months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.domain.periods import next_period, quarter_of
from teamboard.domain.periods.days import months_before
from teamboard.domain.records import Period


@pytest.mark.parametrize(
    ("months", "day", "expected"),
    [
        (12, date(2026, 11, 26), date(2025, 11, 26)),
        (12, date(2028, 2, 29), date(2027, 2, 28)),
        (6, date(2026, 8, 31), date(2026, 2, 28)),
        (1, date(2027, 1, 1), date(2026, 12, 1)),
        (120, date(2026, 3, 31), date(2016, 3, 31)),
    ],
)
def test_so_many_months_before_a_day(months: int, day: date, expected: date) -> None:
    assert months_before(day, months) == expected


@pytest.mark.parametrize("day", ["2026-01-01", "2026-03-31", "2026-04-01", "2026-12-31", "2028-02-29"])
def test_quarters(day: str) -> None:
    today = date.fromisoformat(day)
    found = quarter_of(today)
    assert found.starts <= today <= found.ends
    assert found.starts.day == 1
    assert (found.ends + timedelta(days=1)).day == 1
    assert 89 <= (found.ends - found.starts).days <= 91


@pytest.mark.parametrize("starts", [date(2026, 10, 1), date(2026, 10, 2)])
@pytest.mark.parametrize("ends", [date(8999, 12, 31), date(9000, 1, 1)])
def test_after_a_period_of_thousands_of_years_comes_a_shorter_one(starts: date, ends: date) -> None:
    following = next_period(Period(name="Long", starts=starts, ends=ends))
    assert following.starts == ends + timedelta(days=1)
    assert following.ends == date(9999, 12, 30)
