"""Facts: one by hand, or those of a file, which replace what the file had before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import MOST_FACTS, AddFact, ImportFacts, NewFact
from teamboard.actions.goals import AddGoal
from teamboard.actions.standup import OfferHelp
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.goals.check_in_days import first_check_in_day
from teamboard.domain.goals.progress import confidence_in, next_step_of
from teamboard.domain.goals.status import status
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Member, Metric
from teamboard.domain.reviews.evidence import evidence
from teamboard.domain.standup import help_wanted_by
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker
from tests.helpers.refusing import refused

G1 = RecordId("G1")
YESTERDAY = TODAY - timedelta(days=1)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def fact(value: float, on: date = YESTERDAY, **more: Any) -> NewFact:
    return NewFact(member="ana", name="ARR", value=value, on=on, starts=FIRST, **more)


def imported(*facts: NewFact) -> ImportFacts:
    return ImportFacts(batch="crm", source="CRM", first=FIRST, last=LAST, facts=facts)


def values(maker: Maker) -> list[tuple[str, float]]:
    return [(f.id, f.value) for f in maker.board.facts]


def test_a_fact_is_of_today_where_no_day_is_given(maker: Maker) -> None:
    maker.do(AddFact(member="ana", name=" Win  rate ", value=0.3, source="CRM"), ANA)
    (found,) = maker.board.facts
    assert (found.name, found.value, found.on, found.source, found.batch) == ("Win rate", 0.3, TODAY, "CRM", "")


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (AddFact(member="ana", name="x", value=1.0, source="CRM", on=TODAY + timedelta(days=1)), "in the future"),
        (AddFact(member="ana", name=" ", value=1.0, source="CRM"), "name is missing"),
        (AddFact(member="ana", name="x", value=1.0, source=" "), "source is missing"),
        (AddFact(member="ana", name="x", value=float("inf"), source="CRM"), "at most 18 digits"),
        (imported(), "nothing new"),
        (imported(fact(1.0), fact(2.0)), "appears twice for 2026-11-01"),
        (imported(fact(1.0, goal=RecordId("G2"))), "G2 can't take ARR of ana"),
        (imported(*[fact(1.0)] * (MOST_FACTS + 1)), "too many, 20,000 at most"),
    ],
)
def test_what_makes_no_sense_is_refused(maker: Maker, action: Action, says: str) -> None:
    assert says in refused(maker, action, MARA)


def test_who_may_add_a_fact_and_who_may_import(maker: Maker) -> None:
    assert "Only Ana Ruiz (ana) or Mara Lind (mara)" in refused(
        maker, AddFact(member="ana", name="x", value=1.0, source="CRM"), BEN
    ).replace("Mara Lind (mara) or Ana Ruiz (ana)", "Ana Ruiz (ana) or Mara Lind (mara)")
    assert "Only Mara Lind (mara)" in refused(maker, imported(fact(1.0)), ANA)


def test_a_second_import_replaces_and_removes(maker: Maker) -> None:
    other = NewFact(member="ben", name="ARR", value=5.0, on=YESTERDAY, starts=FIRST)
    maker.do(imported(fact(1.0), other))
    assert values(maker) == [("E1", 1.0), ("E2", 5.0)]
    assert "nothing new" in refused(maker, imported(fact(1.0), other), MARA)
    maker.do(imported(fact(2.0)))
    assert values(maker) == [("E1", 2.0)]


def test_a_fact_checks_in_on_its_goal_unless_a_later_check_in_stands(maker: Maker) -> None:
    maker.do(imported(fact(300.0, goal=G1)))
    (made,) = maker.board.checkins_of(G1)
    assert (made.value, made.fact, made.by, maker.board.day_of(made.at)) == (300.0, "E1", "mara", YESTERDAY)
    maker.do(imported(fact(400.0, goal=G1)))
    assert [c.value for c in maker.board.checkins_of(G1)] == [400.0]
    maker.do(CheckInGoal(goal=G1, value=500.0), ANA)
    second = NewFact(member="ana", name="Other", value=450.0, on=YESTERDAY, starts=FIRST, goal=G1)
    maker.do(imported(fact(400.0, goal=G1), second))
    assert [c.value for c in maker.board.checkins_of(G1)] == [400.0, 500.0]
    maker.do(imported(second))
    assert [c.value for c in maker.board.checkins_of(G1)] == [500.0]


def ana_of(maker: Maker) -> Member:
    found = maker.board.member("ana")
    assert found is not None
    return found


def test_an_import_says_nothing_but_a_value(maker: Maker) -> None:
    said = CheckInGoal(goal=G1, value=100.0, confidence=4, blocker="Legal", next_step="Ask Zoe")
    maker.do(said, ANA, NOW - timedelta(days=20))
    first = FIRST - timedelta(days=31)
    before = evidence(maker.board, ana_of(maker), first, TODAY)
    maker.do(imported(fact(300.0, goal=G1)))
    last = maker.board.checkins_of(G1)[-1]
    assert (last.value, last.source, last.is_imported) == (300.0, "CRM", True)
    goal = maker.board.goals_of("ana")[0]
    assert (confidence_in(maker.board, goal), next_step_of(maker.board, goal)) == (4, "Ask Zoe")
    after = evidence(maker.board, ana_of(maker), first, TODAY)
    assert (after.goals[0].kept, after.blockers) == (before.goals[0].kept, before.blockers)
    assert [b.solved for b in after.blockers] == [None]
    maker.do(OfferHelp(goal=G1), BEN)
    (wanted,) = help_wanted_by(maker.board, ana_of(maker))
    assert (wanted.checkin.blocker, wanted.checkin.helpers) == ("Legal", ("ben",))


def test_a_fact_of_a_later_day_than_before_goes_behind_a_check_in_between(maker: Maker) -> None:
    """The fact of a week that is not over is of its last day so far."""
    maker.do(imported(fact(300.0, TODAY - timedelta(days=3), goal=G1)))
    maker.do(CheckInGoal(goal=G1, value=310.0), ANA, NOW - timedelta(days=2))
    assert [c.value for c in maker.board.checkins_of(G1)] == [300.0, 310.0]
    maker.do(imported(fact(400.0, goal=G1)))
    assert [c.value for c in maker.board.checkins_of(G1)] == [310.0, 400.0]


def test_a_fact_of_today_comes_in_once_and_one_of_a_day_to_come_goes(maker: Maker) -> None:
    maker.do(imported(fact(300.0, TODAY, goal=G1)), MARA, NOW - timedelta(hours=1))
    assert "nothing new" in refused(maker, imported(fact(300.0, TODAY, goal=G1)), MARA)
    later = ImportFacts(batch="crm", source="CRM", first=FIRST, last=TODAY, facts=(fact(300.0, TODAY, goal=G1),))
    to_come = NewFact(member="ana", name="Later", value=1.0, on=TODAY + timedelta(days=9), starts=TODAY)
    maker.do(msgspec.structs.replace(later, facts=(*later.facts, to_come)))
    assert len(values(maker)) == 2
    maker.do(later)
    assert values(maker) == [("E1", 300.0)]


def test_a_goal_with_imports_alone_is_new_until_its_first_check_in_is_due(maker: Maker) -> None:
    goal = Metric(start=0, target=1000, unit="€")
    maker.do(AddGoal(owner="ana", title="Renewed", measure=goal, starts=TODAY, due=TODAY + timedelta(days=90)))
    (renewed,) = (g for g in maker.board.goals if g.title == "Renewed")
    of_today = ImportFacts(
        batch="crm", source="CRM", first=TODAY, last=TODAY, facts=(fact(0.0, TODAY, goal=renewed.id),)
    )
    maker.do(of_today)
    due = first_check_in_day(maker.board, renewed, TODAY)
    days = [TODAY, due, due + timedelta(days=1)]
    assert [status(maker.board, renewed, day) for day in days] == ["new", "new", "behind"]
    # What a week brings is said after a week.
    rates = [
        Forecasts(BoardOnDay(maker.board, TODAY + timedelta(days=days))).of(renewed).run_rate for days in (0, 5, 9)
    ]
    assert rates == [None, None, 0.0]
    maker.do(CheckInGoal(goal=renewed.id, value=0.0), ANA)
    assert status(maker.board, renewed, TODAY) == "behind"
