"""The base of the forms that revise goals: a reason and a story are required."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label, Select, TextArea

from teamboard.domain.errors import Refused
from teamboard.domain.records import REASONS, BusinessReason
from teamboard.render.revisions import REASON_LABELS
from teamboard.ui.screens.form import FormScreen


class RevisionFormBase(FormScreen):
    """A form with the fields for reason and story."""

    def story_fields(self) -> ComposeResult:
        """The fields for the reason and the story."""
        with Horizontal(classes="field"):
            yield Label("reason")
            choices = [(REASON_LABELS[r], r) for r in REASONS]
            yield Select[BusinessReason](choices, prompt="why the business moved", id="reason", compact=True)
        yield from self.area("why", "the story")

    def reason_and_story(self) -> tuple[BusinessReason, str]:
        """The reason and the story. Raises Refused, with the field in focus, if one is missing."""
        reason = self.query_one("#reason", Select).value
        if reason not in REASONS:
            self.query_one("#reason", Select).focus()
            raise Refused("Choose a reason: what has the business done?")
        why = self.query_one("#why", TextArea).text
        if not why.strip():
            self.query_one("#why", TextArea).focus()
            raise Refused("Tell the story: why does this goal change?")
        return reason, why
