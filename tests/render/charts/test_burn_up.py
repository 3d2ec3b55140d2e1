"""The labels of a burn-up: beside what they name, and none over another."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.render.charts.burn_up import apart


@pytest.mark.parametrize(
    ("wanted", "heights", "places"),
    [
        ([100, 200, 300], [30, 30, 30], [100, 200, 300]),
        ([100, 100], [30, 30], [85, 115]),
        ([100, 110, 300], [30, 30, 30], [90, 120, 300]),
        ([990], [30], [970]),
        ([], [], []),
    ],
)
def test_labels_are_where_they_are_wanted_or_around_it(
    wanted: list[float], heights: list[float], places: list[float]
) -> None:
    assert apart(wanted, heights, 1000) == pytest.approx(places)


@given(st.lists(st.tuples(st.floats(0, 980), st.sampled_from([30.0, 60.0])), max_size=4))
def test_none_is_over_another_nor_below_the_bottom(labels: list[tuple[float, float]]) -> None:
    labels.sort()
    heights = [height for _, height in labels]
    places = apart([place for place, _ in labels], heights, 1000)
    ends = [place + height for place, height in zip(places, heights, strict=True)]
    assert all(end <= begin + 1e-6 for end, (_, begin) in zip(ends, pairwise(places), strict=False))
    assert all(end <= 1000 + 1e-6 for end in ends)
