"""A prompt for a text, such as a reply or the reason for declining."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Label, TextArea

from teamboard.actions.base import Action
from teamboard.domain.sanitize import plain
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.widgets.ordered_text_area import TextField


class TextPromptScreen(FormScreen):
    """Asks for a text and commits the action that `make` returns for it; the result is True once it is committed."""

    AUTO_FOCUS: ClassVar[str | None] = "TextArea"

    def __init__(
        self, title: str, make: Callable[[str], Action], *, seen_by: str = "The whole team reads it.", text: str = ""
    ) -> None:
        super().__init__()
        self.heading = title
        self._make = make
        self._seen_by = seen_by
        self._text = text

    def fields(self) -> ComposeResult:
        """The text area, and who can read the text."""
        yield Label(Content(self._seen_by), id="before")
        yield TextField(plain(self._text), id="words", tab_behavior="focus", compact=True)

    def action(self) -> Action:
        """The action with the text that was typed."""
        return self._make(self.query_one("#words", TextArea).text)

    def done(self, commit: Commit) -> str:
        """That the text is saved, whatever action it went into."""
        return "It is saved on the board."
