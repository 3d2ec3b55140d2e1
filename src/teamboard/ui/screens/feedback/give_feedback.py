"""The feedback form: situation, behaviour and impact, or free text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Select, TextArea

from teamboard.actions.feedback import GIVEN_KINDS, GiveFeedback
from teamboard.domain.errors import Refused
from teamboard.domain.records import Feedback, FeedbackKind, Member
from teamboard.domain.sanitize import one_line
from teamboard.render.feedback import feedback_heading, join_sbi
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen


class GiveFeedbackScreen(FormScreen):
    """Feedback to a member; the result is True once it is committed."""

    AUTO_FOCUS: ClassVar[str | None] = "#situation"
    # A slip must not send half a feedback: Enter focuses the next field, ctrl+s sends.
    ENTER_SAVES: ClassVar[bool] = False

    def __init__(self, member: Member, about: str) -> None:
        super().__init__()
        self._member = member
        self._about = about
        self.heading = f"Feedback to {member.name}"
        self.about = member

    def fields(self) -> ComposeResult:
        """The kind, the subject, an outside source, the three short texts, and free text."""
        yield Label(Content("The whole team reads it; they acknowledge and resolve it."), id="before")
        with Horizontal(classes="field"):
            yield Label("kind")
            kinds = [(kind, kind) for kind in GIVEN_KINDS]
            yield Select[FeedbackKind](kinds, value="praise", allow_blank=False, id="kind", compact=True)
        yield from self.field("about", "about", "G12, a skill, or words of your own", self._about)
        yield from self.field("source", "from outside", "a customer or partner whose words you pass on")
        yield from self.field("situation", "situation", "when and where was it?")
        yield from self.field("behaviour", "behaviour", "what did they do?")
        yield from self.field("impact", "impact", "what came of it?")
        yield from self.area("words", "own words")

    def action(self) -> GiveFeedback:
        """The feedback that was typed: the three texts, then the free text."""
        kind = self.query_one("#kind", Select).value
        three = join_sbi(self.text("situation"), self.text("behaviour"), self.text("impact"))
        text = "\n\n".join(part for part in (three, self.query_one("#words", TextArea).text.strip()) if part)
        if kind not in GIVEN_KINDS or not text:
            raise Refused("Write something first: one of the three, or your own words.")
        return GiveFeedback(
            to=self._member.handle, text=text, kind=kind, about=self.text("about") or None, source=self.text("source")
        )

    def done(self, commit: Commit) -> str:
        """The feedback's id, kind, giver and receiver."""
        [feedback] = commit.all_created(Feedback)
        return one_line(f"{feedback.id} {feedback_heading(commit.board, feedback)}")
