"""Themes: six that can be read by everybody, a user's own, and broken ones named and skipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from textual.color import Color

from teamboard.personal.paths import settings_path
from teamboard.personal.settings import Settings, load_settings, load_settings_or_defaults, save_settings
from teamboard.personal.themes import DEFAULT, ThemeFile, find_theme, load_themes
from teamboard.personal.themes import THEMES as FOLDER
from teamboard.resources import resource_folder
from teamboard.ui.themes import textual_theme
from tests.helpers.shipped_themes import MODULE, module_text

THEMES = sorted(load_themes()[0])
# Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency,
# IEEE TVCG 15(6), 2009, severity 1.0; in linear RGB.
SIMULATIONS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
TOLD_APART = 20.0
"""A distance in CIELAB that nobody overlooks; about ten just noticeable differences."""


def linear(colour: str) -> tuple[float, float, float]:
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = Color.parse(colour).rgb
    return channel(red / 255), channel(green / 255), channel(blue / 255)


def seen(colour: str, eyes: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    rows = SIMULATIONS[eyes]
    found = [min(max(sum(f * c for f, c in zip(row, rgb, strict=True)), 0.0), 1.0) for row in rows]
    return found[0], found[1], found[2]


def lab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = rgb
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, eyes: str) -> float:
    pairs = zip(lab(seen(one, eyes)), lab(seen(other, eyes)), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, relative luminance and contrast ratio."""
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other))]
    return (max(light) + 0.05) / (min(light) + 0.05)


def statuses(theme: ThemeFile) -> dict[str, str]:
    found = theme.status
    return {name: getattr(found, name) for name in found.__struct_fields__}


def test_seven_themes_come_with_teamboard() -> None:
    found, broken = load_themes()
    assert not broken
    assert len(found) == 7
    assert DEFAULT in found
    assert any(not theme.dark for theme in found.values())
    for name in found:
        assert (resource_folder("themes") / f"{name}.yaml").is_file()


def test_the_ready_made_themes_are_those_of_the_files() -> None:
    assert MODULE.read_text(encoding="utf-8") == module_text(), "run python -m tests.helpers.shipped_themes"
    for name in load_themes()[0]:
        assert find_theme(name) == FOLDER.read(resource_folder("themes") / f"{name}.yaml")


def test_a_file_of_the_users_own_wins_over_a_ready_made_theme() -> None:
    own_theme("harbour.yaml", harbour().replace('accent: "#7fb0d8"', 'accent: "#ff00ff"'))
    assert find_theme("harbour").accent == "#ff00ff"
    own_theme("harbour.yaml", "name: [")
    assert find_theme("harbour") == FOLDER.read(resource_folder("themes") / "harbour.yaml")


def test_without_files_of_the_users_own_no_yaml_is_loaded_before_the_first_paint() -> None:
    """It would take as long as a third of the board's own modules."""
    code = (
        "import sys; import teamboard.ui.app\n"
        "from teamboard.personal.settings import load_settings; from teamboard.personal.themes import find_theme\n"
        "print(find_theme(load_settings().theme).name, 'yaml' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "harbour False\n"


@pytest.mark.parametrize("eyes", SIMULATIONS)
def test_colour_blind_eyes_tell_the_statuses_apart(eyes: str) -> None:
    colours = statuses(find_theme("daltonian"))
    told = ("on_track", "at_risk", "behind", "stale")
    for i, one in enumerate(told):
        for other in told[i + 1 :]:
            assert distance(colours[one], colours[other], eyes) >= TOLD_APART, (one, other)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read(name: str) -> None:
    theme = find_theme(name)
    texts = {
        "text": theme.text,
        "strong": theme.strong,
        "dim": theme.dim,
        "accent": theme.accent,
        "track": theme.track,
        **statuses(theme),
    }
    for background in (theme.background, theme.panel, theme.selection, theme.glow):
        for role, colour in texts.items():
            assert contrast(colour, background) >= 4.5, (role, background, contrast(colour, background))


@pytest.mark.parametrize("name", THEMES)
def test_what_the_standup_draws_with_is_read_from_afar(name: str) -> None:
    theme = find_theme(name)
    for colour in (theme.text, theme.strong, theme.dim, theme.accent, *statuses(theme).values()):
        assert contrast(colour, theme.background) >= 7


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_becomes_a_textual_theme(name: str) -> None:
    theme = textual_theme(find_theme(name))
    assert theme.name == name
    variables = theme.to_color_system().generate()
    assert variables["background"].lower() == find_theme(name).background.lower()


def own_theme(name: str, text: str) -> Path:
    FOLDER.user_folder().mkdir(parents=True, exist_ok=True)
    path = FOLDER.user_folder() / name
    path.write_text(text, encoding="utf-8")
    return path


def harbour() -> str:
    return (resource_folder("themes") / "harbour.yaml").read_text(encoding="utf-8")


def test_a_users_own_theme_is_found_and_wins() -> None:
    own_theme("sea.yaml", harbour().replace("name: harbour", "name: sea"))
    own_theme("mine.yaml", harbour().replace('accent: "#7fb0d8"', 'accent: "#ff00ff"'))
    found, broken = load_themes()
    assert not broken
    assert "sea" in found
    assert found["harbour"].accent == "#ff00ff"
    assert find_theme("sea").name == "sea"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x\ndark: yes\n", "object missing required field"),
        (harbour().replace('"#1b1f25"', "blue"), "bad.yaml, line 5, field background: expected a colour"),
        (harbour().replace("dark: true", "dark: maybe"), "line 3, field dark: expected 'bool'"),
        (harbour().replace("name: harbour", "name: ../x"), "field name: expected a short name"),
        (harbour() + "colour: blue\n", "unknown field 'colour'"),
        (harbour().replace("behind: ", "late: "), "field status"),
        ("a: [", "line 2"),
        ("\x00", "bad.yaml"),
    ],
)
def test_a_broken_theme_is_named_and_skipped(text: str, says: str) -> None:
    own_theme("bad.yaml", text)
    found, (problem,) = load_themes()
    assert len(found) == 7
    assert says in problem
    assert "\n" not in problem


def test_the_choice_is_remembered_for_this_user_alone() -> None:
    assert load_settings() == Settings(theme=DEFAULT)
    save_settings(Settings(theme="paper"))
    assert load_settings().theme == "paper"
    assert settings_path().stat().st_mode & 0o077 == 0
    settings_path().write_text("theme: [")
    settings, trouble = load_settings_or_defaults()
    assert settings == Settings()
    assert "config.yaml, line 2" in trouble


def test_a_theme_that_is_gone_falls_back_to_the_default() -> None:
    assert find_theme("gone").name == DEFAULT
    assert find_theme("../../etc/passwd").name == DEFAULT
