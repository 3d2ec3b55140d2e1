"""The forms of a one-on-one: topics, an agreed action, the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Select

from teamboard.actions.base import Action
from teamboard.actions.one_on_ones import NewAction, NewTopic, WriteOneOnOne
from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.records import THEMES, Member, OneOnOne, Theme
from teamboard.personal.agendas import AGENDAS, agenda_topics
from teamboard.render.format import name_of
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen

SEEN_BY = "The whole team can read it."


class OneOnOneForm(FormScreen):
    """The base of the forms that write in a member's one-on-one."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member = member

    def done(self, commit: Commit) -> str:
        """Which one-on-one it went into, and when the two meet."""
        [one_on_one] = commit.all_changed(OneOnOne)
        return f"{one_on_one.id}, {one_on_one.on:%a %d %b}: it is there for both."

    def choice(self, name: str, label: str, options: list[tuple[str, str]], value: str) -> ComposeResult:
        """A field with a choice of options (text and key), with its label."""
        with Horizontal(classes="field"):
            yield Label(label)
            shown = [(Content(text), key) for text, key in options]
            yield Select[str](shown, value=value, allow_blank=False, id=name, compact=True)

    def chosen(self, name: str) -> str:
        """The key of the chosen option."""
        return str(self.query_one(f"#{name}", Select).value)

    def typed_day(self, name: str) -> date | None:
        """The day that was typed, or None if the field is empty. Raises Refused if it is not a date."""
        try:
            return parse_date(self.text(name), self.board_app.today) if self.text(name) else None
        except ValueError as error:
            raise Refused(f"{error}.") from None


class TopicForm(OneOnOneForm):
    """Adds a topic with its theme, or the topics of a template, to the agenda."""

    AUTO_FOCUS: ClassVar[str | None] = "#topic"

    def __init__(self, member: Member) -> None:
        super().__init__(member)
        self.heading = f"A topic for the one-on-one of {member.name}"
        self.about = member

    def fields(self) -> ComposeResult:
        """The topic, its theme, and the templates."""
        yield Label(Content(SEEN_BY), id="before")
        yield from self.field("topic", "topic", "what do you want to talk about?")
        yield from self.choice("theme", "theme", [(theme, theme) for theme in THEMES], THEMES[0])
        agendas, broken = AGENDAS.load()
        options = [("none", ""), *((f"{a.name}: {a.about}", a.name) for a in agendas.values())]
        yield from self.choice("template", "template", options, "")
        own = str(AGENDAS.user_folder()).replace(str(Path.home()), "~", 1)
        yield Label(Content(f"A template's topics are added to what is there. Your own: {own}"), classes="broken")
        for problem in broken:
            yield Label(Content(f"{problem}; it is skipped."), classes="broken")

    def action(self) -> WriteOneOnOne:
        """The topic that was typed and those of the chosen template."""
        theme: Theme = next(t for t in THEMES if t == self.chosen("theme"))
        template = self.chosen("template")
        topics = agenda_topics(template) if template else ()
        if self.text("topic") or not template:
            topics = (NewTopic(theme=theme, text=self.text("topic")), *topics)
        return WriteOneOnOne(member=self.member.handle, topics=topics)


class AgreedActionForm(OneOnOneForm):
    """Adds an agreed action to the one-on-one, or to what `make` returns an action for, such as a review."""

    AUTO_FOCUS: ClassVar[str | None] = "#what"

    def __init__(self, member: Member, make: Callable[[NewAction], Action] | None = None) -> None:
        super().__init__(member)
        self.heading = "An action that you agree on"
        self._make = make or (lambda agreed: WriteOneOnOne(member=member.handle, agreed=(agreed,)))

    def fields(self) -> ComposeResult:
        """The action, its owner, its due day."""
        board = self.board_app.board
        yield Label(Content(f"It stays on the board until it is done. {SEEN_BY}"), id="before")
        yield from self.field("what", "action", "what will be done?")
        both = [h for h in (self.member.handle, self.member.manager) if h]
        yield from self.choice("owner", "by", [(name_of(board, h), h) for h in both], both[0])
        yield from self.field("due", "until", "2026-12-04, today+7; may be empty")

    def action(self) -> Action:
        """The agreed action."""
        action = NewAction(text=self.text("what"), owner=self.chosen("owner"), due=self.typed_day("due"))
        return self._make(action)

    def done(self, commit: Commit) -> str:
        """That the action stays on the board until it is done."""
        return f"{self.text('what')}: it stays on the board until it is done."


class MeetingDayForm(OneOnOneForm):
    """Sets the day on which the two meet."""

    def __init__(self, member: Member) -> None:
        super().__init__(member)
        self.heading = "When do you meet?"

    def fields(self) -> ComposeResult:
        """The day."""
        yield from self.field("day", "day", "2026-12-04, today+3")

    def action(self) -> WriteOneOnOne:
        """The day that was typed."""
        return WriteOneOnOne(member=self.member.handle, on=self.typed_day("day"))
