"""What a condition of a hint finds: the facts that its words name, and how pressing they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Member


class Case(Struct, frozen=True):
    """The facts of a hint, as texts by their place in its words.

    `pressing` orders what one condition finds, the most pressing is the greatest. `goal` is the id of the goal that it
    is about, None if it is about none.
    """

    pressing: float
    facts: dict[str, str]
    goal: RecordId | None = None


Condition = Callable[[Forecasts, Member], Iterator[Case]]
"""A pure function over the forecasts of a board on a day, `forecasts.shown`, and a member; yields what it finds."""
