"""Every use of a private part of Textual, each with the reason: what to look at first when Textual is updated.

pyproject.toml bounds Textual at the minor version that these were tried with.
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


def _forgiving_decoder(encoding: str) -> type[IncrementalDecoder]:
    """A decoder that shows a replacement sign for a byte that is not text."""

    class Forgiving(getincrementaldecoder(encoding)):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(errors="replace")

    return Forgiving


class CrashKeepingApp(App[R]):
    """An app that keeps the error which ended it, and that no pasted byte ends."""

    crash: Exception | None = None
    """What has ended the app, if it has not ended by itself."""

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        # Textual's drivers end the app at the first byte that is not UTF-8, as in a paste of something else than
        # text, and with it whatever was typed. How they decode can't be chosen.
        driver = super()._build_driver(headless, inline, mouse, size)
        module = sys.modules[type(driver).__module__]
        if hasattr(module, "getincrementaldecoder"):
            module.getincrementaldecoder = _forgiving_decoder  # type: ignore[attr-defined]
        return driver

    def _fatal_error(self) -> None:
        # Textual prints a traceback here; there is no public hook for an error that nobody has handled.
        self.crash = self._exception
        self._close_messages_no_wait()


def write_to_terminal(app: App[Any], sequence: str) -> None:
    """Send an escape sequence to the terminal, where there is one.

    Textual has no public way to send one that it does not know, such as a title or a desktop notification; what is
    written past its driver lands in the middle of a frame.
    """
    driver = app._driver
    if driver is not None and not driver.is_headless:
        driver.write(sequence)
        driver.flush()


def own_bindings(widget: Widget, key: str) -> list[Binding]:
    """The bindings that a widget itself has for a key.

    `Screen.active_bindings` would gather those of the whole screen at every letter, and hide what a priority binding
    of the screen covers.
    """
    return list(widget._bindings.key_to_bindings.get(key, ()))


def screen_text(app: App[Any]) -> list[str]:
    """What is on the screen, a string a line. The public export draws an SVG."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def screen_renderable(app: App[Any]) -> RenderableType:
    """The whole screen for a Rich console. The public export knows SVG only; HTML is written by Rich."""
    return app.screen._compositor.render_update(full=True) or ""
