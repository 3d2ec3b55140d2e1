"""The form for a member who joins the team."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Label

from teamboard.actions.team import AddMember
from teamboard.domain.input_parsing import parse_ramp
from teamboard.domain.sanitize import one_line
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.screens.team.forms import typed_day


class NewMemberForm(FormScreen):
    """Handle, name, title, region and manager of a new member, and the first day that counts for them."""

    heading = "New member"

    def __init__(self, manager: str) -> None:
        """`manager` is who manages them if nobody else is typed."""
        super().__init__()
        self._manager = manager

    def fields(self) -> ComposeResult:
        """The fields of `teamboard member add`."""
        yield Label(Content("With a first day, the pace of their goals counts from it."), id="before")
        yield from self.field("name", "name", "such as Zoe Lang")
        yield from self.field("handle", "handle", "such as zoe")
        yield from self.field("role", "title", "what they do, such as AE Iberia; optional")
        yield from self.field("region", "region", "where they sell, such as South; optional")
        yield from self.field("manager", "manager", "a handle; empty for a head", self._manager)
        yield from self.field("login", "login", "on this system; optional")
        yield from self.field("first", "first day", "today, +7 or 2026-12-31; optional")
        yield from self.field("ramp", "ramp", "per cent by month, such as 25,50,75; empty: all of it")

    def action(self) -> AddMember:
        """The member that was typed."""
        first, ramp, login = self.text("first"), self.text("ramp"), self.text("login")
        return AddMember(
            handle=self.text("handle"),
            name=self.text("name"),
            title=self.text("role"),
            region=self.text("region"),
            manager=self.text("manager") or None,
            logins=(login,) if login else (),
            starts=typed_day(first, self.board_app.today) if first else None,
            ramp=parse_ramp(ramp) if ramp else (),
        )

    def done(self, commit: Commit) -> str:
        """Under which handle the member is on the board."""
        return one_line(f"{self.text('name')} is on the board as {self.text('handle')}")
