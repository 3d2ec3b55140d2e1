"""The clock that measures how long a review is about each theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from teamboard.domain.records import THEMES, Theme


class ThemeClock:
    """Counts the seconds of the current theme, on top of those stored before."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` returns a monotonic time in seconds."""
        self._clock = clock
        self._since = 0.0
        self._spent: dict[Theme, float] = {}
        self._before: dict[Theme, int] | None = None
        self.theme: Theme | None = None
        """The theme that is measured; None while the clock is off."""

    def begin_after(self, seconds: Mapping[Theme, int]) -> None:
        """Set the seconds that were stored when the review was opened; later calls do nothing."""
        if self._before is None:
            self._before = dict(seconds)

    def turn(self) -> None:
        """Switch to the next theme; after the last one, off."""
        self.take()
        order: tuple[Theme | None, ...] = (None, *THEMES)
        self.theme = order[(order.index(self.theme) + 1) % len(order)]

    def take(self) -> None:
        """Add the time of the current theme until now."""
        self._spent = self._spent_by_now()
        self._since = self._clock()

    def totals(self, stored: Mapping[Theme, int]) -> dict[Theme, int]:
        """The seconds of each theme: as counted here, or as `stored` (by the other side) if that is more."""
        spent, before = self._spent_by_now(), self._before or {}
        return {t: max(stored.get(t, 0), before.get(t, 0) + int(spent.get(t, 0.0))) for t in THEMES}

    def _spent_by_now(self) -> dict[Theme, float]:
        if self.theme is None:
            return self._spent
        return self._spent | {self.theme: self._spent.get(self.theme, 0.0) + self._clock() - self._since}
