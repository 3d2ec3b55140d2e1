"""Imported facts on PostgreSQL: what the database takes is what the actions make in Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.facts import ImportFacts, NewFact
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.standup import OfferHelp
from teamboard.domain.ids import RecordId
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import Database

G1, G2 = RecordId("G1"), RecordId("G2")


def imported(*facts: NewFact) -> ImportFacts:
    days = [fact.on for fact in facts]
    return ImportFacts(batch="crm", source="CRM", first=min(days), last=max(days), facts=facts)


def fact(member: str, value: float, on: date, goal: RecordId) -> NewFact:
    return NewFact(member=member, name="ARR", value=value, on=on, starts=on, goal=goal)


def bring_in(database: Database, action: ImportFacts) -> None:
    """Import as Mara; the moment of a check-in of today is that at which it is sent."""
    database.store("mara").commit(action, Actor("mara", "mara", "desk"))


@pytest.mark.slow
def test_an_import_checks_in_on_the_goal_of_its_day_and_answers_no_call_for_help(server: Server) -> None:
    database = Database(server)
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    bring_in(database, imported(fact("ana", 100, yesterday, G1), fact("ben", 5, today, G2)))
    assert [c.source for c in database.cold().checkins_of(G2)] == ["", "CRM"]
    # Ben has wanted help since before the import.
    database.do("ana", OfferHelp(goal=G2))
    database.do("mara", HandOverGoal(goal=G1, to="ben"))
    # Before the hand-over it is Ana's, since then Ben's; and it counts for its days after it is closed.
    rest = database.cold().rest_of(G1)
    since = rest.id if rest else G1
    bring_in(database, imported(fact("ana", 120, yesterday, G1), fact("ben", 6, today, since)))
    database.do("mara", CloseGoal(goal=since, outcome="missed", why="Lost"))
    bring_in(database, imported(fact("ana", 125, yesterday, G1), fact("ben", 7, today, since)))
    values = {c.value for c in (*database.cold().checkins_of(G1), *database.cold().checkins_of(since))}
    assert {125.0, 7.0} <= values
    check(database.url_of_admin, [])
