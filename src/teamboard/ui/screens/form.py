"""The base of all forms: fields, saving, a message, and a warning before typed text is discarded."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Checkbox, Input, Label, Select, SelectionList, Static, TextArea

from teamboard.actions.base import Action
from teamboard.domain.amounts import NumberFormat, parse_amount
from teamboard.domain.errors import Conflict
from teamboard.domain.handles import shares_name
from teamboard.domain.input_parsing import parse_milestone
from teamboard.domain.records import Member, Milestone
from teamboard.domain.sanitize import one_line, plain
from teamboard.store.base import BoardMissing, BoardUnreadable, Commit
from teamboard.ui.live_app import Failure
from teamboard.ui.screens.board_access import BoardAccess
from teamboard.ui.screens.modal import KeyedModal
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.ordered_input import LineField
from teamboard.ui.widgets.ordered_text_area import TextField


def typed_milestones(text: str, format: NumberFormat | None) -> tuple[Milestone, ...]:
    """The milestones in a text, one on each line (`Exam = 2` with a weight). Raises Refused for another weight."""
    return tuple(m for line in text.splitlines() if (m := parse_milestone(line, format)).name)


class FormScreen(BoardAccess, KeyedModal[bool]):
    """A form for one action; the result is True once the action is committed.

    The form stays open with what was typed after a refusal, a conflict or an error of the store.
    """

    # Absolute, so that subclasses in other folders find it.
    CSS_PATH: ClassVar[Path] = Path(__file__).with_suffix(".tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#form Input, #form SelectionList, #form Checkbox"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Without priority, so that letters typed before it are processed first.
        Binding("ctrl+s", "save", "Save"),
        # With priority, so that letters typed right after a Tab go to the next field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("escape", "leave", "Leave"),
    ]

    ENTER_SAVES: ClassVar[bool] = True
    """True if Enter in an input field saves the form; else it focuses the next field."""

    heading = ""
    """The title; set before the form is opened."""
    about: Member | None = None
    """The member whom the title names; their handle is added where somebody else has the name."""

    message = getters.query_one("#message", Static)

    def __init__(self) -> None:
        super().__init__()
        self._saving = False
        self._leaving = False
        self._unchanged: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="form", can_focus=False):
            namesake = self.about is not None and shares_name(self.board_app.board, self.about)
            handle = f" ({self.about.handle})" if self.about and namesake else ""
            yield Label(Content(one_line(self.heading) + handle), id="title")
            yield from self.fields()
            yield Static(id="message", markup=False)
        yield KeyFooter()

    def fields(self) -> ComposeResult:
        """The fields of the form."""
        raise NotImplementedError

    def field(self, name: str, label: str, hint: str = "", value: str = "") -> ComposeResult:
        """An input field with its label."""
        with Horizontal(classes="field"):
            yield Label(label)
            yield LineField(one_line(value), id=name, placeholder=hint, compact=True)

    def area(self, name: str, label: str, value: str = "") -> ComposeResult:
        """A text area with its label."""
        with Horizontal(classes="field tall"):
            yield Label(label)
            yield TextField(plain(value), id=name, tab_behavior="focus", compact=True)

    def on_mount(self) -> None:
        self.mark_unchanged()

    def mark_unchanged(self) -> None:
        """Treat the current contents as unchanged: leaving does not ask before they are discarded."""
        self._unchanged = self._contents()

    def _contents(self) -> tuple[str, ...]:
        """The contents of all fields, to compare."""
        texts = [i.value for i in self.query(Input)] + [area.text for area in self.query(TextArea)]
        for boxes in self.query(SelectionList):
            texts += sorted(str(v) for v in boxes.selected)
        texts += [str(choice.value) for choice in self.query(Select)]
        return (*texts, *(str(c.value) for c in self.query(Checkbox)))

    def text(self, name: str) -> str:
        """The text of an input field, stripped."""
        return self.query_one(f"#{name}", Input).value.strip()

    @property
    def number_format(self) -> NumberFormat | None:
        """How the team reads and writes numbers."""
        return self.board_app.board.number_format

    def number(self, text: str) -> float:
        """Read a typed number as the team writes them. Raises Refused."""
        return parse_amount(text, self.number_format)

    # -- saving

    @on(Input.Submitted)
    async def _submitted(self) -> None:
        if self.ENTER_SAVES:
            await self.action_save()
        else:
            self.focus_next()

    def action(self) -> Action:
        """The action for what was typed. Raises Refused if it is not valid."""
        raise NotImplementedError

    def done(self, commit: Commit) -> str:
        """The toast's message once the action is committed."""
        raise NotImplementedError

    def committed(self, commit: Commit) -> None:
        """Hook for subclasses, called once the action is committed and the form closes."""

    def conflict(self, conflict: Conflict) -> None:
        """Show both versions after somebody else's change, for the person to choose; saving again keeps the form's."""
        self.say(str(conflict))

    async def action_save(self) -> None:
        """Commit the action and close the form; it stays open if that fails."""
        if self._saving:
            return
        self._saving = True
        try:
            commit = await self.attempt(self._commit())
            if commit is not None:
                self.board_app.say(self.done(commit))
                self.dismiss(True)
                self.committed(commit)
        finally:
            self._saving = False

    async def _commit(self) -> Commit:
        return await self.board_app.commit(self.action())

    def refuse(self, failure: Failure) -> None:
        """Show below the fields why the action was not committed."""
        if isinstance(failure, Conflict):
            self.conflict(failure)
        elif isinstance(failure, BoardMissing | BoardUnreadable):
            self.say(f"{failure.brief} What you typed is kept in this form: save it again when the board is back.")
        else:
            self.say(str(failure))

    def say(self, text: str) -> None:
        """Show a message below the fields, and scroll to it."""
        self.message.update(Content(text))
        # Its height is known, and the scroll bar there, after a layout.
        self.call_after_refresh(self.message.scroll_visible, animate=False)

    def action_leave(self) -> None:
        """Close the form; if something was typed, only when asked twice."""
        if not self.warn_before_discard("Esc"):
            self.dismiss(False)

    def warn_before_discard(self, key: str) -> bool:
        """Say that `key` again discards what was typed; False if nothing was, or if that was said before."""
        if self._leaving or self._contents() == self._unchanged:
            return False
        self._leaving = True
        self.say(f"Press {key} again to discard what you typed, ctrl+s to save it.")
        return True

    def unsaved_text(self) -> str:
        """The heading and the fields with a text, if something was typed; else ""."""
        if self._contents() == self._unchanged:
            return ""
        texts = {i.id or "": i.value for i in self.query(Input)} | {a.id or "": a.text for a in self.query(TextArea)}
        fields = [f"{name}: {text}" for name, text in texts.items() if text.strip()]
        return "\n".join([self.heading, "", *fields, ""])
