"""The base class of all apps: errors are raised to the caller, which reports them in one line."""

from __future__ import annotations

from typing import TypeVar

from textual.notifications import SeverityLevel

from teamboard.ui.textual_private import CrashKeepingApp

R = TypeVar("R")


class ErrorRaisingApp(CrashKeepingApp[R]):
    """An app that raises the error that ended it, where Textual would print a traceback."""

    def run_and_return(self, *, inline: bool = False) -> R | None:
        """Run the app and return its result. Raises the error that ended it, if one did."""
        result = self.run(inline=inline)
        if self.crash is not None:
            raise self.crash
        return result

    def say(self, text: str, severity: SeverityLevel = "information", *, seconds: float | None = None) -> None:
        """Show a toast; nothing in the text is markup."""
        self.notify(text, severity=severity, timeout=seconds, markup=False)
