"""The form for the team's periods: the name and days of the one that runs, and how long the coming ones are."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Label

from teamboard.actions.team import ChangeTeam
from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.periods import next_period
from teamboard.domain.periods.calendar import NONE, parse_calendar
from teamboard.domain.records import Period, Team
from teamboard.domain.sanitize import one_line
from teamboard.render.activity_log import describe_commit
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen


class PeriodForm(FormScreen):
    """Correct the period that runs, and say how long the coming ones are."""

    heading = "The team's periods"
    AUTO_FOCUS: ClassVar[str | None] = "#name"

    def __init__(self, team: Team) -> None:
        super().__init__()
        self._team = team

    def fields(self) -> ComposeResult:
        """The period's name and days, the calendar, and the period that follows from them."""
        period = self._team.period
        yield Label(Content("Goals that begin or end with the period follow its days."), id="before")
        yield from self.field("name", "this period", value=period.name)
        yield from self.field("starts", "from", value=str(period.starts))
        yield from self.field("ends", "to", value=str(period.ends))
        yield from self.field("periods", "coming ones", "quarters, months, quarters from feb", self._team.periods)
        yield Label("", id="next")

    def on_mount(self) -> None:
        super().on_mount()
        self._show_next()

    @on(Input.Changed)
    def _show_next(self) -> None:
        """Say which period follows, once all that is typed can be read."""
        try:
            today = self.board_app.today
            starts, ends = parse_date(self.text("starts"), today), parse_date(self.text("ends"), today)
            following = next_period(Period(name="", starts=starts, ends=ends), calendar=self._calendar())
        except (Refused, ValueError, OverflowError):
            return
        text = f"Then {one_line(following.name)}, {following.starts} to {following.ends}."
        self.query_one("#next", Label).update(Content(text))

    def _calendar(self) -> str:
        return parse_calendar(self.text("periods") or NONE)

    def action(self) -> ChangeTeam:
        """The period and the calendar that were typed."""
        today = self.board_app.today
        try:
            starts, ends = parse_date(self.text("starts"), today), parse_date(self.text("ends"), today)
        except ValueError as error:
            raise Refused(f"{error}.") from None
        now = self._team
        return ChangeTeam(
            # What was left as it was may have been changed by somebody else meanwhile.
            period=self.text("name") if self.text("name") != one_line(now.period.name) else None,
            period_starts=starts if starts != now.period.starts else None,
            period_ends=ends if ends != now.period.ends else None,
            periods=self._calendar() if self._calendar() != now.periods else None,
        )

    def done(self, commit: Commit) -> str:
        """What was changed, and how many goals follow."""
        return describe_commit(commit.board, commit.entry)
