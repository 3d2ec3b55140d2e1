"""A text area that handles keys in the order in which they were typed; see `ordered_input`."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from teamboard.ui.widgets.ordered_input import handle_key


class TextField(TextArea):
    """A text area that handles keys in order."""

    async def on_key(self, event: events.Key) -> None:
        await handle_key(self, event)
