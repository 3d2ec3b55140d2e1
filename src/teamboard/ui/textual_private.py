"""All uses of private parts of Textual, each with the reason. Check them first when Textual is updated.

pyproject.toml pins Textual to the minor version that these were tested with.
"""

from __future__ import annotations

import asyncio
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from rich.console import RenderableType
from textual._context import visible_screen_stack
from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from teamboard.ui.keymap import UNBOUND, screen_keys

if TYPE_CHECKING:
    from textual.widgets._footer import FooterKey as FooterKey  # noqa: PLC0414 - exported to `key_footer`

R = TypeVar("R")


def _replacing_decoder(encoding: str) -> type[IncrementalDecoder]:
    """A decoder that replaces invalid bytes."""

    class ReplacingDecoder(getincrementaldecoder(encoding)):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(errors="replace")

    return ReplacingDecoder


class _TerminalFile:
    """The file to which a driver writes; a terminal that was closed is no error, but reported."""

    def __init__(self, file: TextIO, closed: Callable[[], None]) -> None:
        self._file = file
        self._closed = closed

    def write(self, text: str) -> None:
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError:
            self._closed()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class CrashKeepingApp(App[R]):
    """An app that keeps the error that ended it, and that neither invalid UTF-8 nor a closed terminal breaks."""

    own_keys: Mapping[str, str] = {}
    """The keys that differ from the defaults, by the name of the action; see `KeymapScreen`."""

    crash: Exception | None = None
    """The error that ended the app, or None."""

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        # Textual's drivers end the app at the first byte that is not UTF-8, such as in a paste of binary data, and
        # what was typed is lost. Their decoder can't be configured.
        driver = super()._build_driver(headless, inline, mouse, size)
        module = sys.modules[type(driver).__module__]
        if hasattr(module, "getincrementaldecoder"):
            module.getincrementaldecoder = _replacing_decoder  # type: ignore[attr-defined]
        self._notice_closed_terminal(driver)
        return driver

    def refresh_css(self, animate: bool = True) -> None:
        # Textual refreshes the styles at the start, although nothing is parsed yet. That parses them into a stylesheet
        # of its own and takes the rules alone, so that the first widgets have all of it parsed again.
        if self._is_mounted or self.stylesheet._variables != self.get_css_variables():
            super().refresh_css(animate)

    def terminal_closed(self) -> None:
        """End the app; called once the terminal can't be read or written any more."""
        self.exit()

    def _notice_closed_terminal(self, driver: Driver) -> None:
        """Have `terminal_closed` called where the threads of a driver would end with a traceback, and block the app."""
        loop = asyncio.get_running_loop()

        def closed() -> None:
            # The loop may have ended meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(lambda: None if self._exit else self.terminal_closed())

        if driver.is_web:
            self._notice_ended_server(driver, closed)
            return
        if not (hasattr(driver, "run_input_thread") and hasattr(driver, "_file")):
            return
        read = driver.run_input_thread

        def read_input() -> None:
            try:
                read()
            except OSError:
                closed()
            except Exception as error:  # noqa: BLE001 - reported by whoever runs the app
                self.crash = error
                closed()

        driver.run_input_thread = read_input
        driver._file = _TerminalFile(driver._file, closed)

    def _notice_ended_server(self, driver: Any, closed: Callable[[], None]) -> None:
        """Have `closed` called at the end of the input of an app in a browser: its server was killed."""

        def read_input() -> None:
            driver.run_input_thread()
            if not driver.exit_event.is_set():
                closed()

        driver._key_thread = Thread(target=read_input, name=driver._key_thread.name)

    def _fatal_error(self) -> None:
        # Textual prints a traceback here; there is no public hook for unhandled errors.
        # A screen that is being opened while the app ends gets none of its widgets: nothing is wrong then.
        if not (self._exit and isinstance(self._exception, NoMatches)):
            self.crash = self._exception
            self.crashed()
        self._close_messages_no_wait()

    def crashed(self) -> None:
        """Called when an error ends the app, while its screens are still there."""


class KeymapScreen(Screen[R]):
    """A screen that applies the app's `own_keys`; the keys that it binds itself stay as they are."""

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        # `App.set_keymap` would replace what a screen binds to the same key, and Textual has no keymap of one screen.
        chain = super()._binding_chain
        own_keys: Mapping[str, str] = getattr(self.app, "own_keys", {})
        if own_keys:
            kept = frozenset[str]().union(*(screen_keys(type(node)) for node, _ in chain))
            for _, bindings in chain:
                bindings.key_to_bindings = _rebound(bindings.key_to_bindings, own_keys, kept)
        return chain


def _rebound(
    bindings_by_key: Mapping[str, Sequence[Binding]], own_keys: Mapping[str, str], kept: frozenset[str]
) -> dict[str, list[Binding]]:
    """The bindings of one screen or widget with the user's own keys, in order; `kept` are not replaced."""
    rebound: dict[str, list[Binding]] = {}
    chosen: dict[str, list[Binding]] = {}
    for key, bindings in bindings_by_key.items():
        for binding in bindings:
            if binding.id not in own_keys:
                rebound.setdefault(key, []).append(binding)
                continue
            for own_key in own_keys[binding.id or ""].split(","):
                if own_key != UNBOUND and own_key not in kept:
                    chosen[own_key] = [binding.with_key(own_key)]
                    rebound.setdefault(own_key, [])
    return rebound | chosen


def write_to_terminal(app: App[Any], sequence: str) -> None:
    """Send an escape sequence to the terminal, if there is one.

    Textual has no public way to send sequences of other programs' making, such as a title or a desktop notification,
    and writing to the terminal past its driver breaks the frame that is being drawn.
    """
    driver = app._driver
    if driver is not None and not driver.is_headless:
        driver.write(sequence)
        driver.flush()


def footer_key_class() -> type[FooterKey]:
    """The class of a key in a footer, which Textual does not export."""
    # Late: it takes 1 ms, and the board has no footer before the first paint.
    from textual.widgets._footer import FooterKey

    return FooterKey


def own_bindings(widget: Widget, key: str) -> list[Binding]:
    """The bindings of the widget itself for a key.

    `Screen.active_bindings` collects those of the whole screen, too slow for every letter, and leaves out bindings
    that a priority binding of the screen hides.
    """
    return list(widget._bindings.key_to_bindings.get(key, ()))


def screen_text(app: App[Any]) -> list[str]:
    """The text of the screen, one string for each line. Textual's public export is SVG only."""
    return [strip.text for strip in painted_lines(app)]


def painted_lines(app: App[Any]) -> list[Strip]:
    """The lines of the screen as Textual paints them, with what shows through a modal screen.

    Without the screens below, a modal that was not painted yet would keep an empty background.
    """
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def screen_renderable(app: App[Any]) -> RenderableType:
    """The screen for a Rich console, which can export HTML. Textual's public export is SVG only."""
    return app.screen._compositor.render_update(full=True, screen_stack=app._background_screens) or ""
