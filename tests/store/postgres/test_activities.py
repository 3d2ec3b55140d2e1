"""Activities on PostgreSQL: what members write with their own roles is what the actions make in Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal, CorrectCheckIn
from teamboard.actions.goals import AddGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.progress import value_range
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Goal
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
