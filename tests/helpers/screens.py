"""Every screen of the sample team, for the tests that look at all of them."""

from __future__ import annotations

from textual.pilot import Pilot

from teamboard.domain.ids import RecordId
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import until_shown

SCREENS = [
    ("", [], "live"),
    ("G13", ["enter"], "51 of 120"),
    ("G15", ["enter"], "of 4,"),
    ("T4", ["enter"], "acknowledge"),
    ("M2", ["enter"], "Skills"),
    ("M2", ["enter", "l", "1"], "would show it"),
    ("M2", ["enter", "l", "2"], "wants to"),
    ("G12", ["u"], "confidence"),
    ("G15", ["u"], "confidence"),
    ("G12", ["v"], "the story"),
    ("G23", ["v"], "proposed"),
    ("G13", ["f"], "situation"),
    ("M2", ["o"], "Agenda"),
    ("M2", ["o", "c"], "until"),
    ("M2", ["o", "n"], "whole team"),
    ("M2", ["p"], "missing"),
    ("M2", ["r"], "clock"),
    ("", ["S"], "1 of 9"),
    ("", ["S", "w"], "Help wanted"),
    ("", ["D", "tab"], "Overdue"),
    ("", ["P"], "Who gives to whom"),
    ("", ["F", "tab", "tab"], "the team's"),
    ("", ["A"], "could help"),
    ("", ["A", "j", "j", "m"], "adds up"),
    ("", ["H"], "esc Back"),
    ("", ["Q"], "What each attained"),
    ("", ["Q", "n"], "unfinished"),
    ("", ["comma"], "your keys"),
    ("", ["question_mark"], "Here"),
    ("M2", ["j", "space", "space", "v"], "for all of them"),
    ("", ["g"], "as it stood"),
    ("", ["slash", *"ana"], "ana"),
]
"""A row to select, the keys to press, and what is on the screen then: every screen that there is."""


async def open_screen(pilot: Pilot[None], record_id: RecordId, keys: list[str], shown: str) -> None:
    """Open one of the screens as Mara would."""
    await until_shown(pilot, "? Keys")
    await pilot.pause()
    if record_id:
        pilot.app.screen.query_one(BoardView).select(record_id)
    for key in keys:
        await pilot.press(key)
    await until_shown(pilot, shown)
    await pilot.pause()
