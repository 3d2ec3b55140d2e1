"""What the forms have in common: fields, saving, a message, and leaving without losing what was typed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Footer, Input, Label, Select, SelectionList, Static, TextArea

from teamboard.actions.base import Action
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.sanitize import one_line, plain
from teamboard.store.base import Commit, StoreError
from teamboard.ui.screens.board_access import BoardAccess
from teamboard.ui.widgets.ordered_input import LineField
from teamboard.ui.widgets.ordered_text_area import TextField


class FormScreen(BoardAccess, ModalScreen[bool]):
    """A form that makes one action; answers with True when it is on the board.

    What was typed stays until it is there: after a refusal, a conflict, or trouble with the file.
    """

    # Absolute: a screen of another folder that is made from this one has the same styles.
    CSS_PATH: ClassVar[Path] = Path(__file__).with_suffix(".tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#form Input, #form SelectionList, #form Checkbox"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Without priority, so that it never overtakes what was typed just before it.
        Binding("ctrl+s", "save", "Save"),
        # With priority, so that what a fast typist types after a Tab lands in the next field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("escape", "leave", "Leave"),
    ]

    ENTER_SAVES: ClassVar[bool] = True
    """Whether Enter in a line saves the form, or goes on to the next field."""

    heading = ""
    """What the form is about, at its top; set before it is shown."""

    message = getters.query_one("#message", Static)

    def __init__(self) -> None:
        super().__init__()
        self._saving = False
        self._leaving = False
        self._opened_with: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="form", can_focus=False):
            yield Label(Content(one_line(self.heading)), id="title")
            yield from self.fields()
            yield Static(id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def fields(self) -> ComposeResult:
        """The form's own fields."""
        raise NotImplementedError

    def field(self, name: str, label: str, hint: str = "", value: str = "") -> ComposeResult:
        """A line to type in, with its label."""
        with Horizontal(classes="field"):
            yield Label(label)
            yield LineField(one_line(value), id=name, placeholder=hint, compact=True)

    def area(self, name: str, label: str, value: str = "") -> ComposeResult:
        """Some lines to type in, with their label."""
        with Horizontal(classes="field tall"):
            yield Label(label)
            yield TextField(plain(value), id=name, tab_behavior="focus", compact=True)

    def on_mount(self) -> None:
        self.mark_unchanged()

    def mark_unchanged(self) -> None:
        """Take what the form holds now as what it was opened with."""
        self._opened_with = self._typed()

    def _typed(self) -> tuple[str, ...]:
        """All that the form holds, to tell whether somebody has typed."""
        texts = [i.value for i in self.query(Input)] + [area.text for area in self.query(TextArea)]
        for boxes in self.query(SelectionList):
            texts += sorted(str(v) for v in boxes.selected)
        texts += [str(choice.value) for choice in self.query(Select)]
        return (*texts, *(str(c.value) for c in self.query(Checkbox)))

    def text(self, name: str) -> str:
        """What was typed in a line."""
        return self.query_one(f"#{name}", Input).value.strip()

    # -- saving

    @on(Input.Submitted)
    async def _submitted(self) -> None:
        if self.ENTER_SAVES:
            await self.action_save()
        else:
            self.focus_next()

    def action(self) -> Action:
        """The action that the form makes; Refused where what was typed makes none."""
        raise NotImplementedError

    def done(self, commit: Commit) -> str:
        """The message for the toast once the action is committed."""
        raise NotImplementedError

    def conflict(self, conflict: Conflict) -> None:
        """Somebody was faster: show both versions, and let the person choose."""
        self.say(str(conflict))

    async def action_save(self) -> None:
        """Put it on the board; what was typed stays until it is there."""
        if self._saving:
            return
        self._saving = True
        try:
            commit = await self.board_app.commit(self.action())
        except Conflict as conflict:
            self.conflict(conflict)
        except (Refused, StoreError) as error:
            self.say(str(error))
        else:
            self.board_app.say(self.done(commit))
            self.dismiss(True)
        finally:
            self._saving = False

    def say(self, text: str) -> None:
        """A message below the fields, to be seen at once."""
        self.message.update(Content(text))
        self.message.scroll_visible(animate=False)

    def action_leave(self) -> None:
        """Close the form; ask once, if something was typed."""
        if self._typed() != self._opened_with and not self._leaving:
            self._leaving = True
            self.say("Press Esc again to throw away what you typed, ctrl+s to save it.")
            return
        self.dismiss(False)
