"""The form that writes all that the board knows of a member into a file."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import msgspec
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Label

from teamboard.actions.base import Action
from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.handles import display_name
from teamboard.domain.history.time_travel import with_archived
from teamboard.domain.records import Member
from teamboard.domain.sanitize import escaped, one_line
from teamboard.personal.private_files import write_private_file
from teamboard.services.member_export import export_member
from teamboard.services.views import view_today
from teamboard.ui.screens.form import FormScreen


class ExportForm(FormScreen):
    """Where to write what the board and its archives know of a member."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self.heading = f"Export what is known of {member.name}"
        self.about = member

    def fields(self) -> ComposeResult:
        """The path of the file."""
        yield Label(Content("As JSON, readable by you alone, without copies and files of others."), id="before")
        yield from self.field("to", "file", "a new file", f"{self._member.handle}.json")

    def action(self) -> Action:
        """Not used: nothing is committed."""
        raise NotImplementedError

    async def action_save(self) -> None:
        """Write the file; the form stays open if that fails."""
        path = await self.attempt(asyncio.to_thread(self._write, self.text("to")))
        if path is not None:
            self.board_app.say(
                one_line(f"{path} has what the board knows of {display_name(self.board_app.board, self._member)}")
            )
            self.dismiss(True)

    def _write(self, text: str) -> Path:
        """Write the file at the path that was typed, and return the path. Raises Refused, also if there is one."""
        app, path = self.board_app, Path(text).expanduser().absolute()
        if not text or not path.parent.is_dir():
            raise Refused(f"There is no folder {path.parent}." if text else "Say where to write it, such as ana.json.")
        if os.path.lexists(path):
            raise Refused(f"{path} exists: give another file name.")
        known = export_member(view_today(with_archived(app.current.loaded), app.now), self._member, app.actor, app.now)
        json = escaped(msgspec.json.format(msgspec.json.encode(known), indent=2).decode())
        try:
            write_private_file(path, f"{json}\n")
        except OSError as error:
            raise Refused(f"{path} can't be written: {os_error_within(error)}.") from None
        return path
