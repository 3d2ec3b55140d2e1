"""Activities on PostgreSQL: what members write with their own roles is what the actions make in Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg import errors

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal, CorrectCheckIn
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.progress import progress, value_range
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Goal, Metric
from teamboard.store.postgres import rows
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import Database, commit_by_hand

G3 = RecordId("G3")
CALLS = Activity(unit="calls", per_week=10)


@pytest.mark.slow
def test_a_number_per_week_is_set_counted_revised_and_renewed(server: Server) -> None:
    database = Database(server)
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    starts, due = monday - timedelta(days=21), monday + timedelta(days=13)
    add = AddGoal(owner="ana", title="Calls", measure=CALLS, drives=RecordId("G1"), starts=starts, due=due)
    steps: list[tuple[str, Action]] = [
        ("mara", add),
        ("ana", AcknowledgeRevision(revision=RecordId("V1"))),
        ("ana", CheckInGoal(goal=G3, value=12, on=monday - timedelta(days=1))),
        ("ana", CheckInGoal(goal=G3, change=4)),
        ("mara", CheckInGoal(goal=G3, change=3)),
        ("ana", CorrectCheckIn(checkin=RecordId("C4"), value=8)),
        ("ana", ReviseGoal(goal=G3, reason="capacity", why="Two lists", per_week=20)),
        ("mara", AgreeToRevision(revision=RecordId("V2"))),
    ]
    for by, action in steps:
        database.do(by, action)
    board = database.cold()
    goal = board.goal(G3)
    assert isinstance(goal, Goal)
    # Three weeks of ten, two of twenty; ten of twelve count.
    assert value_range(board, goal) == (0.0, 70.0)
    now = BoardOnDay(board, today).standing(goal)
    assert now.week is not None
    assert (now.value, now.week.count, now.week.asked) == (18.0, 8.0, 20.0)
    choices = dict.fromkeys((RecordId("T1"), RecordId("G1"), RecordId("G2"), G3), "renew")
    database.do("mara", BeginPeriod(starts=today, choices=choices))  # type: ignore[arg-type]
    renewed = {g.title: g for g in database.cold().goals if g.outcome is None}
    assert (renewed["Calls"].measure, renewed["Calls"].drives) == (
        Activity(unit="calls", per_week=20),
        renewed["ARR ana"].id,
    )
    check(database.url_of_admin, [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "says"),
    [
        ({"kind": "activity", "unit": "calls", "per_week": 0}, "per_week"),
        ({"kind": "activity", "unit": "calls", "per_week": -1}, "per_week"),
        ({"kind": "activity", "unit": "calls", "per_week": "ten"}, "per_week"),
        ({"kind": "activity", "unit": "calls"}, "lacks a field"),
        ({"kind": "activity", "unit": "calls", "per_week": 1, "target": 3}, "a field that there is not"),
        ({"kind": "weekly", "unit": "calls", "per_week": 1}, "of no known kind"),
    ],
    ids=str,
)
def test_a_measure_by_hand_is_held_to_its_shape(server: Server, measure: dict[str, object], says: str) -> None:
    database = Database(server)
    before = database.cold()
    goal = {"owner": "ana", "title": "Calls", "kind": "result", "starts": "2026-11-02", "due": "2026-12-31"}
    with database.by_hand("mara") as connection, pytest.raises(Exception, match=says):
        commit_by_hand(connection, before.revision, "add a goal", {"G3": {"set": {**goal, "measure": measure}}})
    assert database.cold().revision == before.revision


@pytest.mark.slow
def test_an_activity_that_sums_up_is_split_by_weeks_and_by_weight(server: Server) -> None:
    database = Database(server)
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    due = monday + timedelta(days=20)
    starts: dict[str, Any] = {"starts": monday - timedelta(days=14), "due": due}
    calls = Metric(unit="calls", start=0, target=100)
    t2, t3 = RecordId("T2"), RecordId("T3")
    database.do("mara", AddTeamGoal(title="Calls", measure=calls, rolls_up="sum", **starts))
    database.do("mara", AddTeamGoal(title="Habits", measure=Metric(unit="%", start=0, target=100), **starts))
    database.do("mara", AddGoal(owner="ana", title="Calls", measure=CALLS, aligned={t2: 0.6, t3: 0.4}, **starts))
    database.do("ana", CheckInGoal(goal=G3, value=8, on=monday - timedelta(days=1)))
    before = [progress(database.cold(), database.cold().goal(t)) for t in (t2, t3)]  # type: ignore[arg-type]
    revision = database.cold().revision
    _, entry, _ = perform(database.cold(), HandOverGoal(goal=G3, to="ben"), Actor("mara"), datetime.now(UTC))
    for field, value, says in (
        ("weight", 5.0, "it differs from the goal"),
        ("starts", str(due), "its weeks are not those so far"),
    ):
        patches = msgspec.json.decode(rows.patches_of(entry))
        patches["G4"]["set"][field] = value
        with (
            database.by_hand("mara") as connection,
            pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege), match=says),
        ):
            commit_by_hand(connection, revision, "hand over a goal", patches)
    # A week that is over stays with the owner before.
    week_before = rows.patches_of(entry).replace(str(monday - timedelta(days=1)), str(monday - timedelta(days=8)))
    week_before = week_before.replace(f'"starts":"{monday}"', f'"starts":"{monday - timedelta(days=7)}"')
    with (
        database.by_hand("mara") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="G4: it differs from the goal"),
    ):
        commit_by_hand(connection, revision, "hand over a goal", week_before)
    database.do("mara", HandOverGoal(goal=G3, to="ben"))
    board = database.cold()
    goals = [board.goal(RecordId(i)) for i in ("G3", "G4")]
    assert [(g.owner, g.due) for g in goals if g] == [("ana", monday - timedelta(days=1)), ("ben", due)]
    assert [g.weight for g in goals if isinstance(g, Goal)] == [0.4, 0.6]
    assert [progress(board, board.goal(t)) for t in (t2, t3)] == pytest.approx(before)  # type: ignore[arg-type]
    made = [v.id for v in board.revisions_of(RecordId("G4"))]
    with (
        database.by_hand("mara") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="it is the rest of another goal"),
    ):
        commit_by_hand(connection, board.revision, "remove a goal", {"G4": None, made[0]: None})
    database.do("ben", CheckInGoal(goal=RecordId("G4"), value=3))
    database.do("mara", LeaveTeam(member="ben", day=today, goals_to="ana"))
    assert [g.owner for g in database.cold().goals if g.continues == "G4"] == ["ana"]
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_what_is_opened_again_drives_an_open_goal_of_its_owner_or_none(server: Server) -> None:
    database = Database(server)
    steps: list[tuple[str, Action]] = [
        ("mara", AddGoal(owner="ana", title="Calls", measure=CALLS, drives=RecordId("G1"))),
        ("ana", ProposeGoal(title="Visits", measure=CALLS, drives=RecordId("G1"))),
        ("mara", CloseGoal(goal=G3, outcome="missed", why="Enough")),
        ("mara", ReopenGoal(goal=G3, why="Go on")),
        ("mara", CloseGoal(goal=G3, outcome="missed", why="Enough")),
        ("mara", HandOverGoal(goal=RecordId("G1"), to="ben")),
    ]
    for by, action in steps:
        database.do(by, action)
    board = database.cold()
    today = f"{board.day_of(datetime.now(UTC))}"
    for drives, why in (("G1", "a goal of another owner"), ("G2", "it drives another goal")):
        changes = {"outcome": "missed", "closed": today} | ({"drives": "G1"} if drives != "G1" else {})
        told = {
            "goal": "G3", "reason": "reopened", "why": "Go on", "by": "mara", "state": "agreed", "before": changes,
            "after": dict.fromkeys(changes) | ({"drives": drives} if drives != "G1" else {}), "effective": today,
            "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }  # fmt: skip
        opened = {"set": {"drives": drives}, "unset": ["outcome", "closed"]}
        patches = {"G3": opened, board.next_id("revisions"): {"set": told}}
        with database.by_hand("mara") as connection, pytest.raises(errors.Error, match=why):
            commit_by_hand(connection, board.revision, "reopen a goal", patches)
    database.do("mara", ReopenGoal(goal=G3, why="Go on"))
    goal = database.cold().goal(G3)
    assert isinstance(goal, Goal)
    assert goal.drives is None
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_the_week_that_runs_stays_with_the_owner_before_and_nothing_counts_before_the_first(server: Server) -> None:
    database = Database(server)
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    starts: dict[str, Any] = {"starts": monday - timedelta(days=14), "due": monday + timedelta(days=20)}
    t2, g4 = RecordId("T2"), RecordId("G4")
    total = Metric(unit="calls", start=0, target=100)
    database.do("mara", AddTeamGoal(title="Calls", measure=total, rolls_up="sum", **starts))
    database.do("mara", AddGoal(owner="ana", title="Calls", measure=CALLS, aligned={t2: 1.0}, **starts))
    database.do("ana", CheckInGoal(goal=G3, value=4))
    database.do("mara", HandOverGoal(goal=G3, to="ben"))
    database.do("ana", CheckInGoal(goal=G3, value=8))
    board = database.cold()
    assert progress(board, board.goal(t2)) == pytest.approx(0.08)  # type: ignore[arg-type]
    for me, goal, says in (("ben", g4, "its first week comes later"), ("ben", G3, "it is not yours")):
        made = {"goal": goal, "value": 3.0, "note": "", "by": me, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        with database.by_hand(me) as connection, pytest.raises(errors.Error, match=says):
            commit_by_hand(connection, board.revision, "check in", {board.next_id("checkins"): {"set": made}})
    check(database.url_of_admin, [])
