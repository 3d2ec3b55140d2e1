"""Themes as YAML files: those that come with teamboard, and a user's own. docs/themes.md describes the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from teamboard.exchange.yaml_text import Document, YamlError, split_error
from teamboard.resources import folder

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


def user_folder() -> Path:
    """The folder for a user's own themes."""
    from platformdirs import user_config_path

    return user_config_path("teamboard") / "themes"


def folders() -> list[Path]:
    """The folders that themes are read from, those that are there; a user's own come last and win."""
    return [place for place in (folder("themes"), user_folder()) if place.is_dir()]


def read_theme(path: Path) -> ThemeFile:
    """The theme in a file. Raises YamlError with file, line and field."""
    document = Document()
    document.add(path)
    try:
        return msgspec.convert(document.values, ThemeFile)
    except msgspec.ValidationError as error:
        what, where = split_error(str(error))
        field = where.removeprefix("$").lstrip(".")
        place = document.place(where) or path.name
        if "matching regex" in what:
            what = (
                "expected a colour such as '#1b1f25'" if field != "name" else "expected a short name in small letters"
            )
        raise YamlError(f"{place}{f', field {field}' if field else ''}: {what[:1].lower()}{what[1:]}.") from error


def load_themes() -> tuple[dict[str, ThemeFile], list[str]]:
    """All themes by name, and what is wrong with those that can't be read."""
    found: dict[str, ThemeFile] = {}
    broken: list[str] = []
    for path in _files():
        try:
            theme = read_theme(path)
        except YamlError as error:
            broken.append(f"Theme {error}".rstrip("."))
        else:
            found[theme.name] = theme
    return found, broken


def find_theme(name: str) -> ThemeFile:
    """One theme, without reading the others where its file is called like it; else the default one."""
    for place in reversed(folders()):
        path = place / f"{name}.yaml"
        if path.is_file():
            try:
                theme = read_theme(path)
            except YamlError:
                continue
            if theme.name == name:
                return theme
    found, _ = load_themes()
    return found.get(name) or found[DEFAULT]


def _files() -> Iterator[Path]:
    for place in folders():
        yield from sorted(p for p in place.iterdir() if p.suffix in (".yaml", ".yml"))
