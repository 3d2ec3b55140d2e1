"""How the board looks to whoever sits before it: settings, themes, plain letters."""

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
from teamboard.personal.themes import ThemeFile, find_theme, load_themes
from teamboard.render.ascii_fallback import to_ascii
from teamboard.ui.error_handling import ErrorRaisingApp
from teamboard.ui.keymap import UNBOUND, usable_keys
from teamboard.ui.palette import Command
from teamboard.ui.themes import textual_theme, theme_changes

FEW_COLOURS = "sixteen"
"""The theme of a terminal that has no more than sixteen colours."""


class AsciiFilter(LineFilter):
    """Draws every sign on the screen as a plain letter."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]


def describe_lost(keys: Mapping[str, str], lost: Mapping[str, str]) -> str:
    """Which actions are without a key because an own key took theirs; empty if none is."""
    names = [f"{name} (its key is yours for {by})" for name, by in lost.items() if keys[name] == UNBOUND]
    return f"Without a key now: {', '.join(names)}. Set one with `teamboard config keys.NAME KEY`." if names else ""


class Appearance:
    """The settings of an app's user, and the themes there are."""

    def __init__(
        self,
        app: ErrorRaisingApp[Any],
        settings: Settings | None,
        given: Mapping[str, bool],
        redraw: Callable[[], None],
    ) -> None:
        """With no settings those of the user's file; `given` are those that hold for this once.

        `redraw` paints every screen anew.
        """
        self._app = app
        self._redraw = redraw
        self._kept, self.trouble = (settings, "") if settings else load_settings_or_defaults()
        self._given = given
        self.settings = replace(self._kept, **given)
        self.themes: dict[str, ThemeFile] = {}
        self._letters = AsciiFilter(enabled=self.settings.ascii)
        self._lively = app.animation_level
        self.lost_keys = ""
        self._use(find_theme(self.settings.theme))
        self._take()

    def begin(self) -> None:
        """Take what the terminal can show, now that there is one."""
        if not self._app.is_headless and self._app.console.color_system in ("standard", "windows"):
            self._use(find_theme(FEW_COLOURS))
        if self.trouble:
            self._app.say(self.trouble, "warning")
        if self.lost_keys:
            self._app.say(self.lost_keys, "warning")

    @property
    def filters(self) -> list[LineFilter]:
        """What every line goes through before it is painted."""
        return [self._letters] if self._letters.enabled else []

    def _use(self, theme: ThemeFile) -> None:
        self._app.register_theme(textual_theme(theme))
        self._app.theme = theme.name

    def _take(self) -> None:
        """Take what the settings say, but for the theme."""
        self._letters.enabled = self.settings.ascii
        self._app.animation_level = "none" if self.settings.calm else self._lively
        try:
            keys, lost = usable_keys(self.settings.keys)
            self._app.set_keymap(keys)
            self.lost_keys = describe_lost(keys, lost)
        except Refused as refusal:
            self.trouble = f"Your keys are not used: {refusal}"

    # -- choosing

    def choose(self, settings: Settings) -> str:
        """Look as the settings say from now on, and remember them; what is wrong, if they can't be remembered."""
        before, self.settings = self.settings, settings
        self._take()
        if settings.theme != before.theme:
            self._use(self.themes.get(settings.theme) or find_theme(settings.theme))
        self._redraw()
        if self.trouble:
            return f"{self.trouble} So it holds until you leave; mend the file or remove it."
        try:
            # What was given for this once, and not chosen since, is not remembered.
            once = {n: getattr(self._kept, n) for n, look in self._given.items() if getattr(settings, n) == look}
            self._kept = replace(settings, **once)
            save_settings(self._kept)
        except OSError as error:
            return f"This holds until you leave, but can't be remembered: {describe_os_error(error)}."
        return ""

    def choose_theme(self, name: str) -> None:
        """Use a theme, and remember it."""
        trouble = self.choose(replace(self.settings, theme=name))
        if trouble:
            self._app.say(trouble, "warning")

    def commands(self) -> Iterable[Command]:
        """What the palette offers about looks."""
        for theme in self.themes.values():
            if theme.name != self._app.theme:
                yield Command(f"Theme: {theme.name}", theme.about, partial(self.choose_theme, theme.name))

    # -- the files of the themes

    async def follow(self) -> None:
        """Read the themes, and again whenever one of their files changes."""
        await self._read()
        with suppress(OSError):
            async with aclosing(theme_changes()) as found:
                async for _ in found:
                    await self._read()
                    if self._app.theme in self.themes:
                        self._restyle(self.themes[self._app.theme])

    async def _read(self) -> None:
        self.themes, broken = await asyncio.to_thread(load_themes)
        for problem in broken:
            self._app.say(f"{problem}; it is skipped.", "warning")

    def _restyle(self, theme: ThemeFile) -> None:
        """Take the colours of a theme file that has changed while its theme is on."""
        self._app.register_theme(textual_theme(theme))
        # The name of the theme is the same: only so does Textual read its colours again.
        self._app.mutate_reactive(App.theme)


class HasAppearance(Protocol):
    """An app with looks: what a widget that depends on them knows of it."""

    appearance: Appearance
