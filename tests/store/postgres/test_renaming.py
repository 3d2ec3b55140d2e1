"""On PostgreSQL a member gets another handle with the rights of a member: seat, private parts and undo follow."""

from __future__ import annotations

import json
from datetime import date

import pytest
from psycopg import errors

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.renaming import RenameMember
from teamboard.actions.reviews import ScheduleReview, SharePreparation
from teamboard.actions.team import ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Review
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import seats
from tests.conftest import Run
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import Database, commit_by_hand
from tests.helpers.verbs import ENCRYPTED

R1 = RecordId("R1")


@pytest.fixture
def database(server: Server) -> Database:
    """The small board, with a review of Ana's that she has prepared."""
    found = Database(server)
    found.do("mara", ScheduleReview(member="ana", on=date(2026, 12, 1)))
    found.do("ana", SharePreparation(review=R1, encrypted=ENCRYPTED, revealed=False))
    return found


def sealed(store: PostgresStore) -> dict[str, str]:
    review = store.load().get(R1)
    assert isinstance(review, Review)
    return review.sealed


def hidden_parts(store: PostgresStore) -> int:
    """How many changes of private parts a member can read in the history."""
    changes = (entry.changes.get(R1) for _, entry in history_of(store.load()))
    return sum("sealed" in (change.after or {}) for change in changes if change is not None)


@pytest.mark.slow
def test_the_seat_and_what_only_two_may_read_follow(database: Database, run: Run) -> None:
    ana = database.store("ana")
    assert (sealed(ana), hidden_parts(ana)) == ({"ana": ENCRYPTED}, 1)
    database.do("ana", RenameMember(member="ana", handle="anna"))
    assert sorted(handle for _, handle, _ in seats(database.admin)) == ["anna", "ben", "eve", "mara"]
    # A store that was open before, and one that is opened now.
    for store in (ana, database.store("ana")):
        store.load()
        assert store.authenticated_as == "anna"
        assert (sealed(store), hidden_parts(store)) == ({"anna": ENCRYPTED}, 2)
    assert sealed(database.store("mara")) == {"anna": ENCRYPTED}
    assert (sealed(database.store("ben")), hidden_parts(database.store("ben"))) == ({}, 0)
    found = run("checkin", "G1", "12", "--board", database.url("ana"))
    assert found.returncode == 0, found.stderr
    assert run("undo", "--board", database.url("ana")).returncode == 0
    assert run("checkin", "G1", "12", "--board", database.url("ana"), "--as", "ana").returncode == 0
    shown = run("log", "--member", "ana", "--board", database.url("ben"))
    assert "Ana Ruiz renamed ana to anna" in shown.stdout
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_a_manager_renames_what_they_may_not_read(database: Database) -> None:
    """The private parts of a review with somebody else are the database's to change."""
    database.do("mara", ChangeMember(handle="ben", manager="ana"))
    database.do("ana", ScheduleReview(member="ben", on=date(2026, 12, 2)))
    database.do("ben", SharePreparation(review=RecordId("R2"), encrypted=ENCRYPTED, revealed=False))
    mara = database.store("mara")
    mara.commit(RenameMember(member="ben", handle="benno"), Actor("mara"))
    review = database.admin.load().get(RecordId("R2"))
    assert isinstance(review, Review)
    assert (review.sealed, review.prepared) == ({"benno": ENCRYPTED}, {"benno": "shared"})
    seen = mara.load().get(RecordId("R2"))
    assert isinstance(seen, Review)
    assert (seen.member, seen.sealed) == ("benno", {})
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_undo_gives_the_handle_and_the_seat_back(database: Database) -> None:
    before = database.admin.load()
    ana, me = database.store("ana"), Actor("ana")
    renamed = ana.commit(RenameMember(member="ana", handle="anna"), me).board.revision
    database.store("ben").commit(GiveFeedback(to="anna", text="Well done"), Actor("ben"))
    with database.by_hand("ana") as connection, pytest.raises(errors.InsufficientPrivilege, match="names the handle"):
        commit_by_hand(connection, renamed + 1, "undo", {}, undoes=renamed)
    database.store("ben").commit(Undo(undoes=renamed + 1), Actor("ben"))
    ana.commit(Undo(undoes=renamed), me)
    after = database.admin.load()
    member = after.member("ana")
    assert member is not None
    assert member.formerly == ("anna",)
    assert {n: t for n, t in after.tables.items() if n != "members"} == {
        n: t for n, t in before.tables.items() if n != "members"
    }
    assert "ana" in [handle for _, handle, _ in seats(database.admin)]
    # What was done before under another handle is one's own still.
    checked_in = ana.commit(CheckInGoal(goal=RecordId("G1"), value=5), me).board.revision
    ana.commit(GiveFeedback(to="ben", text="Thanks"), me)
    database.do("mara", RenameMember(member="ana", handle="ann"))
    last = database.admin.load().last_checkin(RecordId("G1"))
    assert last is not None
    assert last.by == "ann"
    with pytest.raises(Refused, match="can't be undone"):
        ana.commit(Undo(undoes=checked_in), me)
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_a_name_is_taken_back_after_the_handle_that_came_later(database: Database, run: Run) -> None:
    before = database.admin.load().tables
    changes = [
        ("change", "ana", "--name", "Ana Ruiz Costa"),
        ("rename", "ana", "anna"),
        ("change", "anna", "--name", "Ana Costa"),
    ]
    for words in (*(("member", *change) for change in changes), *([("undo",)] * 3)):
        found = run(*words, "--board", database.url("mara"))
        assert found.returncode == 0, found.stderr
    after = database.admin.load()
    member = after.member("ana")
    assert member is not None
    assert member.formerly == ("anna",)
    assert dict(after.tables["members"]) | {member.id: before["members"][member.id]} == before["members"]
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_a_member_takes_nobody_s_handle_by_hand(database: Database) -> None:
    """Neither with another's records beside it, nor with the name of somebody in between."""
    database.do("mara", RenameMember(member="ben", handle="benno"))
    revision = database.admin.load().revision
    for patches, why in (
        ({"M2": {"set": {"handle": "benno", "formerly": ["ana"]}}}, "another's, or was"),
        ({"M2": {"set": {"handle": "ben", "formerly": ["ana"]}}}, "another's, or was"),
        ({"M2": {"set": {"handle": "anna", "formerly": ["ana", "ben"]}}}, "former handles are others"),
        ({"M2": {"set": {"handle": "anna", "formerly": ["ana"], "title": "CEO"}}}, "other fields change"),
        ({"M3": {"set": {"handle": "bob", "formerly": ["ben", "benno"]}}}, "other fields change"),
        ({"M2": {"set": {"manager": None}}}, "no member gets another handle"),
        ({"G1": {"set": {"handle": "anna"}}}, "no member gets another handle"),
        ({"M99": {"set": {"handle": "anna", "formerly": ["ana"]}}}, "no member gets another handle"),
    ):
        with database.by_hand("ana") as connection, pytest.raises(errors.Error, match=why):
            commit_by_hand(connection, revision, "rename a member", patches)
    # What else a client sends with it is not written.
    with database.by_hand("ana") as connection:
        sent = {"M2": {"set": {"handle": "anna", "formerly": ["ana"]}}, "G2": {"set": {"owner": "anna"}}}
        assert commit_by_hand(connection, revision, "rename a member", sent)
    goal = database.admin.load().goal(RecordId("G2"))
    assert goal is not None
    assert goal.owner == "benno"
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_what_is_known_of_a_member_is_exported_with_the_member_s_own_role(database: Database, run: Run) -> None:
    database.do("ana", RenameMember(member="ana", handle="anna"))
    found = run("member", "export", "anna", "--to", "-", "--board", database.url("ana"))
    assert found.returncode == 0, found.stderr
    known = json.loads(found.stdout)
    assert (known["by"], known["member"]["formerly"], [r["id"] for r in known["reviews"]]) == ("anna", ["ana"], ["R1"])
    assert {line["by"] for line in known["log"]} >= {"ana", "mara", "ben"}
    refused = run("member", "export", "anna", "--to", "-", "--board", database.url("ben"))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "may export a member here" in refused.stderr
    check(database.url_of_admin, [])
