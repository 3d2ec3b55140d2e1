"""On which goal of a member a fact checks in: the one that was open, and theirs, on the day of the fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from msgspec import Struct

from teamboard.actions.base import find_member
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.open_days import OpenDays, answering_for, open_days_of
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Metric
from teamboard.importers.fact_map import FactForm, FactMap

_DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """Days on which the same goals of a member fit a fact, by their ids; more than one is a question.

    `taken_over` is true if the goal was somebody else's before, and has a value of theirs.
    """

    first: date
    last: date
    goals: tuple[RecordId, ...] = ()
    taken_over: bool = False


class GoalQuestion(Struct, frozen=True):
    """A question for whoever imports: which of a member's goals a fact checks in on, since a day."""

    fact: str
    member: str
    goals: tuple[RecordId, ...]
    since: date


class GoalFinder:
    """Finds the goals of members that facts check in on."""

    def __init__(self, board: Board, fact_map: FactMap) -> None:
        """Raises Refused if the map names a goal for somebody who is no member, or whose it is not."""
        self._board = board
        self._named: dict[str, frozenset[RecordId]] = {}
        for handle, goals in self._read_names(fact_map):
            self._named[handle] = self._named.get(handle, frozenset()) | goals
        self._known: dict[tuple[str, str, date | None], tuple[Stretch, ...]] = {}

    def stretches(self, fact: FactForm, handle: str) -> tuple[Stretch, ...]:
        """All days, from the first to the last there is, by the goals that fit the fact on them.

        A running total begins with the first stretch, so that the one with its first day has no days cut off.
        Raises Refused if no goal that the member ever had fits.
        """
        key = (fact.name, handle, fact.running)
        if key not in self._known:
            found = self._find(fact.goal, handle) if fact.goal else (Stretch(date.min, date.max),)
            self._known[key] = _since(found, fact) if fact.running else found
        return self._known[key]

    def _read_names(self, fact_map: FactMap) -> Iterator[tuple[str, frozenset[RecordId]]]:
        """The goals that the map names for members, by handle, with those that took their places."""
        for name in fact_map.goals:
            try:
                member = find_member(self._board, fact_map.members.get(name, name))
            except NotFound as error:
                raise Refused(f"The map's goals: {error}") from None
            theirs = {days.goal.id for days in open_days_of(self._board, member.handle)}
            named: set[RecordId] = set()
            for goal in fact_map.goals_of(name):
                answering = answering_for(self._board, to_record_id(goal))
                if not theirs.intersection(answering):
                    who = display_name(self._board, member)
                    raise Refused(f"The map's goals: {goal} is not a goal of {who}: name one of theirs.")
                named.update(answering)
            yield member.handle, frozenset(named)

    def _find(self, wanted: str, handle: str) -> tuple[Stretch, ...]:
        named = self._named.get(handle)
        if named is not None and not named:
            return (Stretch(date.min, date.max),)
        answering = answering_for(self._board, to_record_id(wanted))
        by_title = wanted.strip().casefold()
        every = [days for days in open_days_of(self._board, handle) if isinstance(days.goal.measure, Metric)]
        exact = [days for days in every if days.goal.id in answering or days.goal.title.casefold() == by_title]
        fitting = exact or [days for days in every if by_title in days.goal.title.casefold()]
        fitting = fitting or [days for days in every if named and days.goal.id in named]
        if not fitting:
            raise Refused(
                f"{handle} has no goal with {wanted!r} in its title: use the goal's id or its whole title, or say in "
                f"the map that there is none: goals: {{{handle}: []}}."
            )
        return tuple(_joined(self._choose(fitting, named or frozenset())))

    def _choose(self, fitting: Sequence[OpenDays], named: frozenset[RecordId]) -> Iterator[Stretch]:
        """The goals that fit between any two days on which one of them begins or ends."""
        cuts = sorted({date.min, *(d.first for d in fitting), *(d.last + _DAY for d in fitting if d.last < date.max)})
        for first, after in zip(cuts, [*cuts[1:], None], strict=True):
            here = [days for days in fitting if days.first <= first <= days.last]
            here = [days for days in here if days.goal.id in named] or here
            # On the day of a hand-over or a renewal the goal that took the place of the other counts.
            replaced = {d.goal.id for d in here if any(_answers(self._board, d, other) for other in here)}
            here = [days for days in here if days.goal.id not in replaced]
            yield Stretch(
                first,
                after - _DAY if after else date.max,
                tuple(days.goal.id for days in here),
                any(days.taken_over for days in here),
            )


def _answers(board: Board, days: OpenDays, other: OpenDays) -> bool:
    """True if another goal has taken the place of a goal."""
    return other.goal.id != days.goal.id and other.goal.id in answering_for(board, days.goal.id)


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches, with those that follow each other with the same goals as one."""
    last: Stretch | None = None
    for stretch in stretches:
        if last is not None and last[2:] == stretch[2:]:
            last = last._replace(last=stretch.last)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last


def _since(stretches: Sequence[Stretch], fact: FactForm) -> tuple[Stretch, ...]:
    """The stretches of a running total, of which the first has its first day, and the days before."""
    first, *rest = [s for s in stretches if fact.running is None or s.last >= fact.running] or stretches[-1:]
    return (first._replace(first=date.min), *rest)


def stretch_of(stretches: Sequence[Stretch], day: date) -> Stretch:
    """The stretch with a day."""
    return next(s for s in stretches if s.first <= day <= s.last)
