"""What the app tells its screens."""

from __future__ import annotations

from textual.message import Message

from teamboard.board.board import Board


class BoardChanged(Message):
    """A newer board is there; `changed` are the ids of the records that differ."""

    def __init__(self, old: Board, new: Board, changed: frozenset[str]) -> None:
        super().__init__()
        self.old = old
        self.new = new
        self.changed = changed


class RowOpened(Message):
    """A row of a board was opened."""

    def __init__(self, record_id: str) -> None:
        super().__init__()
        self.record_id = record_id


class RowSelected(Message):
    """Another row of a board is selected; None where there is none to select."""

    def __init__(self, record_id: str | None) -> None:
        super().__init__()
        self.record_id = record_id
