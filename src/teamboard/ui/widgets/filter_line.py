"""The line in which the words of a filter are typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class FilterLine(Input):
    """Where the words of a filter are typed."""

    DEFAULT_CSS: ClassVar[str] = "FilterLine { height: 1; margin: 0 2; background: $panel; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep"),
        Binding("escape", "screen.back", "Show all"),
    ]

    def __init__(self, words: str, hint: str) -> None:
        super().__init__(words, placeholder=hint, compact=True)
