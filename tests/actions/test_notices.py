"""What somebody other than its owner does with a goal: the owner acknowledges it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.undo import Undo
from teamboard.actions.verify import check_types
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import asked_to_acknowledge, makes_goal, revisions_waiting_for, unacknowledged
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.history.differences import changed
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.importers.team import read_team
from teamboard.render.activity_log import describe_commit
from teamboard.resources import resource_folder
from teamboard.store import codec
from teamboard.store.decoder import decode
from tests.conftest import ANA, BEN, MARA, NOW, SETTING_UP, TODAY, Maker
from tests.helpers.revising import revision

V1, G1, G3, T1 = RecordId("V1"), RecordId("G1"), RecordId("G3"), RecordId("T1")
CALLS = Metric(unit="calls", start=0, target=120)


def waiting(maker: Maker, handle: str) -> list[str]:
    return [found.id for found in revisions_waiting_for(maker.board, handle)]


def refused(maker: Maker, action: Action, by: Actor) -> str:
    with pytest.raises(Refused) as found:
        maker.do(action, by)
    return str(found.value)


def test_a_goal_set_by_the_manager_waits_for_its_owner(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Calls", measure=CALLS))
    made = revision(maker, V1)
    assert (made.goal, made.reason, made.state, made.by, made.effective) == (G3, "new-goal", "agreed", "mara", TODAY)
    measure = {"kind": "metric", "unit": "calls", "start": 0.0, "target": 120.0}
    assert (made.before, made.after) == ({}, {"title": "Calls", "measure": measure, "due": "2026-12-31"})
    assert makes_goal(made)
    assert (waiting(maker, "ana"), waiting(maker, "mara")) == (["V1"], [])
    assert concerned_members(maker.board, maker.history[-1][1]) == {"ana"}
    assert describe_commit(maker.board, maker.history[-1][1]) == "Mara Lind set Ana Ruiz G3 Calls"
    assert "asks the goal's owner" in refused(maker, AcknowledgeRevision(revision=V1), BEN)
    assert "need not acknowledge" in refused(maker, AcknowledgeRevision(revision=V1), MARA)
    maker.do(AcknowledgeRevision(revision=V1), ANA)
    assert (waiting(maker, "ana"), revision(maker, V1).acknowledged) == ([], ("ana",))
    assert describe_commit(maker.board, maker.history[-1][1]) == (
        "Ana Ruiz acknowledged V1: G3 Calls: start 0 calls, target 120 calls, due 2026-12-31"
    )
    assert "already" in refused(maker, AcknowledgeRevision(revision=V1), ANA)


def test_what_one_sets_oneself_and_what_is_set_up_waits_for_nobody(maker: Maker) -> None:
    maker.do(AddGoal(owner="mara", title="Forecast"), MARA)
    maker.do(AddTeamGoal(title="Ours"), MARA)
    maker.do(AddGoal(owner="ben", title="Set up"), SETTING_UP)
    assert not [*maker.board.revisions]


def test_the_sample_team_has_acknowledged_all_that_was_set() -> None:
    board = read_team(resource_folder("sample_team"), NOW, Actor(None)).board
    assert not [found.id for found in board.revisions if makes_goal(found)]


def test_a_team_goal_asks_the_owner_that_it_was_given_to(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Partners", owner="ben"))
    assert (waiting(maker, "ben"), waiting(maker, "ana")) == (["V1"], [])
    assert describe_commit(maker.board, maker.history[-1][1]) == "Mara Lind set the team T2 Partners"
    maker.do(AcknowledgeRevision(revision=V1), BEN)
    # A revision of it asks whoever is aligned to it, as ever.
    maker.do(ReviseGoal(goal=RecordId("T2"), reason="market", why="So", due=date(2026, 12, 24)), BEN)
    assert unacknowledged(maker.board, RecordId("T2")) == ()


def test_a_later_revision_takes_the_place_of_the_notice(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Calls", measure=CALLS))
    maker.do(ReviseGoal(goal=G3, reason="market", why="So", target=90), ANA)
    assert waiting(maker, "ana") == ["V1"]
    maker.do(AgreeToRevision(revision=RecordId("V2")), MARA)
    assert waiting(maker, "ana") == []
    assert "acknowledge the newest" in refused(maker, AcknowledgeRevision(revision=V1), ANA)


def test_a_goal_that_is_over_waits_for_nobody(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Calls", measure=CALLS))
    maker.do(BeginPeriod(starts=TODAY, choices={G3: "close"}))
    assert waiting(maker, "ana") == []


def test_renewed_goals_ask_each_owner_once_for_all_of_theirs(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Partners", owner="ben", measure=CALLS), SETTING_UP)
    maker.do(AddGoal(owner="mara", title="Forecast", measure=CALLS), MARA)
    later = NOW + timedelta(days=45)
    goals = ("T1", "T2", "G1", "G2", "G3")
    maker.do(BeginPeriod(choices={RecordId(goal): "renew" for goal in goals}), at=later)
    found = [(v.id, v.goal, v.reason, asked_to_acknowledge(maker.board, v)) for v in maker.board.revisions]
    assert found == [
        ("V1", "T4", "renewed", ("ben",)),
        ("V2", "G4", "renewed", ("ana",)),
        ("V3", "G5", "renewed", ("ben",)),
    ]
    assert maker.goal(RecordId("G4")).set_on == maker.board.day_of(later)
    assert revision(maker, RecordId("V2")).after["due"] == "2027-03-31"
    said = describe_commit(maker.board, maker.history[-1][1])
    assert said == (
        "Mara Lind began Q1 2027: 5 missed, 5 begun afresh · T1 New ARR 0 % (€0 of €2,000), "
        "T2 Partners 0 % (0 of 120 calls), G1 ARR ana 0 % (€0 of €1,000), G2 ARR ben 0 % (€0 of €1,000), "
        "G3 Forecast 0 % (0 of 120 calls)"
    )
    assert [waiting(maker, handle) for handle in ("ana", "ben", "mara")] == [["V2"], ["V1"], []]
    before = maker.board
    maker.do(AcknowledgeRevision(revision=RecordId("V3")), BEN, later)
    assert [revision(maker, RecordId(v)).acknowledged for v in ("V1", "V2", "V3")] == [("ben",), (), ("ben",)]
    assert waiting(maker, "ben") == []
    said = describe_commit(maker.board, maker.history[-1][1])
    assert said == "Ben Okafor acknowledged the goals renewed for them: T4, G5"
    assert "already" in refused(maker, AcknowledgeRevision(revision=V1), BEN)
    history = decode(b"".join(codec.encode(maker.file()))).board
    maker.board = history.apply(Undo(undoes=history.revision)(history, BEN, later))
    assert not changed(before, maker.board)
    # What was revised since waits for an answer of its own.
    maker.do(ReviseGoal(goal=RecordId("T4"), reason="market", why="Less", target=100), BEN, later)
    maker.do(AcknowledgeRevision(revision=RecordId("V3")), BEN, later)
    assert [revision(maker, RecordId(v)).acknowledged for v in ("V1", "V3")] == [(), ("ben",)]


def test_a_reason_of_a_notice_is_no_reason_to_revise() -> None:
    with pytest.raises(Refused, match="can't have this"):
        check_types(ReviseGoal(goal=G1, reason="closed", why="So", target=5))  # type: ignore[arg-type]
