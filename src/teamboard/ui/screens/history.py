"""The history: everything that happened, newest first, narrowed by typed words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.widgets import Footer

from teamboard.board.board import Board
from teamboard.exchange.lines import Line, wrapped
from teamboard.exchange.sentences import selected, sentence
from teamboard.ui.messages import BoardChanged
from teamboard.ui.screens.live import LiveScreen
from teamboard.ui.widgets.filter_line import FilterLine
from teamboard.ui.widgets.lines_view import LinesView

BESIDE_CELLS = 27
FILTER_HINT = "a name, G12, any word"


class Told(NamedTuple):
    """One commit, told."""

    revision: int
    stamp: str
    text: str


def told(board: Board) -> list[Told]:
    """Every commit of a board in a sentence, newest first."""
    return [
        Told(number, f"{entry.at.astimezone(board.zone):%d %b %Y %H:%M}", sentence(board, entry))
        for number, entry in selected(board)
    ]


class HistoryScreen(LiveScreen[None]):
    """Everything that happened."""

    CSS_PATH: ClassVar[str] = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("escape", "back", "Back"),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-20)", "Page up", show=False),
        Binding("pagedown", "scroll(20)", "Page down", show=False),
    ]

    words = var("")
    lines = getters.query_one("#history", LinesView)

    def __init__(self) -> None:
        super().__init__()
        self._told: list[Told] = []

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield LinesView(id="history")
        yield Footer(show_command_palette=False, compact=True)

    async def on_mount(self) -> None:
        await self._read()

    @on(BoardChanged)
    async def _read(self) -> None:
        self.show_header()
        self._told = await asyncio.to_thread(told, self.shown.board)
        self.lines.write(self._lines)

    def watch_words(self) -> None:
        if self.is_mounted:
            self.lines.scroll_to(y=0, animate=False)
            self.lines.write(self._lines)

    @on(FilterLine.Changed)
    def _filter_typed(self, event: FilterLine.Changed) -> None:
        self.words = event.value

    @on(FilterLine.Submitted)
    def _filter_kept(self) -> None:
        self.lines.focus()

    def action_filter(self) -> None:
        """Narrow the history as words are typed."""
        for line in self.query(FilterLine):
            line.focus()
            return
        self.mount(FilterLine(self.words, FILTER_HINT), after=self.lines)

    def action_back(self) -> None:
        """Show all again, then back to the board."""
        if self.query(FilterLine):
            self.words = ""
            self.query(FilterLine).remove()
            self.lines.focus()
        else:
            self.dismiss()

    def _lines(self, width: int) -> Iterator[Line]:
        words = self.words.casefold().split()
        found = False
        for revision, stamp, text in self._told:
            if not all(word in text.casefold() for word in words):
                continue
            found = True
            for i, piece in enumerate(wrapped(text, max(width - BESIDE_CELLS - 2, 20))):
                beside = f" {revision:>5}  {stamp}  " if i == 0 else " " * BESIDE_CELLS
                yield ((beside, "dim"), (piece, "text"))
        if not found:
            yield (("  nothing fits these words" if words else "  nothing has happened yet", "dim"),)

    def action_scroll(self, lines: int) -> None:
        """Move up or down."""
        self.lines.scroll_relative(y=lines, animate=False)
