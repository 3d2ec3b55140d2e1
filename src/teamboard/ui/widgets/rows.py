"""The rows that a `BoardView` draws."""

from __future__ import annotations

from msgspec import Struct

from teamboard.domain.ids import RecordId
from teamboard.render.line_layout import SpanStyle


class Row(Struct, frozen=True):
    """One line: of a record, or, without an id, a text in a style, which can't be selected.

    `under` tells apart the rows of a record that is listed more than once; `part` counts the lines of a record that
    takes more than one.
    """

    record_id: RecordId = RecordId("")
    text: str = ""
    style: SpanStyle = "dim"
    under: str = ""
    part: int = 0

    @classmethod
    def of_part(cls, key: str, *, under: str = "") -> Row:
        """A row of something without a record of its own, such as an agreed action (`O3.2`): its key is the id."""
        return cls(RecordId(key), under=under)

    @property
    def key(self) -> str:
        """Identifies the record's place in the list; "" for a text."""
        return f"{self.under}/{self.record_id}" if self.record_id else ""
