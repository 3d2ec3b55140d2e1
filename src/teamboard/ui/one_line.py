"""Apps whose errors are one line, as the command line's are."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App

R = TypeVar("R")


class OneLineApp(App[R]):
    """Textual would print a traceback; whoever starts the app has the error raised instead."""

    crash: Exception | None = None

    def _fatal_error(self) -> None:
        self.crash = self._exception
        self._close_messages_no_wait()

    def answered(self, *, inline: bool = False) -> R | None:
        """Run the app; what it answers with. Raises what has ended it, if it has not ended by itself."""
        found = self.run(inline=inline)
        if self.crash is not None:
            raise self.crash
        return found
