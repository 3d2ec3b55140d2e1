"""Apply and save the settings of how the app looks: theme, big, calm, plain letters, own keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, Protocol

from msgspec.structs import replace
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from teamboard.domain.errors import Refused, describe_os_error
from teamboard.personal.settings import Settings, load_settings_or_defaults, save_settings
from teamboard.personal.shown_notices import is_new_notice
from teamboard.personal.themes import ThemeFile, find_theme, load_themes
from teamboard.render.ascii_fallback import to_ascii
from teamboard.ui.error_handling import ErrorRaisingApp
from teamboard.ui.keymap import UNBOUND, usable_keys
from teamboard.ui.palette import Command
from teamboard.ui.themes import textual_theme, theme_changes

FEW_COLOURS = "sixteen"
"""The theme for terminals with at most 16 colours."""


class AsciiFilter(LineFilter):
    """Replaces the signs on the screen by ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]


def describe_lost_keys(keys: Mapping[str, str], lost: Mapping[str, str]) -> str:
    """A warning that names the actions whose key the user gave to another action; "" if there are none."""
    names = [f"{name} (its key is yours for {by})" for name, by in lost.items() if keys[name] == UNBOUND]
    return f"Without a key now: {', '.join(names)}. Set one with `teamboard config keys.NAME KEY`." if names else ""


class Appearance:
    """The user's settings, as they are and as they are saved, and the available themes."""

    def __init__(
        self,
        app: ErrorRaisingApp[Any],
        settings: Settings | None,
        given: Mapping[str, bool],
        redraw: Callable[[], None],
    ) -> None:
        """Without `settings` those of the user's file are loaded; `given` replaces some for this run only.

        `redraw` repaints every screen.
        """
        self._app = app
        self._redraw = redraw
        self._saved, self.settings_error = (settings, "") if settings else load_settings_or_defaults()
        self._given = given
        self.settings = replace(self._saved, **given)
        self.themes: dict[str, ThemeFile] = {}
        self._letters = AsciiFilter(enabled=self.settings.ascii)
        self._default_animation = app.animation_level
        self.lost_keys = ""
        self._use_theme(find_theme(self.settings.theme))
        self._apply()

    def start(self) -> None:
        """Adapt the theme to the terminal, which is known only now, and show warnings about the settings."""
        if not self._app.is_headless and self._app.console.color_system in ("standard", "windows"):
            self._use_theme(find_theme(FEW_COLOURS))
        if self.settings_error:
            self._app.say(self.settings_error, "warning")
        if self.lost_keys and is_new_notice("lost-keys", self.lost_keys):
            self._app.say(self.lost_keys, "warning")

    @property
    def filters(self) -> list[LineFilter]:
        """The filters that each line passes before it is painted."""
        return [self._letters] if self._letters.enabled else []

    def _use_theme(self, theme: ThemeFile) -> None:
        self._app.register_theme(textual_theme(theme))
        self._app.theme = theme.name

    def _apply(self) -> None:
        """Apply the settings other than the theme."""
        self._letters.enabled = self.settings.ascii
        self._app.animation_level = "none" if self.settings.calm else self._default_animation
        try:
            keys, lost = usable_keys(self.settings.keys)
            self._app.own_keys = keys
            self._app.refresh_bindings()
            self.lost_keys = describe_lost_keys(keys, lost)
        except Refused as refusal:
            self.settings_error = f"Your keys are not used: {refusal}"

    # -- choosing

    def choose(self, settings: Settings) -> str:
        """Apply and save the settings; return an error message, or "" if they are saved."""
        before, self.settings = self.settings, settings
        self._apply()
        if settings.theme != before.theme:
            self._use_theme(self.themes.get(settings.theme) or find_theme(settings.theme))
        self._redraw()
        if self.settings_error:
            return f"{self.settings_error} The setting applies until you leave; repair the file or remove it."
        try:
            # An option of this run that the person has not changed since is not saved.
            once = {n: getattr(self._saved, n) for n, look in self._given.items() if getattr(settings, n) == look}
            self._saved = replace(settings, **once)
            save_settings(self._saved)
        except OSError as error:
            return f"The setting applies until you leave, but can't be saved: {describe_os_error(error)}."
        return ""

    def choose_theme(self, name: str) -> None:
        """Apply and save a theme."""
        error = self.choose(replace(self.settings, theme=name))
        if error:
            self._app.say(error, "warning")

    def commands(self) -> Iterable[Command]:
        """The commands that choose another theme."""
        for theme in self.themes.values():
            if theme.name != self._app.theme:
                yield Command(f"Theme: {theme.name}", theme.about, partial(self.choose_theme, theme.name))

    # -- the files of the themes

    async def follow(self) -> None:
        """Load the themes, and again whenever one of their files changes."""
        await self._load()
        with suppress(OSError):
            async with aclosing(theme_changes()) as changes:
                async for _ in changes:
                    await self._load()
                    if self._app.theme in self.themes:
                        self._restyle(self.themes[self._app.theme])

    async def _load(self) -> None:
        self.themes, broken = await asyncio.to_thread(load_themes)
        for problem in broken:
            self._app.say(f"{problem}; it is skipped.", "warning")

    def _restyle(self, theme: ThemeFile) -> None:
        """Apply the new colours of the current theme after its file has changed."""
        self._app.register_theme(textual_theme(theme))
        # The name stays the same, so Textual must be told to read the colours again.
        self._app.mutate_reactive(App.theme)


class HasAppearance(Protocol):
    """An app as a widget sees it that depends on the settings."""

    appearance: Appearance
