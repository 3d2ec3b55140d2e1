"""Turn YAML themes into Textual themes, with a CSS variable for the colour of each style of a span (`$role-dim`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from teamboard.personal.themes import THEMES, ThemeFile
from teamboard.render.line_layout import SpanStyle

PREFIX = "role-"
FOLDERS_SECONDS = 2.0
BOLD: tuple[SpanStyle, ...] = ("strong", "help", "achieved")


def textual_theme(theme: ThemeFile) -> Theme:
    """The Textual theme of a theme file."""
    status = theme.status
    colours: dict[SpanStyle, str] = {
        "text": theme.text,
        "strong": theme.strong,
        "dim": theme.dim,
        "track": theme.track,
        "accent": theme.accent,
        "pace": theme.strong,
        "achieved": status.achieved,
        "on-track": status.on_track,
        "at-risk": status.at_risk,
        "behind": status.behind,
        "stale": status.stale,
        "not-started": status.not_started,
        "warn": status.at_risk,
        "bad": status.behind,
        "help": status.at_risk,
    }
    return Theme(
        name=theme.name,
        dark=theme.dark,
        primary=theme.accent,
        secondary=theme.accent,
        accent=theme.accent,
        foreground=theme.text,
        background=theme.background,
        surface=theme.background,
        panel=theme.panel,
        success=status.on_track,
        warning=status.at_risk,
        error=status.behind,
        variables={
            **{f"{PREFIX}{style}": colour for style, colour in colours.items()},
            f"{PREFIX}selection": theme.selection,
            f"{PREFIX}glow": theme.glow,
            "footer-background": theme.background,
            "footer-key-foreground": theme.accent,
            "footer-description-foreground": theme.dim,
            "footer-description-background": theme.background,
            "footer-item-background": theme.background,
            "block-cursor-background": theme.selection,
            "block-cursor-foreground": theme.strong,
            "block-cursor-text-style": "bold",
            "input-cursor-background": theme.accent,
            "input-selection-background": theme.selection,
            "input-selection-foreground": theme.strong,
            "border": theme.accent,
            "border-blurred": theme.track,
            "scrollbar": theme.track,
            "scrollbar-background": theme.background,
            "scrollbar-background-hover": theme.background,
            "scrollbar-background-active": theme.background,
            "scrollbar-corner-color": theme.background,
            "scrollbar-hover": theme.dim,
            "scrollbar-active": theme.accent,
        },
    )


class SpanStyles:
    """The Rich styles of spans in the current theme, on a plain, selected or glowing background."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._colours = {
            name.removeprefix(PREFIX): colour for name, colour in variables.items() if name.startswith(PREFIX)
        }
        self.background = variables["background"]
        self._rich_styles: dict[tuple[SpanStyle, str], Style] = {}

    def rich_style(self, style: SpanStyle, background: str) -> Style:
        """The Rich style for a span's style on a background colour."""
        rich_style = self._rich_styles.get((style, background))
        if rich_style is None:
            rich_style = Style(color=self._colours[style or "text"], bgcolor=background, bold=style in BOLD)
            self._rich_styles[style, background] = rich_style
        return rich_style

    def background_of(self, *, selected: bool, glow: float) -> str:
        """The background colour of a line, plain or selected, blended with the glow (0 to 1)."""
        base = self._colours["selection"] if selected else self.background
        if glow <= 0:
            return base
        return Color.parse(base).blend(Color.parse(self._colours["glow"]), min(glow, 1.0)).hex


async def theme_changes() -> AsyncGenerator[None, None]:
    """Yield whenever a theme file may have changed; never ends by itself."""
    # Imported late: it takes 4 ms, and themes are watched only after the first paint.
    from watchfiles import awatch

    while True:
        watched = THEMES.folders()
        async for changes in awatch(*watched, step=50, rust_timeout=int(FOLDERS_SECONDS * 1000), yield_on_timeout=True):
            if changes:
                yield
            if THEMES.folders() != watched:
                yield
                break
        await asyncio.sleep(0)
