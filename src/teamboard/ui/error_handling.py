"""Apps whose errors are one line, as the command line's are."""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from typing import TypeVar

from textual.app import App
from textual.driver import Driver

R = TypeVar("R")


def _forgiving(encoding: str) -> type[IncrementalDecoder]:
    """A decoder that shows a sign for a byte that is no text."""

    class Forgiving(getincrementaldecoder(encoding)):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(errors="replace")

    return Forgiving


class OneLineApp(App[R]):
    """Textual would print a traceback; whoever starts the app has the error raised instead."""

    crash: Exception | None = None

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        driver = super()._build_driver(headless, inline, mouse, size)
        module = sys.modules[type(driver).__module__]
        if hasattr(module, "getincrementaldecoder"):
            # Textual's drivers end the app at the first byte that is not UTF-8, as in a paste of something else
            # than text, and with it whatever was typed.
            module.getincrementaldecoder = _forgiving  # type: ignore[attr-defined]
        return driver

    def _fatal_error(self) -> None:
        self.crash = self._exception
        self._close_messages_no_wait()

    def answered(self, *, inline: bool = False) -> R | None:
        """Run the app; what it answers with. Raises what has ended it, if it has not ended by itself."""
        found = self.run(inline=inline)
        if self.crash is not None:
            raise self.crash
        return found
