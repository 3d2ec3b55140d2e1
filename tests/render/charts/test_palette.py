"""The colours of charts: legible on what they stand on, in both palettes, and told apart without red and green."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest

from teamboard.domain.charts.attainment import Level
from teamboard.render.charts.palette import DARK, LIGHT, ON_LEVEL

Palette = dict[str, str]


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as light, 0 to 1 (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_is_legible(palette: Palette) -> None:
    for name in ("ink", "dim", "value", "call", "target"):
        assert contrast(palette[name], palette["background"]) >= 4.5, name
    for level in get_args(Level):
        assert contrast(palette[ON_LEVEL[level]], palette[level]) >= 4.5, level


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_lines_are_seen(palette: Palette) -> None:
    for name in ("pace", "target", "value", "call"):
        assert contrast(palette[name], palette["background"]) >= 3, name


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_levels_differ_in_lightness_or_between_blue_and_yellow(palette: Palette) -> None:
    """Who can't tell red from green still sees how light a colour is, and how much blue is in it against the rest."""
    for one, other in combinations(get_args(Level), 2):
        (red, green, blue), (other_red, other_green, other_blue) = (linear(palette[level]) for level in (one, other))
        blueness = abs((blue - (red + green) / 2) - (other_blue - (other_red + other_green) / 2))
        assert contrast(palette[one], palette[other]) >= 1.8 or blueness >= 0.25, (one, other)


def test_both_palettes_have_the_same_names() -> None:
    assert LIGHT.keys() == DARK.keys()
