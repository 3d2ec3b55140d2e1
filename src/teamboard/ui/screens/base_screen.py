"""The base of all screens that show a board: header, current or past day, copying, going back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.revisions import revisions_waiting_for
from teamboard.domain.ids import RecordId
from teamboard.render.line_layout import fit
from teamboard.ui.keymap import CHANGES, bound
from teamboard.ui.legend import Legend
from teamboard.ui.screens.board_access import BoardAccess
from teamboard.ui.textual_private import KeymapScreen
from teamboard.ui.widgets.header import BoardHeader
from teamboard.ui.widgets.lines_view import LinesView

A = TypeVar("A")

ONE_PANE, TWO_PANES = (Path(__file__).with_name(f"{name}.tcss") for name in ("one_pane", "two_panes"))
"""Style sheets that several screens share: for one pane of lines, `#lines`, and for a list beside a `#thread`."""


class LiveScreen(BoardAccess, KeymapScreen[A]):
    """A screen that shows the current board or a past day."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("day-back", "app.step(-1)", "A day back or on"),
        bound("day-on", "app.step(1)", "A day back or on"),
        # With priority, so that keys typed right after it wait for the prompt. Actions on the selected row have
        # none: they must not run before earlier keys that select a row.
        bound("copy", "copy(False)", "Copy as text"),
        bound("copy-markdown", "copy(True)", "Copy as Markdown"),
        bound("go-to", "app.go_to", "Go to a day", priority=True),
    ]

    LEGEND: ClassVar[Legend] = ()
    """The signs on this screen and their meaning, for `?`."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that the footer and `?` list: on a past day without those that change the board."""
        active = super().active_bindings
        if self.board_app.past is None:
            return active
        return {key: found for key, found in active.items() if found.binding.id not in CHANGES}

    @property
    def header(self) -> BoardHeader:
        """The header line."""
        return self.query_one(BoardHeader)

    @property
    def shown(self) -> BoardOnDay:
        """The view on the screen: of today, or of a past day."""
        return self.board_app.shown

    def key_name(self, name: str) -> str:
        """The key of a named action on this screen, "" if it has none here."""
        return self.board_app.key_name(name, self)

    def compose_header(self) -> ComposeResult:
        """The header line."""
        app = self.board_app
        member = app.board.member(app.actor.member)
        yield BoardHeader(member.name if member else "looking on")

    def show_header(self) -> None:
        """Update the header line."""
        app, shown = self.board_app, self.shown
        waiting = 0 if app.past else len(revisions_waiting_for(app.board, app.actor.member))
        live = app.store_error is None
        self.header.show(shown, live=live, past=app.past is not None, waiting=waiting)

    @property
    def to_copy(self) -> Sequence[RecordId]:
        """The ids of the records that `y` copies; empty to copy the text of the screen."""
        return ()

    def text_to_copy(self, *, as_markdown: bool) -> str:
        """The records in `to_copy` as text, or, if there are none, all lines of the largest pane."""
        # Imported late: it takes 3 ms, and is needed only when somebody copies.
        from teamboard.render.clipboard import lines_text, records_text

        if self.to_copy:
            text = records_text(self.shown, self.to_copy, as_markdown=as_markdown)
            if text:
                return text
        main = max(self.query(LinesView), key=lambda view: view.size.area)
        return lines_text(main.drawn, as_markdown=as_markdown)

    def action_copy(self, as_markdown: bool) -> None:
        """Copy the selected records, or the text of the screen, to the clipboard."""
        text = self.text_to_copy(as_markdown=as_markdown)
        if not text:
            self.board_app.say("There is nothing here to copy.", "warning")
            return
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        form = " as Markdown" if as_markdown else ""
        what = fit(text, 50).rstrip() if lines == 1 else f"{lines} lines"
        self.board_app.say(f"Copied{form}: {what}")

    def action_back(self) -> None:
        """Go back to today, then close what is open on the screen, then the screen."""
        if self.board_app.past is not None:
            self.board_app.show_past(None)
        elif not self.close_part():
            self.dismiss(None)

    def close_part(self) -> bool:
        """Close what is open on the screen, such as its filter; False if nothing is."""
        return False
