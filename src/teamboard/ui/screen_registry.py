"""The screens that open from anywhere, each imported when it is opened."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from textual.screen import Screen


class Place(NamedTuple):
    """A screen: its name, what it shows, its key, and where it is."""

    title: str
    about: str
    key: str
    where: str


PLACES = {
    "history": Place("History", "What happened, newest first", "h", "history.history:HistoryScreen"),
    "inbox": Place("Inbox", "Feedback to you, from you, the team's", "F", "feedback.inbox:InboxScreen"),
    "due": Place("Due", "Who owes what to whom, the most overdue first", "D", "due.due:DueScreen"),
    "pulse": Place("Pulse", "Feedback by week, who gives to whom, how talks went", "P", "pulse.pulse:PulseScreen"),
    "standup": Place(
        "Standup", "One member after the other, what is new and in the way", "s", "standup.standup:StandupScreen"
    ),
    "quarter": Place("Quarter", "The period's result, beside the one before", "Q", "periods.report:ReportScreen"),
    "settings": Place("Settings", "You, colours, big, calm, your own keys", ",", "settings.settings:SettingsScreen"),
}


def screen_at(name: str) -> Screen[Any]:
    """A new screen of a place."""
    module, _, screen = PLACES[name].where.partition(":")
    found: Screen[Any] = getattr(import_module(f"teamboard.ui.screens.{module}"), screen)()
    return found
