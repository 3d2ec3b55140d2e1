"""The forms for what changes with a member."""

from __future__ import annotations

from datetime import date

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Label

from teamboard.actions.members import BeAway
from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.people import absence_on
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen


class AwayForm(FormScreen):
    """The days on which a member is away."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self.heading = f"Days away of {member.name}"

    def fields(self) -> ComposeResult:
        """The first and the last day, and a note."""
        yield Label(Content("Nothing falls due on these days. The whole team can see them."), id="before")
        yield from self.field("first", "from", "today, +7 or 2026-12-31")
        yield from self.field("last", "until", "the last day away")
        yield from self.field("note", "why", "optional")

    def action(self) -> BeAway:
        """The days that were typed."""
        return BeAway(
            member=self._member.handle, starts=self._day("first"), ends=self._day("last"), note=self.text("note")
        )

    def _day(self, name: str) -> date:
        try:
            return parse_date(self.text(name), self.board_app.today)
        except ValueError as error:
            raise Refused(f"{error}.") from None

    def done(self, commit: Commit) -> str:
        """Until when the member is away, or from when."""
        member = commit.board.member(self._member.handle)
        if member is not None and (absence := absence_on(member, self.board_app.today)) is not None:
            return one_line(f"{member.name} is away until {absence.ends:%d %b}")
        return one_line(f"{self._member.name}'s days away are put down")
