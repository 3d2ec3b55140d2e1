"""A line to type in that keeps the order of what is typed, however fast, and however busy the machine is.

Textual takes letters at once, but sends a Backspace or an arrow up to the app and back first: in a burst of keys the
letters behind it would overtake it.
"""

from __future__ import annotations

import asyncio

from textual import events
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import Input

from teamboard.ui.textual_private import own_bindings


class LineField(Input):
    """A line to type in."""

    async def on_key(self, event: events.Key) -> None:
        await handle_key(self, event)


async def wait_until_processed(*pumps: MessagePump) -> None:
    """Wait until these, one after the other, have taken what was typed so far.

    For a key with priority: it would overtake the letters before it.
    """
    for pump in pumps:
        done = asyncio.Event()
        if pump.call_later(done.set):
            await done.wait()


async def handle_key(field: Widget, event: events.Key) -> None:
    """Do what a key does in the field now, if it does something."""
    for binding in own_bindings(field, event.key):
        if not binding.priority and await field.app.run_action(binding.action, field):
            event.stop()
            event.prevent_default()
            return
