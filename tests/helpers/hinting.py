"""What hints are found about Ana on a board of a few records, without the actions that make them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.hints.table import hints
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Feedback, HintName, Member, OneOnOne, Period, Record, Review, Team
from tests.helpers.forecasting import DUE, STARTS

DAY = date(2026, 11, 22)
"""A Sunday, the 53rd day of the period."""
QUIET: tuple[HintName, ...] = ("coaching", "feedback")
"""The hints about what is said to each other, which a board of goals alone would have."""


def ago(days: int) -> date:
    """The day so many days before DAY."""
    return DAY - timedelta(days=days)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def a_team(*off: HintName, **fields: Any) -> Team:
    period = Period(name="Q4 2026", starts=STARTS, ends=DUE)
    given: dict[str, Any] = {"name": "Northwind", "timezone": "UTC", "period": period, "hints_off": off} | fields
    return Team(id=RecordId("B1"), **given)


def with_records(board: Board, *records: Record) -> Board:
    return board.with_changes({record.id: record for record in records})


def feedback(number: int, giver: str, to: str, days: int, kind: str = "praise", **fields: Any) -> Feedback:
    given: dict[str, Any] = {"kind": kind, "giver": giver, "to": to, "text": "Secret words", "at": noon(ago(days))}
    return Feedback(id=RecordId(f"F{number}"), **(given | fields))


def talk(number: int, days: int | None, on: int = 0) -> OneOnOne:
    """Ana's one-on-one that was held so many days ago, or is not held."""
    held = None if days is None else ago(days)
    return OneOnOne(id=RecordId(f"O{number}"), member="ana", manager="mara", on=held or ago(on), held=held)


def review(number: int, days: int, **fields: Any) -> Review:
    return Review(id=RecordId(f"R{number}"), member="ana", manager="mara", on=ago(days), **fields)


def a_member(board: Board, handle: str = "ana") -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def said(board: Board, handle: str = "ana", day: date = DAY) -> list[str]:
    """The texts of the hints about a member on a day."""
    return [hint.text for hint in hints(Forecasts(BoardOnDay(board, day)), a_member(board, handle))]


def hint(board: Board, name: HintName, handle: str = "ana", day: date = DAY) -> str:
    """The text of one hint about a member; "" if there is none."""
    found = hints(Forecasts(BoardOnDay(board, day)), a_member(board, handle))
    return next((h.text for h in found if h.name == name), "")
