"""Some lines to type in, which keep the order of what is typed as a line does."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from teamboard.ui.widgets.ordered_input import handle_key


class TextField(TextArea):
    """Some lines to type in."""

    async def on_key(self, event: events.Key) -> None:
        await handle_key(self, event)
