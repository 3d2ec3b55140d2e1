"""The line in which the words of a filter are typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from teamboard.ui.widgets.ordered_input import LineField, wait_until_processed


class FilterLine(LineField):
    """Where the words of a filter are typed. Enter keeps them and goes on to what they narrow."""

    DEFAULT_CSS: ClassVar[str] = "FilterLine { height: 1; margin: 0 2; background: $panel; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that what a fast typist types behind it waits, and goes to the rows.
        Binding("enter", "keep", "Keep", priority=True),
        Binding("escape", "screen.back", "Show all"),
    ]

    def __init__(self, words: str, hint: str, *, narrows: Widget) -> None:
        super().__init__(words, placeholder=hint, compact=True)
        self._narrows = narrows

    async def action_keep(self) -> None:
        """Take what was typed before this, then go on to the rows."""
        await wait_until_processed(self, self.screen)
        self.screen.set_focus(self._narrows if self._narrows.focusable else None)
        if not self.value:
            await self.remove()
