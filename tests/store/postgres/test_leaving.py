"""What the database refuses about members who leave, goals handed over, and proposals that nobody could answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AskForFeedback, GiveFeedback
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.one_on_ones import NewAction, WriteOneOnOne
from teamboard.actions.renaming import RenameMember
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revision_responses import AgreeToRevision
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, DoneOrNot, Metric
from teamboard.store.postgres import rows
from tests.conftest import ANA
from tests.helpers.postgres import Server
from tests.helpers.seats import Database, Patches, commit_by_hand

TODAY = datetime.now(UTC).date()
G2 = RecordId("G2")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    found = Database(server)
    yield found
    found.admin.close()


def test_who_leaves_later_is_given_nothing_that_outlives_the_day(database: Database) -> None:
    """Each of these is what a program would send that does not know of the leaving."""
    day = datetime.now(UTC).date() + timedelta(days=5)
    database.do("mara", CloseGoal(goal=RecordId("G2"), outcome="missed", why="So"))
    board = database.admin.load()
    given: list[tuple[Action, str]] = [
        (AddGoal(owner="ben", title="More"), "its owner leaves"),
        (AddTeamGoal(title="More", owner="ben", measure=DoneOrNot()), "its owner leaves"),
        (HandOverGoal(goal=RecordId("G1"), to="ben"), "its owner leaves"),
        (HandOverGoal(goal=RecordId("T1"), to="ben"), "its owner leaves"),
        (ReopenGoal(goal=RecordId("G2"), why="Again"), "its owner leaves"),
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


def test_what_was_reached_stays_and_calls_drive_the_result_on_that_goes_to_the_same_member(database: Database) -> None:
    """In place, as an older program would send it, the database takes neither."""
    g2, g3 = RecordId("G2"), RecordId("G3")
    calls = Activity(unit="calls", per_week=10)
    database.do("mara", AlignGoal(goal=g2, aligned={}))
    database.do("mara", AddGoal(owner="ben", title="Calls", measure=calls, drives=g2))
    in_no_sum = database.admin.load()
    database.do("mara", AlignGoal(goal=g2, aligned={RecordId("T1"): 1.0}))
    board = database.admin.load()
    leave = LeaveTeam(member="ben", day=TODAY, goals_to="ana", goals={g3: "mara"})
    whole: list[tuple[Board, Action, dict[str, Any], str]] = [
        (in_no_sum, HandOverGoal(goal=g2, to="ana"), {}, "what was reached stays"),
        (in_no_sum, leave, {}, "what was reached stays"),
        (board, leave, {"drives": "G4"}, "it drives another"),
    ]
    for before, action, fields, why in whole:
        _, entry, _ = perform(before, action, Actor("mara"), datetime.now(UTC))
        patches = msgspec.json.decode(rows.patches_of(entry))
        if fields:
            patches[g3]["set"] |= fields
            patches[g3].pop("unset", None)
        with database.by_hand("mara") as session, pytest.raises(psycopg.errors.InsufficientPrivilege, match=why):
            commit_by_hand(session, board.revision, entry.verb, patches)
    database.do("mara", LeaveTeam(member="ben", day=TODAY, goals_to="ana"))
    found = {g.id: (g.owner, g.drives, g.continues) for g in database.cold().goals}
    assert (found[g3], found[RecordId("G4")]) == (("ana", "G4", None), ("ana", None, "G2"))


def test_what_a_leaver_did_last_is_undone_by_those_above_alone(database: Database) -> None:
    """Ana is a manager, but not Ben's."""
    for changed in (ChangeMember(handle="ben", starts=TODAY), ChangeMember(handle="ben", without_starts=True)):
        database.do("mara", changed)
    database.do("mara", AddMember(handle="pau", name="Pau", manager="ana"))
    before = database.admin.load()
    database.do("ben", GiveFeedback(to="ana", text="Well done"))
    given = database.admin.load().revision
    with pytest.raises(Refused, match="may undo here"):
        database.do("mara", Undo(undoes=given))
    database.do("mara", LeaveTeam(member="ben", day=TODAY + timedelta(days=9), goals_to="dropped"))
    left = database.admin.load().revision
    with pytest.raises(Refused, match="may undo here"):
        database.do("ana", Undo(undoes=given))
    with (
        database.by_hand("ana") as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="not yours to undo"),
    ):
        commit_by_hand(session, left, "undo", {}, undoes=given)
    database.do("mara", Undo(undoes=given))
    assert database.admin.load().tables["feedback"] == before.tables["feedback"]


def test_who_is_above_changes_renames_and_lets_a_member_leave_and_no_other_manager(database: Database) -> None:
    """Zoe reports to Ana, who is a manager by it, and not Ben's."""
    today = datetime.now(UTC).date()
    database.do("mara", AddMember(handle="zoe", name="Zoe", manager="ana"))
    board = database.admin.load()
    actions: list[Action] = [
        LeaveTeam(member="ben", day=today, goals_to="ana"),
        ChangeMember(handle="ben", manager="ana"),
        ChangeMember(handle="ana", without_manager=True),
        RenameMember(member="ben", handle="benny"),
    ]
    for action in actions:
        _, entry, _ = perform(board, action, Actor("mara"), datetime.now(UTC))
        with (
            database.by_hand("ana") as session,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"yours|other fields"),
        ):
            commit_by_hand(session, board.revision, entry.verb, rows.patches_of(entry).replace('"mara"', '"ana"'))
    database.do("ana", ChangeMember(handle="zoe", title="AE"))
    database.do("ana", LeaveTeam(member="zoe", day=today))
    database.do("mara", LeaveTeam(member="ben", day=today, goals_to="ana"))


def test_who_leaves_later_checks_in_until_then_on_what_was_theirs(database: Database) -> None:
    g2, g3, g4 = RecordId("G2"), RecordId("G3"), RecordId("G4")
    database.do("mara", AddGoal(owner="ben", title="Course", measure=Metric(unit="", start=0, target=4)))
    database.do("ben", CheckInGoal(goal=g2, value=40))
    database.do("mara", LeaveTeam(member="ben", day=TODAY + timedelta(days=5), goals_to="ana"))
    for goal in (g2, g3):
        database.do("ben", CheckInGoal(goal=goal, value=3))
    board = database.cold()
    assert [c.by for c in board.checkins_of(g3)] == ["ben"]
    _, entry, _ = perform(board, CheckInGoal(goal=g4, value=5), ANA, datetime.now(UTC))
    patches = msgspec.json.decode(rows.patches_of(entry))
    created = next(iter(patches))
    others: list[tuple[str, dict[str, Any], str]] = [
        ("ben", {"by": "ben"}, "it is not yours"),
        ("mara", {"goal": "G2", "by": "mara"}, "the goal is over"),
        ("eve", {"goal": "G3", "by": "eve"}, "an onlooker changes nothing"),
    ]
    for by, fields, why in others:
        wrong = {created: {**patches[created], "set": {**patches[created].get("set", {}), **fields}}}
        with database.by_hand(by) as session, pytest.raises(psycopg.errors.InsufficientPrivilege, match=why):
            commit_by_hand(session, board.revision, entry.verb, wrong)


def sent(board: Board, action: Action) -> tuple[str, Patches]:
    """The verb and the patches that the program sends for an action of Mara."""
    _, entry, _ = perform(board, action, Actor("mara"), datetime.now(UTC))
    return entry.verb, msgspec.json.decode(rows.patches_of(entry))


def refused(database: Database, revision: int, verb: str, patches: Patches, why: str) -> None:
    with database.by_hand("mara") as session, pytest.raises(psycopg.errors.InsufficientPrivilege, match=why):
        commit_by_hand(session, revision, verb, patches)


def test_nothing_stays_with_who_leaves(database: Database) -> None:
    """A commit that says only that somebody has left, or that forgets one thing that waits for them, is refused."""
    prepared: list[tuple[str, Action]] = [
        ("mara", AddTeamGoal(title="Nordics", owner="ben", measure=DoneOrNot())),
        ("ana", GiveFeedback(to="ben", text="Well done")),
        ("ben", AskForFeedback(of=("ana",), text="How was the demo?")),
        ("mara", ScheduleReview(member="ben", on=TODAY + timedelta(days=9))),
        ("mara", WriteOneOnOne(member="ben", agreed=(NewAction(text="Write the plan", owner="mara"),))),
    ]
    for by, action in prepared:
        database.do(by, action)
    board = database.admin.load()
    leave = LeaveTeam(member="ben", day=TODAY, goals_to="ana")
    verb, patches = sent(board, leave)
    ben = board.member("ben")
    assert ben is not None
    refused(database, board.revision, verb, {ben.id: patches[ben.id]}, "would stay with who has left")
    waiting = [i for i in patches if i[0] in "TFOR"]
    assert sorted(i[0] for i in waiting) == ["F", "F", "O", "R", "T"]
    for forgotten in waiting:
        kept = {i: patch for i, patch in patches.items() if i != forgotten}
        refused(database, board.revision, verb, kept, f"{forgotten} would stay with who has left")
    without_goals = {i: patch for i, patch in patches.items() if i[0] not in "GV"}
    refused(database, board.revision, verb, without_goals, "G2 would stay with who has left")
    database.do("mara", leave)


def test_what_was_reached_is_the_value_now(database: Database) -> None:
    """A check-in at the start, earlier or late, takes nothing from it; one that is the newest does."""
    database.do("mara", AlignGoal(goal=G2, aligned={}))
    in_no_sum = database.admin.load()
    verb, in_place = sent(in_no_sum, HandOverGoal(goal=G2, to="ana"))
    database.do("mara", AlignGoal(goal=G2, aligned={RecordId("T1"): 1.0}))
    for checkin in (CheckInGoal(goal=G2, value=0), CheckInGoal(goal=G2, value=400)):
        database.do("ben", checkin)
    refused(database, database.admin.load().revision, verb, in_place, "what was reached stays")
    database.do("ben", CheckInGoal(goal=G2, value=0, on=TODAY - timedelta(days=3)))
    refused(database, database.admin.load().revision, verb, in_place, "what was reached stays")
    database.do("ben", CheckInGoal(goal=G2, value=0))
    database.do("mara", HandOverGoal(goal=G2, to="ana"))
    goals = {g.id: g.owner for g in database.cold().goals}
    assert goals == {RecordId("G1"): "ana", G2: "ana"}


def test_the_rest_of_a_goal_begins_on_the_day_of_the_commit(database: Database) -> None:
    database.do("ben", CheckInGoal(goal=G2, value=400))
    board = database.admin.load()
    today = board.day_of(datetime.now(UTC))
    actions: list[Action] = [HandOverGoal(goal=G2, to="ana"), LeaveTeam(member="ben", day=TODAY, goals_to="ana")]
    for action in actions:
        for wrong in ("starts", "set_on"):
            verb, patches = sent(board, action)
            rest: dict[str, Any] = patches["G3"]["set"]
            assert (rest["starts"], rest["set_on"]) == (str(today), str(today))
            if wrong == "starts":
                rest["starts"] = str(today - timedelta(days=20))
            else:
                del rest["set_on"]
            refused(database, board.revision, verb, patches, "it differs from the goal")
    verb, patches = sent(board, actions[0])
    patches["G3"]["set"]["set_on"] = str(today - timedelta(days=20))
    with database.by_hand("mara") as session:
        assert commit_by_hand(session, board.revision, verb, patches)
    rest_of_goal = next(g for g in database.cold().goals if g.id == "G3")
    assert (rest_of_goal.starts, rest_of_goal.set_on) == (today, today)


def test_an_action_of_a_manager_who_leaves_goes_on(database: Database) -> None:
    database.do("mara", AddMember(handle="zoe", name="Zoe", manager="ana"))
    database.do("ana", WriteOneOnOne(member="zoe", agreed=(NewAction(text="Call Legal", owner="ana"),), held=TODAY))
    board = database.admin.load()
    leave = LeaveTeam(member="ana", day=TODAY, goals_to="ben")
    verb, patches = sent(board, leave)
    meeting = next(i for i in patches if i[0] == "O")
    refused(database, board.revision, verb, {i: p for i, p in patches.items() if i != meeting}, f"{meeting} would stay")
    database.do("mara", leave)
