"""Reading a screen as a person would, and waiting for what should come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot

from teamboard.ui.textual_private import painted_lines

SECONDS = 60.0


def screen_text(pilot: Pilot[None]) -> list[str]:
    """The lines on the screen, as they are painted."""
    app = pilot.app
    width, height = app.size
    lines = painted_lines(app)
    return ["".join(segment.text for segment in strip)[:width] for strip in lines[:height]]


def line_with(pilot: Pilot[None], text: str) -> str:
    """The line of the screen that has a text; fails if there is none."""
    lines = screen_text(pilot)
    found = next((line for line in lines if text in line), None)
    assert found is not None, f"{text!r} is not on the screen:\n" + "\n".join(lines)
    return found


async def until(pilot: Pilot[None], so: Callable[[], bool]) -> None:
    """Wait until something is so; fail if it never is."""
    async with asyncio.timeout(SECONDS):
        while not so():
            await pilot.pause(0.01)


async def until_shown(pilot: Pilot[None], text: str) -> None:
    """Wait until a text is on the screen."""
    try:
        await until(pilot, lambda: any(text in line for line in screen_text(pilot)))
    except TimeoutError:
        raise AssertionError(f"{text!r} did not come:\n" + "\n".join(screen_text(pilot))) from None


async def until_gone(pilot: Pilot[None], text: str) -> None:
    """Wait until a text is not on the screen any more."""
    await until(pilot, lambda: not any(text in line for line in screen_text(pilot)))
