"""The glow of changed records, which fades within three seconds."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic

from teamboard.domain.ids import RecordId

GLOW_SECONDS = 3.0


class Glow:
    """The time at which each record began to glow."""

    def __init__(self) -> None:
        self._began: dict[RecordId, float] = {}

    def __bool__(self) -> bool:
        return bool(self._began)

    def light(self, record_ids: Iterable[RecordId]) -> None:
        """Start the glow of records."""
        self._began |= dict.fromkeys(record_ids, monotonic())

    def left(self, record_id: RecordId) -> float:
        """The remaining glow of a record, 1 to 0, or below it once it is over."""
        began = self._began.get(record_id)
        return 0.0 if began is None else 1.0 - (monotonic() - began) / GLOW_SECONDS

    def fade(self) -> list[RecordId]:
        """The ids of the records to repaint: those that glow, and those whose glow has just ended."""
        record_ids, now = list(self._began), monotonic()
        self._began = {i: t for i, t in self._began.items() if now - t < GLOW_SECONDS}
        return record_ids
