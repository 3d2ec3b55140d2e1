"""The ticks of axes: round numbers around what is drawn, and days on which weeks and months begin."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.charts.axis import day_ticks, number_ticks


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 1_200_000, 6, [0, 250_000, 500_000, 750_000, 1_000_000, 1_250_000]),
        (0, 12, 3, [0, 10, 20]),
        (4, 7, 3, [4, 6, 8]),
        (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-3, 5, 5, [-4, -2, 0, 2, 4, 6]),
    ],
)
def test_numbers_are_round(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert number_ticks(low, high, most) == pytest.approx(ticks)


@given(st.floats(-1e15, 1e15), st.floats(1e-6, 1e15), st.integers(2, 12))
def test_all_that_is_drawn_is_between_the_first_and_the_last_tick(low: float, height: float, most: int) -> None:
    ticks = number_ticks(low, low + height, most)
    room = (ticks[-1] - ticks[0]) * 1e-6
    assert ticks[0] <= low + room
    assert ticks[-1] >= low + height - room
    assert 2 <= len(ticks) <= 2 * most + 2


def test_an_axis_of_one_value_has_a_length() -> None:
    assert number_ticks(5, 5, 4)[-1] > 5
    assert number_ticks(0, 0, 4)[-1] > 0


@pytest.mark.parametrize(
    ("days", "ticks"),
    [
        (3, ["1 Oct", "2 Oct", "3 Oct", "4 Oct"]),
        (20, ["5 Oct", "12 Oct", "19 Oct"]),
        (91, ["5 Oct", "19 Oct", "2 Nov", "16 Nov", "30 Nov", "14 Dec", "28 Dec"]),
        (364, ["1 Oct", "1 Jan", "1 Apr", "1 Jul"]),
    ],
)
def test_days_are_mondays_or_the_first_of_months(days: int, ticks: list[str]) -> None:
    first = date(2026, 10, 1)
    found = day_ticks(first, first + timedelta(days=days), 9)
    assert [f"{day.day} {day:%b}" for day in found] == ticks


def test_days_of_many_years_are_all_over_the_axis() -> None:
    found = day_ticks(date(2026, 12, 1), date(9000, 1, 1), 9)
    assert [day.year for day in found] == [2026, 3026, 4026, 5026, 6026, 7026, 8026]


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 300_000), st.integers(2, 12))
def test_days_are_within_and_not_too_many(first: date, days: int, most: int) -> None:
    last = first + timedelta(days=days)
    found = day_ticks(first, last, most)
    assert len(found) <= most
    assert found == sorted(set(found))
    assert all(first <= day <= last for day in found)
