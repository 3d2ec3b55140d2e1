"""Time series of a member's facts, with the team's median."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from statistics import median

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.ids import number_of
from teamboard.domain.records import Fact, Member

MEDIAN_MINIMUM = 3
"""The smallest number of members with a value for which a median is shown."""


class Series(Struct, frozen=True):
    """A member's facts of one name, oldest first; `median` is the team's for the days of the newest one, or None."""

    name: str
    facts: tuple[Fact, ...]
    median: float | None

    @property
    def change(self) -> float | None:
        """The newest value minus the one before; None if there is only one."""
        return self.facts[-1].value - self.facts[-2].value if len(self.facts) > 1 else None


def series_of(board: Board, member: Member, *, first: date = date.min, last: date = date.max) -> tuple[Series, ...]:
    """A member's facts from `first` to `last`, both included, one series per name."""
    by_name: dict[str, list[Fact]] = {}
    for fact in board.facts_of(member.handle):
        if first <= fact.on <= last:
            by_name.setdefault(fact.name, []).append(fact)
    series = []
    for name, facts in by_name.items():
        ordered = tuple(sorted(facts, key=lambda fact: (fact.on, number_of(fact.id))))
        series.append(Series(name, ordered, team_median(board.facts, ordered[-1])))
    return tuple(series)


def team_median(facts: Iterable[Fact], like: Fact) -> float | None:
    """The median of the members' values of the same fact for the same days as `like`.

    None if fewer than MEDIAN_MINIMUM members have a value.
    """
    # The days first: most facts are of others, and there may be thousands.
    same_days = (f for f in facts if (f.starts == like.starts if like.starts else f.on == like.on))
    values = {f.member: f.value for f in same_days if f.name == like.name and f.batch == like.batch}
    return float(median(values.values())) if len(values) >= MEDIAN_MINIMUM else None
