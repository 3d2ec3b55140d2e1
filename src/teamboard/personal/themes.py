"""Themes as YAML files: those that come with teamboard, and a user's own. docs/themes.md describes the form."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from teamboard.personal.yaml_folder import YamlFolder

DEFAULT = "harbour"
Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]


class StatusColours(Struct, frozen=True, forbid_unknown_fields=True):
    """The colour of each status; a status always has its word beside it."""

    achieved: Colour
    on_track: Colour
    at_risk: Colour
    behind: Colour
    stale: Colour
    not_started: Colour


class ThemeFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One theme: where its colours stand is said in docs/themes.md."""

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


def _in_words(what: str, field: str) -> str:
    if "matching regex" not in what:
        return what
    return "expected a short name in small letters" if field == "name" else "expected a colour such as '#1b1f25'"


THEMES = YamlFolder("themes", ThemeFile, _in_words)


def load_themes() -> tuple[dict[str, ThemeFile], list[str]]:
    """All themes by name, and what is wrong with those that can't be read."""
    found, broken = THEMES.load()
    return found, [f"Theme {problem}" for problem in broken]


def find_theme(name: str) -> ThemeFile:
    """One theme; the default one if there is none of that name."""
    found = THEMES.find(name) or THEMES.find(DEFAULT)
    if found is None:
        raise FileNotFoundError(f"the theme {DEFAULT!r} is missing; install teamboard again")
    return found
