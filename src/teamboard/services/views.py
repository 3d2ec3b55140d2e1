"""The view of a board on a day that commands and screens show: of today, of a past day, or of a standup."""

from __future__ import annotations

from datetime import date, datetime

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.history.time_travel import as_of, board_on
from teamboard.domain.records import Standup


def view_today(board: Board, now: datetime) -> BoardOnDay:
    """The board on the day that `now` falls on in the team's time zone."""
    return BoardOnDay(board, board.day_of(now))


def view_of_past(board: Board, day: date) -> BoardOnDay:
    """The board as it stood at the end of a past day; raises Refused if there was no board yet."""
    past = board_on(board, day)
    if past is None:
        raise Refused(f"There was no board on {day} yet.")
    return BoardOnDay(past, day)


def view_at_standup(board: Board, standup: Standup) -> BoardOnDay:
    """The board as it was when a standup ended, on that day. Raises HistoryUnavailable."""
    return BoardOnDay(as_of(board, standup.revision - 1), board.day_of(standup.at))
