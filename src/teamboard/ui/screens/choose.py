"""A prompt with a few numbered options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from teamboard.ui.screens.modal import KeyedModal
from teamboard.ui.widgets.key_footer import KeyFooter

N = TypeVar("N", bound=str)


class ChooseScreen(KeyedModal[N], Generic[N]):
    """Dismissed with the name of the chosen option, or None."""

    CSS_PATH: ClassVar[Path] = Path(__file__).with_suffix(".tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("space", "take", show=False),
        Binding("escape", "dismiss(None)", "Leave"),
    ]

    def __init__(self, title: str, options: Mapping[N, str]) -> None:
        """`options` are the texts to choose from, by name, in the order in which they are listed."""
        super().__init__()
        self._title = title
        self._options = dict(options)

    def compose(self) -> ComposeResult:
        with Vertical(id="choices"):
            yield Label(Content(self._title), id="title")
            yield OptionList(
                *(Option(Content(f"{i}  {text}"), id=name) for i, (name, text) in enumerate(self._options.items(), 1))
            )
        yield KeyFooter()

    def action_choose(self, number: int) -> None:
        """Choose the option with this number."""
        names = list(self._options)
        if number <= len(names):
            self.dismiss(names[number - 1])

    def action_move(self, step: int) -> None:
        """Highlight the next or previous option."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_take(self) -> None:
        """Choose the highlighted option."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(list(self._options)[event.option_index])
