"""A table as CSV that a spreadsheet reads: a header, plain numbers, and no text that it would take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from teamboard.domain.sanitize import one_line

Cell = str | float | None
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads a file as in the machine's own encoding, not as UTF-8."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a formula begins with, in East Asian versions too. A tab or line break before it is removed from any text."""


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """A header and the rows, each value by its column; empty where a row has none."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return f"{BYTE_ORDER_MARK}{written.getvalue()}"


def _cell(value: Cell) -> str:
    """A number without separators and at most two decimals; text behind an apostrophe where it could calculate."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = one_line(value)
        return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
    return f"{value:.2f}".rstrip("0").rstrip(".")
