"""The form for another handle or name of a member."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Label

from teamboard.actions.renaming import RenameMember
from teamboard.actions.team import ChangeMember
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen


class RenameForm(FormScreen):
    """Another handle or another name for a member."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self.heading = f"Rename {member.name}"
        self.about = member

    def fields(self) -> ComposeResult:
        """The handle and the name."""
        yield Label(Content("The history keeps what they were called, and finds them by it."), id="before")
        yield from self.field("handle", "handle", "such as ana", self._member.handle)
        yield from self.field("name", "name", "as on the board", self._member.name)

    def action(self) -> RenameMember | ChangeMember:
        """The handle or the name that was typed."""
        handle, name = self.text("handle"), self.text("name")
        if handle != self._member.handle and name != self._member.name:
            raise Refused("Change the handle or the name, and save, then the other.")
        if name != self._member.name:
            return ChangeMember(handle=self._member.handle, name=name, name_was=self._member.name)
        return RenameMember(member=self._member.handle, handle=handle, was=self._member.handle)

    def conflict(self, conflict: Conflict) -> None:
        """Show what the other person calls the member; saving again puts this form's in its place."""
        theirs = cast("Member", conflict.theirs)
        # What was not typed here follows the board: only what was typed is put in place of theirs.
        for name, was, now in (
            ("handle", self._member.handle, theirs.handle),
            ("name", self._member.name, theirs.name),
        ):
            field = self.query_one(f"#{name}", Input)
            if field.value.strip() == one_line(was):
                field.value = one_line(now)
        self._member = theirs
        self.say(
            f"{conflict}\n  theirs  {one_line(theirs.name)} ({theirs.handle})\n"
            "ctrl+s puts yours in its place; Esc keeps theirs."
        )

    def done(self, commit: Commit) -> str:
        """What the member is called now."""
        member = commit.board.known_as(self._member.handle) or self._member
        return one_line(f"{member.name} ({member.handle}) was {self._member.name} ({self._member.handle})")
