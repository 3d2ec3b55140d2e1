"""An input field that handles keys in the order in which they were typed.

Textual inserts letters at once, but sends a Backspace or an arrow through the app first: in a burst of keys later
letters would be handled before it.
"""

from __future__ import annotations

import asyncio

from textual import events
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import Input

from teamboard.ui.textual_private import own_bindings


class LineField(Input):
    """An input field that handles keys in order, and joins the lines of what is pasted."""

    async def on_key(self, event: events.Key) -> None:
        await handle_key(self, event)

    def on_paste(self, event: events.Paste) -> None:
        # Textual would take the first line alone, without a word about the rest.
        event.stop()
        event.prevent_default()
        self.replace(_joined(event.text), *self.selection)

    def action_paste(self) -> None:
        """Insert what was copied in the app."""
        self.replace(_joined(self.app.clipboard), *self.selection)


def _joined(text: str) -> str:
    """The lines of a text as one, with a space between two; empty ones are left out."""
    lines = text.splitlines()
    return text if lines == [text] else " ".join(filter(None, map(str.strip, lines)))


async def wait_until_processed(*pumps: MessagePump) -> None:
    """Wait until these widgets, one after the other, have processed their queued key events.

    An action with a priority binding calls it, as it runs before the letters that were typed earlier.
    """
    for pump in pumps:
        done = asyncio.Event()
        if pump.call_later(done.set):
            await done.wait()


async def handle_key(field: Widget, event: events.Key) -> None:
    """Run the field's own action for a key now, if it has one."""
    for binding in own_bindings(field, event.key):
        if not binding.priority and await field.app.run_action(binding.action, field):
            event.stop()
            event.prevent_default()
            return
