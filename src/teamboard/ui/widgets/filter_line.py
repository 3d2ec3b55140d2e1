"""The input field for the words of a filter."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from teamboard.ui.widgets.ordered_input import LineField, wait_until_processed


class FilterLine(LineField):
    """An input field for the words of a filter. Enter keeps them and focuses the filtered widget.

    Kept words take no focus until somebody opens them again: not even when the filtered widget is hidden, as behind a
    detail, and Textual looks for another one.
    """

    DEFAULT_CSS: ClassVar[str] = "FilterLine { height: 1; margin: 0 2; background: $panel; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that keys typed after it wait and go to the rows.
        Binding("enter", "keep", "Keep", priority=True),
        Binding("escape", "screen.back", "Show all"),
    ]

    def __init__(self, words: str, hint: str, *, filtered: Widget) -> None:
        super().__init__(words, placeholder=hint, compact=True)
        self._filtered = filtered

    async def action_keep(self) -> None:
        """Process the keys typed before, then focus the filtered widget."""
        await wait_until_processed(self, self.screen)
        self.screen.set_focus(self._filtered if self._filtered.focusable else None)
        self.can_focus = False
        if not self.value:
            await self.remove()

    def on_mouse_down(self) -> None:
        """Open at a click, too."""
        self.can_focus = True
        self.focus()
