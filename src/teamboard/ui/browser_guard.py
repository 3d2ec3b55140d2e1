"""What an app does not do in a browser: open an editor, a link or a file of the machine that serves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from teamboard.domain.errors import Refused
from teamboard.ui.textual_private import CrashKeepingApp

R = TypeVar("R")

NOT_IN_BROWSER = "In a browser the board opens no editor, link or file. Use `teamboard` in a terminal for that."


class BrowserGuardedApp(CrashKeepingApp[R]):
    """An app that opens nothing if it runs for a browser, whatever asks for it: somebody else may sit there."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open a link, except in a browser."""
        if not self._refused():
            super().open_url(url, new_tab=new_tab)

    def deliver_text(self, *arguments: Any, **options: Any) -> str | None:
        """Save a text as a file, such as a screenshot; in a browser nothing is saved, and None returned."""
        return None if self._refused() else super().deliver_text(*arguments, **options)

    def deliver_binary(self, *arguments: Any, **options: Any) -> str | None:
        """Save bytes as a file; in a browser nothing is saved, and None returned."""
        return None if self._refused() else super().deliver_binary(*arguments, **options)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Leave the terminal to another program, such as an editor. Raises Refused in a browser."""
        if self.is_web:
            raise Refused(NOT_IN_BROWSER)
        with super().suspend():
            yield

    def _refused(self) -> bool:
        """Whether this is a browser; then the user is told."""
        if self.is_web:
            self.notify(NOT_IN_BROWSER, severity="warning", markup=False)
        return self.is_web
