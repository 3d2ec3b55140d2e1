"""The forms for what changes with a member."""

from __future__ import annotations

from datetime import date

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Label

from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.members import BeAway
from teamboard.actions.team import ChangeMember
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import parse_date, parse_ramp
from teamboard.domain.people import absence_on
from teamboard.domain.records import Member, TeamGoal
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
        today = self.board_app.today
        starts, ends = _day(self.text("first"), today), _day(self.text("last"), today)
        return BeAway(member=self._member.handle, starts=starts, ends=ends, note=self.text("note"))

    def done(self, commit: Commit) -> str:
        """Until when the member is away, or from when."""
        member = commit.board.member(self._member.handle)
        if member is not None and (absence := absence_on(member, self.board_app.today)) is not None:
            return one_line(f"{member.name} is away until {absence.ends:%d %b}")
        return one_line(f"{self._member.name}'s days away are put down")


class JoiningForm(FormScreen):
    """The first day that counts for a member who joined in the middle, and their ramp."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self.heading = f"First day and ramp of {member.name}"

    def fields(self) -> ComposeResult:
        """The first day, and per cent by month."""
        yield Label(Content("The pace of their goals counts from this day; targets stay."), id="before")
        starts = self._member.starts
        yield from self.field("first", "first day", "today, -7 or 2026-12-31", starts.isoformat() if starts else "")
        ramp = ",".join(map(str, self._member.ramp))
        yield from self.field("ramp", "ramp", "per cent by month, such as 25,50,75; empty: all of it", ramp)

    def action(self) -> ChangeMember:
        """The day and the ramp that were typed."""
        first = self.text("first")
        return ChangeMember(
            handle=self._member.handle,
            starts=_day(first, self.board_app.today) if first else None,
            ramp=parse_ramp(self.text("ramp")) if self.text("ramp") else (),
        )

    def done(self, commit: Commit) -> str:
        """From when what is expected of the member."""
        member = commit.board.member(self._member.handle)
        ramp = f", {', '.join(f'{percent} %' for percent in member.ramp)}" if member and member.ramp else ""
        return one_line(f"{self._member.name} from {member.starts if member else ''}{ramp}")


class LeaveForm(FormScreen):
    """The first day off the board of a member who leaves, and who takes over what is theirs, one by one."""

    def __init__(self, member: Member, board: Board) -> None:
        super().__init__()
        self._member = member
        self._goals: tuple[AnyGoal, ...] = (
            *(t for t in board.open_team_goals if t.owner == member.handle),
            *board.open_goals_of(member.handle),
        )
        self.heading = f"{member.name} leaves the team"

    def fields(self) -> ComposeResult:
        """The day, who takes reports and each open goal."""
        text = "What waits for them is closed, their logins are free; the past keeps them under their name."
        yield Label(Content(text), id="before")
        manager = self._member.manager or ""
        yield from self.field("first", "off from", "today, +7 or 2026-12-31")
        yield from self.field("reports", "reports to", "who takes reports; empty if there are none", manager)
        for goal in self._goals:
            yield Label(Content(one_line(f"{goal.id} {goal.title}")))
            if isinstance(goal, TeamGoal):
                yield from self.field(goal.id, "goes to", "a handle", manager)
            else:
                to = "" if goal.kind == "result" else "dropped"
                yield from self.field(goal.id, "goes to", "a handle, or achieved, missed, dropped", to)

    def action(self) -> LeaveTeam:
        """The day and the names that were typed."""
        return LeaveTeam(
            member=self._member.handle,
            day=_day(self.text("first"), self.board_app.today),
            goals={goal.id: to for goal in self._goals if (to := self.text(goal.id))},
            reports_to=self.text("reports"),
        )

    def done(self, commit: Commit) -> str:
        """From when the member is off the board."""
        member = commit.board.member(self._member.handle)
        return one_line(f"{self._member.name} is off the board from {member.left if member else ''} on")


def _day(text: str, today: date) -> date:
    """A typed date. Raises Refused if it is none."""
    try:
        return parse_date(text, today)
    except ValueError as error:
        raise Refused(f"{error}.") from None
