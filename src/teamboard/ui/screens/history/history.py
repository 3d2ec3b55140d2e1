"""The history: all commits, newest first, with a filter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice, takewhile
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.binding import Binding, BindingType

from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryUnavailable
from teamboard.domain.history.log import history_of
from teamboard.domain.history.time_travel import with_archived
from teamboard.domain.ids import known_table
from teamboard.domain.records.names import comparable
from teamboard.render.activity_log import describe_commit, matching_commits
from teamboard.render.line_layout import Line, wrapped
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged
from teamboard.ui.screens.base_screen import ONE_PANE
from teamboard.ui.screens.filtered_screen import FilteredScreen
from teamboard.ui.screens.lines_screen import LinesScreen
from teamboard.ui.widgets.lines_view import LinesView

MARGIN_CELLS = 27
FIRST_PAGE = 100
TABLES_NAMED = ("team", "members", "team_goals", "goals")
"""The tables whose records are named in descriptions of commits, old ones included."""


class CommitLine(NamedTuple):
    """A commit as it is listed: board revision, local time, description."""

    revision: int
    stamp: str
    text: str


def commit_lines(board: Board, *, after: int = 0, most: int | None = None) -> list[CommitLine]:
    """The commits after a revision, newest first, at most `most`."""
    commits = takewhile(lambda step: step[0] > after, matching_commits(board))
    return [
        CommitLine(number, f"{board.local_time(entry.at):%d %b %Y %H:%M}", describe_commit(board, entry))
        for number, entry in islice(commits, most)
    ]


class HistoryScreen(FilteredScreen[None], LinesScreen[None]):
    """The list of commits."""

    FILTER_HINT: ClassVar[str] = "a name, G12, any word"

    LEGEND: ClassVar[legend.Legend] = legend.HISTORY
    CSS_PATH: ClassVar[Path] = ONE_PANE
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("filter", "filter", "Filter", priority=True, show=True),
        Binding("escape", "back", "Back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._commits: list[CommitLine] = []

    def on_mount(self) -> None:
        self._load_all()

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        if not message.changed or any(known_table(record_id) in TABLES_NAMED for record_id in message.changed):
            self._load_all()
        else:
            self._load_newer()

    @work(exclusive=True)
    async def _load_all(self) -> None:
        """Load the whole history: the first page at once, then the rest."""
        self.show_header()
        board = self.shown.board
        try:
            self._commits = await asyncio.to_thread(commit_lines, board, most=FIRST_PAGE)
            self._show_commits()
            if len(self._commits) == FIRST_PAGE:
                self._commits = await asyncio.to_thread(lambda: commit_lines(with_archived(board)))
        except HistoryUnavailable as away:
            self.board_app.say(f"The history can't be read further back: {away.brief}.", "warning")
            at_hand = board.revision - history_of(board).earlier[-1].last
            self._commits = await asyncio.to_thread(commit_lines, board, most=at_hand)
        self._show_commits()

    @work(exclusive=True)
    async def _load_newer(self) -> None:
        """Load the commits since the newest one shown."""
        self.show_header()
        newest = self._commits[0].revision if self._commits else 0
        self._commits = [*await asyncio.to_thread(commit_lines, self.shown.board, after=newest), *self._commits]
        self._show_commits()

    def _show_commits(self) -> None:
        """Draw the commits, unless the screen was left while they were read."""
        for lines in self.query("#lines").results(LinesView):
            lines.write(self._lines)

    def watch_words(self) -> None:
        if self.is_mounted:
            self.lines.scroll_to(y=0, animate=False)
            self.lines.write(self._lines)

    @property
    def filtered(self) -> LinesView:
        """The lines."""
        return self.lines

    def _lines(self, width: int) -> Iterator[Line]:
        words = comparable(self.words).split()
        matched = False
        for revision, stamp, text in self._commits:
            if not all(word in comparable(text) for word in words):
                continue
            matched = True
            for i, piece in enumerate(wrapped(text, max(width - MARGIN_CELLS - 2, 20))):
                margin = f" {revision:>5}  {stamp}  " if i == 0 else " " * MARGIN_CELLS
                yield ((margin, "dim"), (piece, "text"))
        if not matched:
            yield (("  nothing fits these words" if words else "  nothing has happened yet", "dim"),)
