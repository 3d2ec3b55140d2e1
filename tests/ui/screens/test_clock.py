"""The clock of a review: it counts the theme that is talked about, beside what is kept."""

from __future__ import annotations

from teamboard.domain.records import THEMES
from teamboard.ui.screens.reviews.clock import ThemeClock


def test_each_theme_in_its_turn_then_off() -> None:
    clock = ThemeClock(lambda: 0.0)
    turns = []
    for _ in range(len(THEMES) + 1):
        clock.turn()
        turns.append(clock.theme)
    assert turns == [*THEMES, None]


def test_seconds_are_added_to_what_was_kept_before_and_never_twice() -> None:
    now = 100.0
    clock = ThemeClock(lambda: now)
    clock.begin_after({"skills": 60})
    clock.turn()
    now += 30
    assert clock.totals({"skills": 60}) == {"contribution": 30, "skills": 60, "career": 0}
    clock.turn()
    now += 15
    clock.take()
    # What was written is read back, and is not what was there when the clock began.
    kept = clock.totals({"skills": 60})
    clock.begin_after(kept)
    assert clock.totals(kept) == kept == {"contribution": 30, "skills": 75, "career": 0}
    # The other side has counted longer.
    assert clock.totals({"career": 40})["career"] == 40


def test_nothing_counts_while_it_is_off() -> None:
    now = 0.0
    clock = ThemeClock(lambda: now)
    now += 500
    assert set(clock.totals({}).values()) == {0}
