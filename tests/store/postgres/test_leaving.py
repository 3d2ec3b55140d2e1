"""What the database refuses about members who leave, and about proposals that nobody could answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.one_on_ones import WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revision_responses import AgreeToRevision
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot
from teamboard.store.postgres import rows
from tests.helpers.postgres import Server
from tests.helpers.seats import Database, commit_by_hand


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    found = Database(server)
    yield found
    found.admin.close()


def test_who_leaves_later_is_given_nothing_that_outlives_the_day(database: Database) -> None:
    """Each of these is what a program would send that does not know of the leaving."""
    day = datetime.now(UTC).date() + timedelta(days=5)
    database.do("mara", CloseGoal(goal=RecordId("G2"), outcome="missed", word="So"))
    board = database.admin.load()
    given: list[tuple[Action, str]] = [
        (AddGoal(owner="ben", title="More"), "its owner leaves"),
        (AddTeamGoal(title="More", owner="ben", measure=DoneOrNot()), "its owner leaves"),
        (HandOverGoal(goal=RecordId("G1"), to="ben"), "its owner leaves"),
        (HandOverGoal(goal=RecordId("T1"), to="ben"), "its owner leaves"),
        (ReopenGoal(goal=RecordId("G2"), word="Again"), "its owner leaves"),
        (ChangeMember(handle="eve", manager="ben"), "the manager leaves"),
        (AddMember(handle="zoe", name="Zoe", manager="ben"), "the manager leaves"),
        (LeaveTeam(member="ana", day=day - timedelta(days=1), goals_to="ben"), "its owner leaves"),
        (ScheduleReview(member="ben", on=day), "the member leaves by then"),
        (WriteOneOnOne(member="ben", on=day, note="Plans"), "the member leaves by then"),
    ]
    database.do("mara", LeaveTeam(member="ben", day=day))
    left = database.admin.load().revision
    for action, why in given:
        _, entry, _ = perform(board, action, Actor("mara"), datetime.now(UTC))
        with database.by_hand("mara") as session, pytest.raises(psycopg.errors.InsufficientPrivilege, match=why):
            commit_by_hand(session, left, entry.verb, rows.patches_of(entry))
    database.do("mara", WriteOneOnOne(member="ben", on=day - timedelta(days=1), note="Farewell"))


def test_a_head_answers_the_proposals_that_they_made_before(database: Database) -> None:
    database.do("ana", ProposeGoal(title="More"))
    proposal = max(database.admin.load().revisions, key=lambda v: v.at)
    database.do("mara", ChangeMember(handle="ana", without_manager=True))
    database.do("ana", AgreeToRevision(revision=proposal.id))
    assert not database.admin.load().is_proposed(proposal.goal)
