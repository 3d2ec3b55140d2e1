"""What a row of a board is."""

from __future__ import annotations

from typing import NamedTuple

from teamboard.render.line_layout import SpanStyle


class Row(NamedTuple):
    """One line of a board: a record's, or, without an id, a text of its own.

    A record that stands in more than one place says what it stands `under`; one that takes more than one line says
    which `part` this is.
    """

    record_id: str = ""
    text: str = ""
    style: SpanStyle = "dim"
    under: str = ""
    part: int = 0

    @property
    def key(self) -> str:
        """What tells this record's place from every other; empty for a text."""
        return f"{self.under}/{self.record_id}" if self.record_id else ""
