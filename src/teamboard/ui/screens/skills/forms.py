"""The forms for a member's skills and career."""

from __future__ import annotations

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Checkbox, Input, Label, Select, TextArea

from teamboard.actions.skills import PlanCareer, SetSkill, skill_of
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.handles import display_name
from teamboard.domain.records import Member, Skill
from teamboard.domain.sanitize import one_line, plain
from teamboard.render.skills import skill_levels
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.widgets.checkboxes import Tick

NEW = ""
"""The value of the option for a new skill."""


class SkillForm(FormScreen):
    """A skill of a member: their own level, or their manager's view of it."""

    AUTO_FOCUS: ClassVar[str | None] = "#skill"

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self._seen: Skill | None = None
        self.heading = f"Skills of {member.name}"
        self.about = member

    @property
    def _own(self) -> bool:
        return self.board_app.actor.member == self._member.handle

    def fields(self) -> ComposeResult:
        """The skill, its name, level, target, and evidence for the next level."""
        whose = "your own view" if self._own else "your view as the manager"
        yield Label(Content(f"The level is {whose}. The whole team can see it."), id="before")
        with Horizontal(classes="field"):
            yield Label("skill")
            names = [(Content(one_line(s.name)), s.name) for s in self._member.skills]
            first = self._member.skills[0].name if self._member.skills else NEW
            yield Select[str]([*names, ("a new one", NEW)], value=first, allow_blank=False, id="skill", compact=True)
        yield from self.field("name", "called", "such as Negotiation")
        yield from self.field("level", "level", "1 to 5")
        yield from self.field("target", "target", "1 to 5; empty: the next level")
        yield from self.area("next", "would show it")
        yield Tick("Take it off the list", id="drop", compact=True)

    @on(Select.Changed, "#skill")
    def _chosen(self, event: Select.Changed) -> None:
        """Fill the form with the chosen skill."""
        self._show(skill_of(self._member, str(event.value)) if event.value else None)
        self.mark_unchanged()

    def _show(self, skill: Skill | None) -> None:
        self._seen = skill
        level = (skill.level if self._own else skill.manager) if skill else None
        shown = {
            "name": one_line(skill.name) if skill else "",
            "level": str(level or ""),
            "target": str(skill.target) if skill else "",
        }
        for name, value in shown.items():
            self.query_one(f"#{name}", Input).value = value
        self.query_one("#next", TextArea).text = plain(skill.next) if skill else ""

    def action(self) -> SetSkill:
        """The skill that was typed."""
        name, seen = self.text("name"), self._seen
        return SetSkill(
            member=self._member.handle,
            name=seen.name if seen else name,
            rename=name if seen and name != one_line(seen.name) else "",
            level=self._level("level"),
            target=self._level("target"),
            next=self.query_one("#next", TextArea).text,
            remove=self.query_one("#drop", Checkbox).value,
            seen=seen,
        )

    def _level(self, name: str) -> int | None:
        typed = self.text(name)
        if typed and not (typed.isdecimal() and len(typed) == 1):
            raise Refused(f"The {name} is a whole number from 1 to 5.")
        return int(typed) if typed else None

    def conflict(self, conflict: Conflict) -> None:
        """Show the current values; saving again replaces them."""
        self._member = cast("Member", conflict.theirs)
        name = self._seen.name if self._seen else self.text("name")
        self._seen = skill_of(self._member, name)
        now = "gone" if self._seen is None else "".join(text for text, _ in skill_levels(self._seen))
        self.say(f"{conflict} Save again to put yours in its place.\n  now   {name}  {now}")

    def done(self, commit: Commit) -> str:
        """The skill with its new levels."""
        member = commit.board.member(self._member.handle)
        skill = skill_of(member, self.text("name")) if member else None
        levels = "".join(text for text, _ in skill_levels(skill)) if skill else "off the list"
        return one_line(f"{self.text('name')}  {levels}")


class CareerForm(FormScreen):
    """The aspiration of a member, and the next step."""

    AUTO_FOCUS: ClassVar[str | None] = "#aspiration"

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self.heading = f"Career of {member.name}"
        self.about = member

    def fields(self) -> ComposeResult:
        """The aspiration and the next step."""
        career = self._member.career
        yield Label(Content("The whole team can see it; ctrl+s saves."), id="before")
        yield from self.area("aspiration", "wants to", career.aspiration if career else "")
        yield from self.area("next", "next step", career.next_step if career else "")

    def action(self) -> PlanCareer:
        """The career plan that was typed."""
        return PlanCareer(
            member=self._member.handle,
            aspiration=self.query_one("#aspiration", TextArea).text,
            next_step=self.query_one("#next", TextArea).text,
            seen=self._member.career,
        )

    def conflict(self, conflict: Conflict) -> None:
        """Show the current values; saving again replaces them."""
        self._member = cast("Member", conflict.theirs)
        career = self._member.career
        now = f"{one_line(career.aspiration)} · {one_line(career.next_step)}" if career else "nothing"
        self.say(f"{conflict} Save again to put yours in its place.\n  now   {now}")

    def done(self, commit: Commit) -> str:
        """The member's name and aspiration."""
        member = commit.board.member(self._member.handle)
        wants = member.career.aspiration if member and member.career else ""
        return one_line(f"{display_name(commit.board, self._member)} wants: {wants}")
