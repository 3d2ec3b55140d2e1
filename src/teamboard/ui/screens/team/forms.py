"""The forms for what changes with a member."""

from __future__ import annotations

from datetime import date

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Label

from teamboard.actions.members import BeAway, ComeBack
from teamboard.actions.team import ChangeMember
from teamboard.domain.errors import Refused
from teamboard.domain.handles import display_name
from teamboard.domain.input_parsing import parse_date, parse_ramp
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
        self.about = member

    def fields(self) -> ComposeResult:
        """The first and the last day, and a note."""
        yield Label(Content("Nothing falls due on these days."), id="before")
        yield from self.field("first", "from", "today, +7 or 2026-12-31")
        yield from self.field("last", "until", "the last day away")
        yield from self.field("note", "why", "optional; the whole team reads it")
        to_come = [absence for absence in self._member.away if absence.ends >= self.board_app.today]
        for absence in to_come:
            days = f"Away from {absence.starts} to {absence.ends}"
            yield Label(Content(one_line(f"{days}{f': {absence.note}' if absence.note else ''}")))
        if to_come:
            yield from self.field("back", "back on", "ends these days; on the first, takes them back")

    def action(self) -> BeAway | ComeBack:
        """The days that were typed."""
        today = self.board_app.today
        if self.query("#back") and self.text("back"):
            if self.text("first") or self.text("last"):
                raise Refused("Give the days away, or the day on which they are back, not both.")
            return ComeBack(member=self._member.handle, day=typed_day(self.text("back"), today))
        starts, ends = typed_day(self.text("first"), today), typed_day(self.text("last"), today)
        return BeAway(member=self._member.handle, starts=starts, ends=ends, note=self.text("note"))

    def done(self, commit: Commit) -> str:
        """Until when the member is away, or from when."""
        member = commit.board.member(self._member.handle)
        if member is not None and (absence := absence_on(member, self.board_app.today)) is not None:
            return one_line(f"{display_name(commit.board, member)} is away until {absence.ends:%d %b}")
        return one_line(f"{display_name(commit.board, self._member)}'s days away are put down")


class JoiningForm(FormScreen):
    """The first day that counts for a member who joined in the middle, and their ramp."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self.heading = f"First day and ramp of {member.name}"
        self.about = member

    def fields(self) -> ComposeResult:
        """The first day, and per cent by month."""
        yield Label(Content("The pace of their goals counts from this day; targets stay."), id="before")
        starts = self._member.starts
        yield from self.field(
            "first", "first day", "today, -7 or 2026-12-31; empty: none", starts.isoformat() if starts else ""
        )
        ramp = ",".join(map(str, self._member.ramp))
        yield from self.field("ramp", "ramp", "per cent by month, such as 25,50,75; empty: all of it", ramp)

    def action(self) -> ChangeMember:
        """The day and the ramp that were typed."""
        first = self.text("first")
        return ChangeMember(
            handle=self._member.handle,
            starts=typed_day(first, self.board_app.today) if first else None,
            without_starts=not first and self._member.starts is not None,
            ramp=parse_ramp(self.text("ramp")) if self.text("ramp") else (),
        )

    def done(self, commit: Commit) -> str:
        """From when what is expected of the member."""
        member = commit.board.member(self._member.handle)
        ramp = f", {', '.join(f'{percent} %' for percent in member.ramp)}" if member and member.ramp else ""
        first = member.starts if member and member.starts else "the first day of each goal"
        return one_line(f"{display_name(commit.board, self._member)} from {first}{ramp}")


def typed_day(text: str, today: date) -> date:
    """A typed date. Raises Refused if it is none."""
    try:
        return parse_date(text, today)
    except ValueError as error:
        raise Refused(f"{error}.") from None
