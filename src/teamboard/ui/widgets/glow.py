"""What has changed glows, and fades within three seconds."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic

GLOW_SECONDS = 3.0


class Glow:
    """When each record began to glow."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}

    def __bool__(self) -> bool:
        return bool(self._began)

    def light(self, record_ids: Iterable[str]) -> None:
        """Have records glow from now on."""
        self._began |= dict.fromkeys(record_ids, monotonic())

    def left(self, record_id: str) -> float:
        """How much of a record's glow is left, 1 to 0."""
        began = self._began.get(record_id)
        return 0.0 if began is None else 1.0 - (monotonic() - began) / GLOW_SECONDS

    def fade(self) -> list[str]:
        """The records that glow, or did until now; those whose glow is over are forgotten."""
        record_ids, now = list(self._began), monotonic()
        self._began = {i: t for i, t in self._began.items() if now - t < GLOW_SECONDS}
        return record_ids
