"""All uses of private parts of Textual, each with the reason. Check them first when Textual is updated.

pyproject.toml pins Textual to the minor version that these were tested with.
"""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from typing import Any, TypeVar

from rich.console import RenderableType
from textual.app import App
from textual.binding import Binding
from textual.driver import Driver
from textual.widget import Widget

R = TypeVar("R")


def _replacing_decoder(encoding: str) -> type[IncrementalDecoder]:
    """A decoder that replaces invalid bytes."""

    class ReplacingDecoder(getincrementaldecoder(encoding)):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(errors="replace")

    return ReplacingDecoder


class CrashKeepingApp(App[R]):
    """An app that keeps the error that ended it, and that invalid UTF-8 input does not end."""

    crash: Exception | None = None
    """The error that ended the app, or None."""

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        # Textual's drivers end the app at the first byte that is not UTF-8, such as in a paste of binary data, and
        # what was typed is lost. Their decoder can't be configured.
        driver = super()._build_driver(headless, inline, mouse, size)
        module = sys.modules[type(driver).__module__]
        if hasattr(module, "getincrementaldecoder"):
            module.getincrementaldecoder = _replacing_decoder  # type: ignore[attr-defined]
        return driver

    def _fatal_error(self) -> None:
        # Textual prints a traceback here; there is no public hook for unhandled errors.
        self.crash = self._exception
        self._close_messages_no_wait()


def write_to_terminal(app: App[Any], sequence: str) -> None:
    """Send an escape sequence to the terminal, if there is one.

    Textual has no public way to send sequences of other programs' making, such as a title or a desktop notification,
    and writing to the terminal past its driver breaks the frame that is being drawn.
    """
    driver = app._driver
    if driver is not None and not driver.is_headless:
        driver.write(sequence)
        driver.flush()


def own_bindings(widget: Widget, key: str) -> list[Binding]:
    """The bindings of the widget itself for a key.

    `Screen.active_bindings` collects those of the whole screen, too slow for every letter, and leaves out bindings
    that a priority binding of the screen hides.
    """
    return list(widget._bindings.key_to_bindings.get(key, ()))


def screen_text(app: App[Any]) -> list[str]:
    """The text of the screen, one string for each line. Textual's public export is SVG only."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def screen_renderable(app: App[Any]) -> RenderableType:
    """The screen for a Rich console, which can export HTML. Textual's public export is SVG only."""
    return app.screen._compositor.render_update(full=True) or ""
