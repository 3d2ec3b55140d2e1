"""How long a review talks about each theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from teamboard.domain.records import THEMES, Theme


class ThemeClock:
    """Counts the seconds of the theme that is talked about, beside what was kept before this clock began."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._since = 0.0
        self._spent: dict[Theme, float] = {}
        self._before: dict[Theme, int] | None = None
        self.theme: Theme | None = None
        """What is talked about now; None while the clock is off."""

    def begin_after(self, seconds: Mapping[Theme, int]) -> None:
        """Count on from what had been kept when the review was opened; what is kept later is not added again."""
        if self._before is None:
            self._before = dict(seconds)

    def turn(self) -> None:
        """Go on from one theme to the next, then off."""
        self.take()
        order: tuple[Theme | None, ...] = (None, *THEMES)
        self.theme = order[(order.index(self.theme) + 1) % len(order)]

    def take(self) -> None:
        """Take in the time of the theme until now."""
        self._spent = self._spent_by_now()
        self._since = self._clock()

    def totals(self, kept: Mapping[Theme, int]) -> dict[Theme, int]:
        """The seconds of each theme: as they are kept, or longer, by what this clock has counted since."""
        spent, before = self._spent_by_now(), self._before or {}
        return {t: max(kept.get(t, 0), before.get(t, 0) + int(spent.get(t, 0.0))) for t in THEMES}

    def _spent_by_now(self) -> dict[Theme, float]:
        if self.theme is None:
            return self._spent
        return self._spent | {self.theme: self._spent.get(self.theme, 0.0) + self._clock() - self._since}
