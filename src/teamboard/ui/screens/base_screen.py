"""What every screen of a board has in common: the header, the board of now or of a past day, the selected goal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.revisions import revisions_waiting_for
from teamboard.render.line_layout import fit
from teamboard.ui.keymap import bound
from teamboard.ui.legend import Legend
from teamboard.ui.screens.board_access import BoardAccess
from teamboard.ui.widgets.header import BoardHeader
from teamboard.ui.widgets.lines_view import LinesView

A = TypeVar("A")

ONE_PANE, TWO_PANES = (Path(__file__).with_name(f"{name}.tcss") for name in ("one_pane", "two_panes"))
"""The styles of the screens that have one pane of lines, `#lines`, and of those that have a list and a `#thread`."""


class LiveScreen(BoardAccess, Screen[A]):
    """A screen that shows a board, of now or of a past day."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("day-back", "app.step(-1)", "A day back or on"),
        bound("day-on", "app.step(1)", "A day back or on"),
        # With priority, so that what is typed at once waits for the line to type in. What acts on the
        # selected row has none: it must not overtake the keys that select.
        bound("copy", "copy(False)", "Copy as text"),
        bound("copy-markdown", "copy(True)", "Copy as Markdown"),
        bound("go-to", "app.go_to", "Go to a day", priority=True),
    ]

    LEGEND: ClassVar[Legend]
    """The signs on this screen, and what they mean."""

    header = getters.query_one(BoardHeader)

    @property
    def shown(self) -> BoardOnDay:
        """What is on the screen: the board of now, or of a past day."""
        return self.board_app.shown

    def compose_header(self) -> ComposeResult:
        """The line at the top."""
        app = self.board_app
        member = app.board.member(app.actor.member)
        yield BoardHeader(member.name if member else "looking on")

    def show_header(self) -> None:
        """Say whose board of which day it is, whether it is live, and what waits for the person."""
        app, shown = self.board_app, self.shown
        waiting = 0 if app.past else len(revisions_waiting_for(app.board, app.actor.member))
        live = app.store_error is None
        self.header.show(shown, live=live, past=app.past is not None, waiting=waiting)

    @property
    def to_copy(self) -> Sequence[str]:
        """The ids of the records that the person would copy here."""
        return ()

    def copied(self, *, as_markdown: bool) -> str:
        """What the person would copy here: some records, or, where there are none, all that the screen draws."""
        # 3 ms, needed only when somebody copies.
        from teamboard.render.clipboard import lines_text, records_text

        if self.to_copy:
            text = records_text(self.shown, self.to_copy, as_markdown=as_markdown)
            if text:
                return text
        main = max(self.query(LinesView), key=lambda view: view.size.area)
        return lines_text(main.drawn, as_markdown=as_markdown)

    def action_copy(self, as_markdown: bool) -> None:
        """Put what is selected, or what the screen says, into the clipboard."""
        text = self.copied(as_markdown=as_markdown)
        if not text:
            self.board_app.say("There is nothing here to copy.", "warning")
            return
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        form = " as Markdown" if as_markdown else ""
        what = fit(text, 50).rstrip() if lines == 1 else f"{lines} lines"
        self.board_app.say(f"Copied{form}: {what}")

    def action_back(self) -> None:
        """Back to now, then back to the board."""
        if self.board_app.past is not None:
            self.board_app.show_past(None)
        else:
            self.dismiss(None)
