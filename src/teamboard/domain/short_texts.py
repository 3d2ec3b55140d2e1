"""Short texts that all rooms write in one way: a day without its year, a list that says what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def short_day(day: date) -> str:
    """A day without its year: `31 Dec`."""
    return f"{day.day} {day:%b}"


def name_some(texts: Sequence[str], most: int) -> str:
    """Texts with commas between them; of more than `most` the first ones: `G1, G2 and 3 more`."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
