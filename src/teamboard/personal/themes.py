"""Themes as YAML files: those shipped with teamboard, and the user's own. docs/themes.md describes the format."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from teamboard.domain.records.patterns import pattern
from teamboard.personal.shipped_themes import SHIPPED
from teamboard.personal.yaml_files import YamlFolder

DEFAULT = "harbour"
Colour = Annotated[str, pattern(r"^#[0-9a-fA-F]{6}$", "a colour such as '#1b1f25'")]
Name = Annotated[str, pattern(r"^[a-z0-9][a-z0-9-]{0,30}$", "a short name in small letters")]


class StatusColours(Struct, frozen=True, forbid_unknown_fields=True):
    """The colour of each status."""

    achieved: Colour
    on_track: Colour
    at_risk: Colour
    behind: Colour
    stale: Colour
    not_started: Colour


class ThemeFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One theme; docs/themes.md says where each colour is used."""

    name: Name
    dark: bool
    about: str
    background: Colour
    panel: Colour
    text: Colour
    strong: Colour
    dim: Colour
    track: Colour
    accent: Colour
    selection: Colour
    glow: Colour
    status: StatusColours


THEMES = YamlFolder("themes", ThemeFile)


def load_themes() -> tuple[dict[str, ThemeFile], list[str]]:
    """All themes by name, and one error message for each file that can't be read."""
    themes, broken = THEMES.load()
    return themes, [f"Theme {problem}" for problem in broken]


def find_theme(name: str) -> ThemeFile:
    """The theme of that name, else the default theme. Raises FileNotFoundError if that is missing too."""
    theme = _find(name) or _find(DEFAULT)
    if theme is None:
        raise FileNotFoundError(f"the theme {DEFAULT!r} is missing; install teamboard again")
    return theme


def _find(name: str) -> ThemeFile | None:
    """The theme of that name, or None; no YAML is read for a shipped one that the user has no file of."""
    if name in SHIPPED and not (THEMES.user_folder() / f"{name}.yaml").is_file():
        # Not converted: to prepare that takes longer than to read the theme, which a test has checked.
        values = SHIPPED[name]
        return ThemeFile(**values | {"status": StatusColours(**values["status"])})
    return THEMES.find(name)
