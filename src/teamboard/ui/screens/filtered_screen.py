"""The base of screens whose rows or lines the person narrows by words."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Input

from teamboard.ui.navigation import filter_line
from teamboard.ui.screens.base_screen import LiveScreen

A = TypeVar("A")
FILTER_LINE = "FilterLine"
"""The filter as a selector: its module is imported when it first opens."""


class FilteredScreen(LiveScreen[A]):
    """A screen with words that narrow what it shows; watch `words` to show it again."""

    FILTER_HINT: ClassVar[str]
    """What the empty filter shows."""

    words = var("")

    @property
    def filtered(self) -> Widget:
        """The widget whose contents are narrowed."""
        raise NotImplementedError

    async def action_filter(self) -> None:
        """Open the filter."""
        await self.filter_by(self.words)

    async def filter_by(self, words: str) -> None:
        """Open the filter with these words."""
        for line in self.query(FILTER_LINE).results(Input):
            line.value = words
            line.can_focus = True
            line.focus()
            return
        line = filter_line(words, self.FILTER_HINT, filtered=self.filtered)
        await self.mount(line)
        self.set_focus(line)

    @on(Input.Changed, FILTER_LINE)
    def _filter_typed(self, event: Input.Changed) -> None:
        self.words = event.value

    def close_part(self) -> bool:
        """Clear the filter."""
        if not self.words and not self.query(FILTER_LINE):
            return False
        self.words = ""
        self.query(FILTER_LINE).remove()
        self.filtered.focus()
        return True
