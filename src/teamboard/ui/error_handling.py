"""Apps whose errors are one line, as the command line's are."""

from __future__ import annotations

from typing import TypeVar

from textual.notifications import SeverityLevel

from teamboard.ui.textual_private import CrashKeepingApp

R = TypeVar("R")


class ErrorRaisingApp(CrashKeepingApp[R]):
    """Textual would print a traceback; whoever starts the app has the error raised instead."""

    def run_and_return(self, *, inline: bool = False) -> R | None:
        """Run the app; what it answers with. Raises what has ended it, if it has not ended by itself."""
        answer = self.run(inline=inline)
        if self.crash is not None:
            raise self.crash
        return answer

    def say(self, text: str, severity: SeverityLevel = "information", *, seconds: float | None = None) -> None:
        """Show a toast; the text is shown as it is."""
        self.notify(text, severity=severity, timeout=seconds, markup=False)
