"""A member's facts over time, and the team's median of them."""

from __future__ import annotations

from datetime import date

import pytest

from teamboard.actions.facts import AddFact, ImportFacts, NewFact
from teamboard.actions.team import AddMember
from teamboard.domain.board import Board
from teamboard.domain.facts import MEDIAN_MINIMUM, Series, series_of, team_median
from teamboard.domain.records import Member
from tests.conftest import Maker

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def add(maker: Maker, handle: str, value: float, on: date, name: str = "Calls") -> None:
    maker.do(AddFact(member=handle, name=name, value=value, source="Recorder", on=on))


def imported(maker: Maker, batch: str, *values: tuple[str, float, date]) -> None:
    """Import a month's value of each member, known up to the 20th of November at most."""
    facts = tuple(
        NewFact(
            member=handle, name="Won", value=value, on=min(starts.replace(day=28), date(2026, 11, 20)), starts=starts
        )
        for handle, value, starts in values
    )
    maker.do(ImportFacts(batch=batch, source="CRM", first=OCTOBER, last=date(2026, 11, 20), facts=facts))


def shown(series: Series) -> tuple[str, list[float], float | None]:
    return series.name, [fact.value for fact in series.facts], series.median


def test_who_has_no_facts_has_no_series(maker: Maker) -> None:
    add(maker, "ben", 3, NOVEMBER)
    assert series_of(maker.board, member(maker.board, "ana")) == ()


def test_a_series_is_in_order_of_days_and_then_of_coming_in(maker: Maker) -> None:
    for number in range(12):
        add(maker, "ana", number, NOVEMBER)
    add(maker, "ana", 99, OCTOBER)
    add(maker, "ana", 7, OCTOBER, name="[b]Demos[/b]")
    calls, demos = series_of(maker.board, member(maker.board, "ana"))
    # F10 comes after F9, though "F10" sorts before it.
    assert [fact.value for fact in calls.facts] == [99, *range(12)]
    assert (demos.name, demos.change, calls.change) == ("[b]Demos[/b]", None, 1)


@pytest.mark.parametrize(
    ("first", "last", "values"),
    [
        (date.min, date.max, [1, 2, 3]),
        (NOVEMBER, date.max, [2, 3]),
        (OCTOBER, NOVEMBER, [1, 2]),
        (NOVEMBER, NOVEMBER, [2]),
        (date(2026, 11, 2), date(2026, 11, 9), []),
    ],
)
def test_both_end_days_are_included(maker: Maker, first: date, last: date, values: list[float]) -> None:
    for value, on in ((1, OCTOBER), (2, NOVEMBER), (3, date(2026, 11, 10))):
        add(maker, "ana", value, on)
    series = series_of(maker.board, member(maker.board, "ana"), first=first, last=last)
    assert [fact.value for found in series for fact in found.facts] == values


def test_the_median_needs_three_members_with_a_value(maker: Maker) -> None:
    imported(maker, "deals", ("ana", 100, NOVEMBER), ("ben", 10, NOVEMBER))
    ana = member(maker.board, "ana")
    assert [shown(s) for s in series_of(maker.board, ana)] == [("Won", [100], None)]
    maker.do(AddMember(handle="chi", name="Chi", manager="mara"))
    imported(maker, "deals", ("ana", 100, NOVEMBER), ("ben", 10, NOVEMBER), ("chi", 20, NOVEMBER))
    assert [shown(s) for s in series_of(maker.board, ana)] == [("Won", [100], 20)]
    maker.do(AddMember(handle="dan", name="Dan", manager="mara"))
    imported(
        maker, "deals", ("ana", 100, NOVEMBER), ("ben", 10, NOVEMBER), ("chi", 20, NOVEMBER), ("dan", 30, NOVEMBER)
    )
    assert [shown(s) for s in series_of(maker.board, ana)] == [("Won", [100], 25)]


def test_the_median_is_of_the_same_fact_for_the_same_days(maker: Maker) -> None:
    maker.do(AddMember(handle="chi", name="Chi", manager="mara"))
    imported(
        maker,
        "deals",
        ("ana", 1, OCTOBER),
        ("ben", 5, OCTOBER),
        ("chi", 6, OCTOBER),
        ("ana", 2, NOVEMBER),
        ("ben", 7, NOVEMBER),
    )
    imported(maker, "renewals", ("chi", 8, NOVEMBER))
    (series,) = series_of(maker.board, member(maker.board, "ana"), last=date(2026, 10, 31))
    assert shown(series) == ("Won", [1], 5)
    # In November the third value is another map's.
    (series,) = series_of(maker.board, member(maker.board, "ana"))
    assert shown(series) == ("Won", [1, 2], None)


def test_facts_by_hand_are_compared_on_their_day(maker: Maker) -> None:
    assert MEDIAN_MINIMUM == 3
    for handle, value in (("ana", 1), ("ben", 2), ("mara", 9)):
        add(maker, handle, value, NOVEMBER)
    assert team_median(maker.board.facts, next(iter(maker.board.facts))) == 2
    add(maker, "ana", 4, OCTOBER)
    assert team_median(maker.board.facts, list(maker.board.facts)[-1]) is None
