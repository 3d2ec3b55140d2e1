"""The base of screens that show lines to be read and scrolled."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from teamboard.ui.keymap import bound
from teamboard.ui.screens.base_screen import LiveScreen
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView

A = TypeVar("A")


class LinesScreen(LiveScreen[A]):
    """A screen with one pane of lines, which its keys scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("up", "scroll(-1)", "Scroll"),
        bound("down", "scroll(1)", "Scroll"),
        Binding("pageup", "scroll(-20)", "A page up or down", show=False),
        Binding("pagedown", "scroll(20)", "A page up or down", show=False),
    ]

    lines = getters.query_one("#lines", LinesView)

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield LinesView(id="lines")
        yield KeyFooter()

    def action_scroll(self, lines: int) -> None:
        """Scroll the lines."""
        self.lines.scroll_relative(y=lines, animate=False)
