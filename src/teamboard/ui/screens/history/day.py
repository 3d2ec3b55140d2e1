"""The prompt for the day of which to show the board."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label, Static

from teamboard.domain.input_parsing import parse_date
from teamboard.ui.screens.modal import KeyedModal
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.ordered_input import LineField

HINT = "2026-11-01, today-7"


class DayScreen(KeyedModal["date | None"]):
    """The result is the day that was typed, or None."""

    CSS_PATH: ClassVar[str] = "day.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Go"),
        Binding("escape", "dismiss(None)", "Leave"),
    ]

    message = getters.query_one("#message", Static)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    def compose(self) -> ComposeResult:
        with Vertical(id="ask"):
            yield Label("Show the board as it stood at the end of", id="title")
            yield LineField(placeholder=HINT, compact=True)
            yield Static(id="message", markup=False)
        yield KeyFooter()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(parse_date(event.value, self._today))
        except ValueError as error:
            self.message.update(f"{error}.")
