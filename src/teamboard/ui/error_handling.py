"""The base class of all apps: errors are raised to the caller, and signals and a closed terminal lose no text."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, runtime_checkable

from textual.notifications import SeverityLevel

from teamboard.personal.rescued_text import save_interrupted_text
from teamboard.store.base import utc_now
from teamboard.ui.browser_guard import BrowserGuardedApp

R = TypeVar("R")

SIGNAL_EXIT_CODE = 128
"""Added to the number of the signal that ended the app, as shells do."""


@runtime_checkable
class HoldsText(Protocol):
    """A screen with text that is lost when it is closed."""

    def unsaved_text(self) -> str:
        """What was typed and not saved, to be read by a person; "" if there is nothing."""
        ...

    def warn_before_discard(self, key: str) -> bool:
        """Say that `key` again discards the text; False if there is none, or if that was said before."""
        ...


class ErrorRaisingApp(BrowserGuardedApp[R]):
    """An app that raises the error that ended it, where Textual would print a traceback."""

    ended_by: int | None = None
    """The signal that ended the app, or None."""
    _exits: bool = False
    """Whether the app itself has asked for its end."""
    _warned: Mapping[str, float] = MappingProxyType({})
    """Until when each warning that is on the screen is shown, by `monotonic`."""

    def run_and_return(self, *, inline: bool = False) -> R | None:
        """Run the app and return its result.

        Raises the error that ended it, if one did, and SystemExit if it was a signal.
        """
        result = self.run(inline=inline)
        if self.crash is not None:
            raise self.crash
        if self.ended_by is not None:
            raise SystemExit(SIGNAL_EXIT_CODE + self.ended_by)
        return result

    async def run_async(self, **options: Any) -> R | None:
        """Run the app, and leave the terminal as it was also at SIGTERM and SIGHUP."""
        # In the browser Textual's own driver takes SIGTERM over: see `on_exit_app`.
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # nohup ignores SIGHUP, and so do its children.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(NotImplementedError, RuntimeError):
                    asyncio.get_running_loop().add_signal_handler(number, self.end_by_signal, number)
        return await super().run_async(**options)

    def exit(self, *arguments: Any, **options: Any) -> None:
        """See `App.exit`."""
        self._exits = True
        super().exit(*arguments, **options)

    def on_exit_app(self) -> None:
        """Save the text of open forms if it was not the app that asked for its end: a browser's tab was closed, say."""
        self._rescue_texts_once()

    def end_by_signal(self, number: int) -> None:
        """Save the text of open forms to a private file, and exit."""
        if self.ended_by is None:
            self.ended_by = number
            self._rescue_texts_once()
        self.exit()

    def terminal_closed(self) -> None:
        """End as after SIGHUP, which is not sent to every process of a terminal."""
        self.end_by_signal(getattr(signal, "SIGHUP", signal.SIGTERM))

    def crashed(self) -> None:
        """Save the text of open forms; see `CrashKeepingApp`."""
        # A screen may be what is at fault; the error that ended the app is told all the same.
        with suppress(Exception):
            self._rescue_texts_once()

    def _rescue_texts_once(self) -> None:
        """Save the text of open forms, unless the app has asked for its end or that was done before."""
        if self._exits:
            return
        self._exits = True
        texts = [screen.unsaved_text() for screen in self.screen_stack if isinstance(screen, HoldsText)]
        if text := "\n".join(filter(None, texts)):
            # There is nobody to tell that it can't be saved.
            with suppress(OSError):
                save_interrupted_text(text, utc_now())

    async def action_quit(self) -> None:
        """Exit; if a form holds text, only when asked twice."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, HoldsText) and screen.warn_before_discard("ctrl+q"):
                return
        self.exit()

    def say(self, text: str, severity: SeverityLevel = "information", *, seconds: float | None = None) -> None:
        """Show a toast, but not the same warning again while it is shown; nothing in the text is markup."""
        now = monotonic()
        warned = {shown: until for shown, until in self._warned.items() if until > now}
        if text in warned:
            return
        until = now + (self.NOTIFICATION_TIMEOUT if seconds is None else seconds)
        self._warned = warned if severity == "information" else {**warned, text: until}
        self.notify(text, severity=severity, timeout=seconds, markup=False)
