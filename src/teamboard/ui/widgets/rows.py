"""The rows that a `BoardView` draws."""

from __future__ import annotations

from typing import NamedTuple

from teamboard.render.line_layout import SpanStyle


class Row(NamedTuple):
    """One line: of a record, or, without an id, a text in a style, which can't be selected.

    `under` tells apart the rows of a record that is listed more than once; `part` counts the lines of a record that
    takes more than one.
    """

    record_id: str = ""
    text: str = ""
    style: SpanStyle = "dim"
    under: str = ""
    part: int = 0

    @property
    def key(self) -> str:
        """Identifies the record's place in the list; "" for a text."""
        return f"{self.under}/{self.record_id}" if self.record_id else ""
