"""The team's pulse: feedback by week, who gives to whom, cadences kept, how useful one-on-ones and reviews were."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.pulse import Pulse, pulse
from teamboard.render.line_layout import Line
from teamboard.render.pulse import figure_lines, matrix_lines, pulse_title
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged
from teamboard.ui.palette import Command
from teamboard.ui.screens.lines_screen import LinesScreen
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.weekly import WeeklyChart


class PulseScreen(LinesScreen[None]):
    """The screen of the team's pulse; gaps are emphasised, nobody gets a score."""

    LEGEND: ClassVar[legend.Legend] = legend.PULSE
    CSS_PATH: ClassVar[str] = "pulse.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        bound("pulse", "back", "Back"),
    ]

    title_line = getters.query_one("#title", LinesView)
    chart = getters.query_one(WeeklyChart)
    lines = getters.query_one("#pulse", LinesView)

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield LinesView(id="title")
        yield WeeklyChart()
        yield LinesView(id="pulse")
        yield KeyFooter()

    async def on_mount(self) -> None:
        await self._load()

    @on(BoardChanged)
    async def _load(self) -> None:
        self.show_header()
        shown = self.shown
        # In a thread: with a thousand members it takes a while.
        figures = await asyncio.to_thread(pulse, shown)
        self.chart.show(figures.weeks)
        self.title_line.write(lambda _: [(*pulse_title(shown.board, figures), *self.chart.legend())])
        self.lines.write(partial(self._lines, shown, figures))

    @staticmethod
    def _lines(shown: BoardOnDay, figures: Pulse, width: int) -> Iterator[Line]:
        yield from figure_lines(figures, shown.board.number_format)
        yield ()
        yield (("  Who gives to whom", "strong"),)
        yield from matrix_lines(shown, figures, width)

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield Command("Back", "To the board (Esc)", self.action_back)
