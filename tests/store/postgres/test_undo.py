"""On PostgreSQL undo refuses what Python refuses, of a client too that does not ask Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from psycopg import errors

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam, ReturnToTeam
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision
from teamboard.actions.team import ChangeMember, ChangeTeam
from teamboard.actions.undo import Undo
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import renewed_together, revisions_waiting_for
from teamboard.domain.history.differences import changed
from teamboard.domain.ids import RecordId
from teamboard.domain.periods.rollover import raised_targets, usual_choices
from teamboard.domain.records import Activity, Metric
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import Database, commit_by_hand

G1, G2, G3 = RecordId("G1"), RecordId("G2"), RecordId("G3")


@pytest.mark.slow
def test_what_something_is_built_on_is_not_undone_by_hand(server: Server) -> None:
    """A check-in whose goal was closed since, and an agreement to a goal that was used since."""
    database = Database(server)
    propose = ProposeGoal(title="Renewals", measure=Metric(unit="€", start=0, target=10))
    agree, checkin = AgreeToRevision(revision=RecordId("V1")), CheckInGoal(goal=G1, value=100)
    calls = Activity(unit="calls", per_week=10)
    cases: list[tuple[str, Action, str, Action]] = [
        ("ana", checkin, "mara", HandOverGoal(goal=G1, to="ben")),
        ("ana", checkin, "mara", CloseGoal(goal=G1, outcome="achieved", why="Enough")),
        ("mara", agree, "ana", CheckInGoal(goal=G3, value=1)),
        ("mara", agree, "ana", AddGoal(owner="ana", kind="skill", title="Calls", measure=calls, drives=G3)),
        ("mara", agree, "ana", GiveFeedback(to="mara", text="Is it enough?", about="G3")),
    ]
    database.do("ana", propose)
    for by, action, by_other, later in cases:
        database.do(by, action)
        undone = database.admin.load().revision
        database.do(by_other, later)
        with database.by_hand(by) as connection, pytest.raises(errors.InsufficientPrivilege, match="depends on it"):
            commit_by_hand(connection, undone + 1, "undo", {}, undoes=undone)
        database.do(by_other, Undo(undoes=undone + 1))
        database.do(by, Undo(undoes=undone))
    check(database.url_of_admin, [])


TODAY = datetime.now(UTC).date()


@pytest.mark.slow
def test_a_new_period_is_taken_back_in_one_step(server: Server) -> None:
    """Goals begin again with new targets; Ana acknowledges all of hers at once, and that is undone, too."""
    database = Database(server)
    database.do("mara", AddGoal(owner="ana", title="Calls", measure=Activity(unit="calls", per_week=10)))
    before = database.admin.load()
    choices = usual_choices(before)
    assert set(choices.values()) == {"renew"}
    targets = raised_targets(before, choices, 10)
    database.do("mara", BeginPeriod(starts=TODAY, name="Early", choices=choices, targets=targets))
    turned = database.admin.load()
    measures = [g.measure for g in turned.goals if g.outcome is None]
    assert measures == [*[Metric(unit="€", start=0, target=1100)] * 2, Activity(unit="calls", per_week=11)]
    assert [g.measure for g in turned.open_team_goals] == [Metric(unit="€", start=0, target=2200)]
    (waiting,) = revisions_waiting_for(turned, "ana")
    together = renewed_together(turned, waiting)
    assert len(together) == 2
    database.do("ana", AcknowledgeRevision(revision=together[1].id))
    assert not revisions_waiting_for(database.admin.load(), "ana")
    database.do("ana", Undo(undoes=turned.revision + 1))
    database.do("mara", Undo(undoes=turned.revision))
    assert not changed(before, database.admin.load())
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_the_days_of_a_period_are_corrected_and_taken_back(server: Server) -> None:
    database = Database(server)
    before = database.admin.load()
    assert before.team is not None
    longer = before.team.period.ends + timedelta(days=31)
    database.do("mara", ChangeTeam(period_ends=longer, periods="quarters from feb"))
    after = database.admin.load()
    assert {g.due for g in after.open_goals} == {longer}
    with pytest.raises(Refused):
        database.do("ana", ChangeTeam(period_ends=longer + timedelta(days=1)))
    database.do("mara", Undo(undoes=after.revision))
    assert not changed(before, database.admin.load())
    check(database.url_of_admin, [])


LEAVE = LeaveTeam(member="ben", day=TODAY, goals_to="ana")
TO_BEN, TO_ANA = (ChangeMember(handle="eve", manager=manager) for manager in ("ben", "ana"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("actions", "undone", "left"),
    [
        ([CloseGoal(goal=G2, outcome="dropped", why="Not now"), LEAVE], 0, "G2"),
        ([HandOverGoal(goal=G2, to="ana"), LEAVE], 0, "G2"),
        ([TO_BEN, TO_ANA, LEAVE], 1, "M4"),
        ([LEAVE, ReturnToTeam(member="ben"), AddGoal(owner="ben", title="Calls")], 1, "G"),
    ],
    ids=["closed", "handed over", "a report", "given since the return"],
)
def test_an_undo_by_hand_gives_nothing_to_somebody_who_leaves(
    server: Server, actions: list[Action], undone: int, left: str
) -> None:
    """Nor does it take somebody off the board again who has been given something since."""
    database = Database(server)
    begun = database.admin.load().revision
    for action in actions:
        database.do("mara", action)
    undoes = begun + 1 + undone
    with pytest.raises(Refused, match=rf"{left}\d* would be left with somebody who leaves"):
        database.do("mara", Undo(undoes=undoes))
    why = rf"{left}\d* would be left with somebody who leaves the team"
    with database.by_hand("mara") as connection, pytest.raises(errors.InsufficientPrivilege, match=why):
        commit_by_hand(connection, begun + len(actions), "undo", {}, undoes=undoes)
