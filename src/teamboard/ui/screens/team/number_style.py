"""The form for how the team reads and writes numbers."""

from __future__ import annotations

from typing import get_args

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Select

from teamboard.actions.team import ChangeTeam
from teamboard.domain.amounts import NUMBER_FORMATS, format_amount
from teamboard.domain.records import NumberStyle
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen

NAMES: dict[NumberStyle, str] = {
    "en": "English",
    "de": "German",
    "at": "Austrian",
    "ch": "Swiss",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "sv": "Swedish",
}


class NumberStyleForm(FormScreen):
    """Which of the known ways of writing numbers is the team's."""

    AUTO_FOCUS = "#style"
    heading = "The team's numbers"

    def fields(self) -> ComposeResult:
        """One choice, each with an example."""
        yield Label(Content("How numbers are read and written by everybody."), id="before")
        now = self.board_app.board.team
        example = {style: format_amount(1_234_567.5, "€", form) for style, form in NUMBER_FORMATS.items()}
        choices = [(f"{NAMES[style]} · {text}", style) for style, text in example.items()]
        with Horizontal(classes="field"):
            yield Label("numbers")
            options = [("not said: 1,200 and 1.200 are asked about", ""), *choices]
            yield Select[str](options, value=now.numbers if now else "", allow_blank=False, id="style", compact=True)

    def action(self) -> ChangeTeam:
        """The change of the team's setting."""
        chosen = self.query_one("#style", Select).value
        return ChangeTeam(numbers=next(style for style in get_args(NumberStyle) if style == chosen))

    def done(self, commit: Commit) -> str:
        """How an amount is written now."""
        return f"Numbers are written like {format_amount(1_234_567.5, '€', commit.board.number_format)}"
