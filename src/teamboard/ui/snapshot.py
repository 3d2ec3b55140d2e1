"""A picture of a screen without a terminal: as SVG, PNG or HTML."""

from __future__ import annotations

import io
import re
from typing import Any, Literal

from rich.console import Console
from textual.pilot import Pilot

from teamboard.domain.ids import to_record_id
from teamboard.render.documents.environment import png_of_svg, render_template
from teamboard.ui.app import ENDLESS_WORKERS, BoardApp
from teamboard.ui.navigation import open_review
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.textual_private import screen_renderable, screen_text

Shot = Literal["board", "member", "standup", "review"]
FONTS = "'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, monospace"
_FONT_FACES = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)
_FAMILY = re.compile(r"font-family:\s*Fira Code,\s*monospace|font-family:\s*arial")


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until no worker is loading and the screen's text has stopped changing."""
    before = None
    while (now := screen_text(pilot.app)) != before or _is_loading(pilot.app):
        before = now
        for _ in range(3):
            await pilot.pause()


def _is_loading(app: Any) -> bool:
    return any(not worker.is_finished for worker in app.workers if worker.group not in ENDLESS_WORKERS)


class Picture:
    """The contents of a screen, to be exported as SVG, PNG or HTML."""

    def __init__(self, app: BoardApp) -> None:
        self._svg = app.export_screenshot(title=app.title)
        self._console = self._recorded(app)
        self._background = app.theme_variables["background"]

    @staticmethod
    def _recorded(app: BoardApp) -> Console:
        width, height = app.size
        console = Console(
            width=width, height=height, file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True
        )
        console.print(screen_renderable(app))
        return console

    def svg(self) -> str:
        """The screen as SVG, in fonts of the system: none is downloaded."""
        return _FAMILY.sub(f"font-family: {FONTS}", _FONT_FACES.sub("", self._svg))

    def html(self) -> str:
        """The screen as a self-contained HTML page."""
        return render_template(
            "screen",
            "html",
            background=self._background,
            fonts=FONTS,
            stylesheet=self._exported("{stylesheet}"),
            code=self._exported("{code}"),
        )

    def _exported(self, part: str) -> str:
        """A part of Rich's HTML export; its text is escaped already."""
        return self._console.export_html(code_format=part, inline_styles=False, clear=False)

    def png(self) -> bytes:
        """The screen as PNG. Raises ImportError if typst, which renders it, is not installed."""
        return png_of_svg(self.svg())


async def picture(app: BoardApp, shot: Shot, about: str, size: tuple[int, int]) -> Picture:
    """The picture of a screen of an app that does not run yet; `about` is the handle or the review id to show."""
    async with app.run_test(size=size, notifications=False) as pilot:
        await settled(pilot)
        screen = app.screen
        if shot == "member" and isinstance(screen, BoardScreen):
            screen.open_member(about)
        elif shot == "review":
            await open_review(app, to_record_id(about), prepare=False)
        elif shot == "standup":
            app.action_show("standup")
        await settled(pilot)
        return Picture(app)
