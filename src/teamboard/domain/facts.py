"""Facts in series: what one number of a member has been, and the team's median beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from statistics import median

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.ids import number_of
from teamboard.domain.records import Fact, Member

MEDIAN_MINIMUM = 3
"""Of how many members there must be a value for their median to say anything."""


class Series(Struct, frozen=True):
    """The facts of one name of a member, the oldest first; `median` is the team's of the newest one's days."""

    name: str
    facts: tuple[Fact, ...]
    median: float | None

    @property
    def change(self) -> float | None:
        """The newest value less the one before; None for the first."""
        return self.facts[-1].value - self.facts[-2].value if len(self.facts) > 1 else None


def series_of(board: Board, member: Member, *, first: date = date.min, last: date = date.max) -> tuple[Series, ...]:
    """A member's facts by their names, as of days from `first` to `last`."""
    mine: dict[str, list[Fact]] = {}
    for fact in board.facts_of(member.handle):
        if first <= fact.on <= last:
            mine.setdefault(fact.name, []).append(fact)
    found = []
    for name, facts in mine.items():
        ordered = tuple(sorted(facts, key=lambda fact: (fact.on, number_of(fact.id))))
        found.append(Series(name, ordered, team_median(board.facts, ordered[-1])))
    return tuple(found)


def team_median(facts: Iterable[Fact], like: Fact) -> float | None:
    """The median of the members' values for the same days; None where too few have one."""
    values = {
        f.member: f.value
        for f in facts
        if (f.name, f.batch) == (like.name, like.batch)
        and (f.starts == like.starts if like.starts else f.on == like.on)
    }
    return float(median(values.values())) if len(values) >= MEDIAN_MINIMUM else None
