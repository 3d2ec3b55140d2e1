"""The messages between the app, its screens and their rows."""

from __future__ import annotations

from textual.message import Message

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId


class BoardChanged(Message):
    """The board, its day or the store's state has changed; `changed` has the ids of the records that differ.

    `changed` is empty if only the day has changed, or whether the board can be read.
    """

    def __init__(self, before: BoardOnDay, after: BoardOnDay, changed: frozenset[RecordId]) -> None:
        super().__init__()
        self.before = before
        self.after = after
        self.changed = changed


class RowOpened(Message):
    """The person has opened a row."""

    def __init__(self, record_id: RecordId) -> None:
        super().__init__()
        self.record_id = record_id


class RowSelected(Message):
    """Another row is selected; `record_id` is None if there is no row to select."""

    def __init__(self, record_id: RecordId | None) -> None:
        super().__init__()
        self.record_id = record_id
