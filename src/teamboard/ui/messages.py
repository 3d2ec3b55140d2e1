"""What the app tells its screens."""

from __future__ import annotations

from textual.message import Message

from teamboard.domain.board_on_day import BoardOnDay


class BoardChanged(Message):
    """There is news of the board: `before` and `after` say what it was and is, `changed` which records differ.

    Nothing differs when only the day, or whether the board can be read, has changed.
    """

    def __init__(self, before: BoardOnDay, after: BoardOnDay, changed: frozenset[str]) -> None:
        super().__init__()
        self.before = before
        self.after = after
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
