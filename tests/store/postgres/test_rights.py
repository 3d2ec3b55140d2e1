"""On PostgreSQL the rights are the database's own: tried with the program, and by hand, as each role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from teamboard.actions.alignment import AlignGoal, AlignTeamGoal
from teamboard.actions.base import Action, Actor
from teamboard.actions.batch import goals_for
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import (
    AcknowledgeFeedback,
    AskForFeedback,
    GiveFeedback,
    ReplyToFeedback,
    ResolveFeedback,
)
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam, ReturnToTeam
from teamboard.actions.members import BeAway
from teamboard.actions.one_on_ones import NewAction, NewTopic, WriteOneOnOne
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.reviews import ScheduleReview, SetKey, SharePreparation, StartPreparing
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.actions.standup import OfferHelp, RecordStandup
from teamboard.actions.team import AddMember, ChangeMember, ChangeTeam
from teamboard.actions.undo import Undo
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.periods.rollover import Choice
from teamboard.domain.records import Metric, Review
from teamboard.personal.age_encryption import encrypt, new_key, public_part
from teamboard.store.base import BoardMissing, BoardUnwritable, StoreError
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import revoke, seats
from tests.conftest import MARA, NOW, Run, small_maker
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import HANDLES, Database, commit_by_hand
from tests.helpers.verbs import ENCRYPTED

BY_HAND = "UPDATE teamboard.records SET fields = fields || %s::jsonb WHERE kind = %s AND number = %s"
KEYS = {handle: new_key() for handle in HANDLES}
RENEWED: dict[RecordId, Choice] = {RecordId(name): "renew" for name in ("G2", "T1", "T2")}


@pytest.fixture
def database(server: Server) -> Database:
    return Database(server)


@pytest.mark.slow
def test_what_the_rules_allow_the_database_allows(database: Database) -> None:
    """A quarter of a team's life, each commit with the rights of whoever makes it and no others."""
    measure = Metric(unit="€", start=0, target=100)
    today = datetime.now(UTC).date()
    for by, action in (
        ("ana", CheckInGoal(goal=RecordId("G1"), value=100, blocker="Legal is slow")),
        # A late one for an earlier day is not the newest.
        ("ana", CheckInGoal(goal=RecordId("G1"), value=60, on=date(2026, 10, 5))),
        ("ben", OfferHelp(goal=RecordId("G1"))),
        ("mara", CheckInGoal(goal=RecordId("G2"), value=50)),
        ("ben", GiveFeedback(to="ana", text="Well done")),
        ("ana", AcknowledgeFeedback(feedback=RecordId("F2"))),
        ("mara", ReplyToFeedback(feedback=RecordId("F2"), text="Indeed")),
        ("ana", ResolveFeedback(feedback=RecordId("F2"))),
        ("ana", AskForFeedback(of=("ben", "mara"), text="How was the call?")),
        ("ben", ReplyToFeedback(feedback=RecordId("F3"), text="Fine")),
        ("mara", AddGoal(owner="ana", title="More", measure=measure)),
        ("ana", AcknowledgeRevision(revision=RecordId("V1"))),
        ("ana", AlignGoal(goal=RecordId("G3"), aligned={RecordId("T1"): 1.0})),
        ("mara", AddTeamGoal(title="All", measure=Metric(unit="€", start=0, target=9000), rolls_up="sum")),
        ("mara", AddTeamGoal(title="North", measure=measure, rolls_up="sum", serves=RecordId("T1"))),
        ("mara", AlignTeamGoal(goal=RecordId("T1"), serves=RecordId("T2"))),
        ("ana", ReviseGoal(goal=RecordId("G1"), reason="market", why="Prices fell", target=900)),
        ("mara", AgreeToRevision(revision=RecordId("V2"))),
        ("ben", ProposeGoal(title="Fairs", measure=measure, aligned={})),
        ("mara", AgreeToRevision(revision=RecordId("V3"))),
        ("ben", CheckInGoal(goal=RecordId("G4"), value=5)),
        ("ben", ProposeGoal(title="Partners", measure=measure)),
        ("mara", DeclineRevision(revision=RecordId("V4"), word="Next quarter")),
        ("ben", ProposeGoal(title="Partners", measure=measure)),
        ("ben", WithdrawRevision(revision=RecordId("V5"))),
        ("ben", ProposeGoal(title="Next year", measure=measure)),
        ("ben", AddGoal(owner="ben", title="Negotiate", kind="skill")),
        ("mara", ReviseGoal(goal=RecordId("G2"), reason="market", why="Prices fell", target=900)),
        ("ben", DeclineRevision(revision=RecordId("V7"), word="Not so much")),
        ("ana", SetSkill(member="ana", name="Negotiation", level=2, target=4)),
        ("mara", SetSkill(member="ana", name="Negotiation", level=3)),
        ("ana", PlanCareer(member="ana", aspiration="Lead a team")),
        ("ana", WriteOneOnOne(member="ana", topics=(NewTopic("skills", "A course"),))),
        ("mara", WriteOneOnOne(member="ana", agreed=(NewAction(text="Find one", owner="mara"),))),
        ("mara", AddFact(member="ben", name="Win rate", value=0.4, source="CRM")),
        ("ben", RecordStandup(began=NOW, seconds={"ana": 60, "ben": 50})),
        ("ana", BeAway(member="ana", starts=today, ends=today, note="At the dentist's")),
        ("mara", BeAway(member="ana", starts=date(2026, 10, 5), ends=date(2026, 10, 9))),
        ("mara", ChangeTeam(away_counts=True)),
        ("mara", ChangeTeam(numbers="de")),
        ("mara", ChangeTeam(without_hints=("coaching", "blocker"))),
        ("mara", ChangeMember(handle="ben", title="AE North", region="North", logins=("bo", "benno"))),
        ("mara", ChangeMember(handle="ben", without_logins=("bo",))),
        ("mara", ChangeMember(handle="ana", logins=("bo",))),
        ("mara", ChangeTeam(cadence={"feedback": 14})),
        ("mara", AddMember(handle="zoe", name="Zoe", manager="ana")),
        # Mara is above Zoe by two levels, and Zoe becomes a head for a while.
        ("mara", AddGoal(owner="zoe", title="Calls", measure=measure)),
        ("mara", SetSkill(member="zoe", name="Negotiation", level=3)),
        ("mara", ChangeMember(handle="zoe", without_manager=True)),
        ("mara", AddGoal(owner="zoe", title="Deals", measure=measure)),
        ("mara", ChangeMember(handle="zoe", manager="ana")),
        ("ana", AddGoal(owner="zoe", title="More", measure=measure)),
        (
            "mara",
            # The carriers of a renewed sum are renewed with it.
            BeginPeriod(starts=today, choices={RecordId("G1"): "carry", **RENEWED}),
        ),
    ):
        database.do(by, action)
    last = database.store("ana").load()
    database.do("ana", CheckInGoal(goal=RecordId("G1"), value=120))
    database.do("mara", CheckInGoal(goal=RecordId("G1"), value=130))
    # Not before the later one is undone.
    with pytest.raises((Refused, StoreError)):
        database.do("ana", Undo(undoes=last.revision + 1))
    database.do("mara", Undo(undoes=last.revision + 2))
    database.do("ana", Undo(undoes=last.revision + 1))
    board = database.admin.load()
    assert board.member("zoe") is not None
    check(database.url_of_admin, [])


@pytest.mark.slow
def test_one_goal_for_many_is_one_commit_by_whoever_may_set_each(database: Database) -> None:
    today, board = datetime.now(UTC).date(), database.admin.load()
    each = goals_for(board, "all", today, title="Ten demos", measure=Metric(unit="demos", start=0, target=10))
    database.do("mara", each)
    after = database.admin.load()
    assert after.revision == board.revision + 1
    assert [g.owner for g in after.goals if board.get(g.id) is None] == [m.handle for m in board.members]
    with pytest.raises(Refused, match="may add a goal here"):
        database.do("ana", each)
    check(database.url_of_admin, [])


def test_a_goal_that_is_carried_over_keeps_the_day_it_was_set(database: Database) -> None:
    admin = database.admin.load()
    set_on = [goal.set_on for goal in admin.goals]
    today = datetime.now(UTC).date()
    assert None not in set_on
    assert today not in set_on
    database.do("mara", BeginPeriod(starts=today, choices={goal.id: "carry" for goal in admin.open_goals}))
    assert [goal.set_on for goal in database.admin.load().goals] == set_on


ALIEN: list[tuple[str, Action]] = [
    ("ana", AddGoal(owner="ben", title="Yours", measure=Metric(unit="", start=0, target=1))),
    ("ben", BeAway(member="ana", starts=date(2026, 10, 5), ends=date(2026, 10, 9))),
    ("ana", CheckInGoal(goal=RecordId("G2"), value=1)),
    ("ana", ChangeTeam(cadence={"feedback": 1})),
    ("ben", AddGoal(owner="ben", title="Mine", measure=Metric(unit="", start=0, target=1))),
    ("eve", GiveFeedback(to="ana", text="I only look on")),
]


@pytest.mark.parametrize(("by", "action"), ALIEN)
def test_what_the_rules_forbid_is_refused_whoever_one_says_one_is(database: Database, by: str, action: Action) -> None:
    before = database.admin.load().revision
    with pytest.raises((Refused, BoardUnwritable)):
        database.store(by).commit(action, Actor(by, by, "desk"))
    # In another's name the program would let it through; the database does not.
    with pytest.raises(BoardUnwritable):
        database.store(by).commit(action, MARA)
    assert database.admin.load().revision == before


def test_the_command_line_acts_as_whom_the_database_knows(database: Database, run: Run) -> None:
    done = run("checkin", "G1", "+5", "--board", database.url("ana"))
    assert done.returncode == 0, done.stderr
    refused = run("checkin", "G2", "+5", "--as", "ben", "--board", database.url("ana"))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "knows you as ana, not as ben" in refused.stderr
    entry = history_of(database.admin.load()).get(database.admin.load().revision)
    assert entry is not None
    assert entry.by == "ana"


EVERY = "SELECT kind, number, fields::text FROM teamboard.records ORDER BY 1, 2"
Attempt = Callable[[psycopg.Connection[Any]], psycopg.Cursor[Any]]
ATTEMPTS: dict[str, Attempt] = {
    "another's goal": lambda c: c.execute(BY_HAND, ('{"title": "mine now"}', "goals", 2)),
    "one's own goal": lambda c: c.execute(BY_HAND, ('{"title": "better"}', "goals", 1)),
    "one's own manager": lambda c: c.execute(BY_HAND, ('{"manager": null}', "members", 2)),
    "the team": lambda c: c.execute(BY_HAND, ('{"name": "Mine"}', "team", 1)),
    "another's check-in": lambda c: c.execute(
        "INSERT INTO teamboard.records (board, kind, number, revision, fields) SELECT id, 'checkins', 99, 1, "
        """'{"goal": "G2", "value": 1, "note": "", "by": "ana", "at": "2026-01-01T00:00:00Z"}' FROM teamboard.boards"""
    ),
    "feedback in another's name": lambda c: c.execute(
        "INSERT INTO teamboard.records (board, kind, number, revision, fields) SELECT id, 'feedback', 99, 1, "
        """'{"kind": "praise", "from": "ben", "to": "ana", "text": "x", "at": "2026-01-01T00:00:00Z"}' """
        "FROM teamboard.boards"
    ),
    "the words of somebody's feedback": lambda c: c.execute(BY_HAND, ('{"text": "All was well"}', "feedback", 1)),
    "an answer in another's name": lambda c: c.execute(
        BY_HAND, ('{"replies": [{"by": "ben", "at": "2026-01-01T00:00:00Z", "text": "I was wrong"}]}', "feedback", 1)
    ),
    "help in another's name": lambda c: c.execute(BY_HAND, ('{"helpers": ["ben"]}', "checkins", 1)),
    "the history, changed": lambda c: c.execute("UPDATE teamboard.history SET verb = 'nothing'"),
    "the history, cut": lambda c: c.execute("DELETE FROM teamboard.history WHERE revision > 2"),
    "the history, emptied": lambda c: c.execute("TRUNCATE teamboard.history CASCADE"),
    "a commit in another's name": lambda c: c.execute(
        "INSERT INTO teamboard.history (board, revision, at, by, verb, commit_id, entry) SELECT id, revision + 1, "
        "now(), 'mara', 'x', gen_random_uuid(), '{\"by\": \"mara\"}' FROM teamboard.boards"
    ),
    "a board that goes back": lambda c: c.execute("UPDATE teamboard.boards SET revision = 1"),
    "a seat of one's own": lambda c: c.execute("UPDATE teamboard.seats SET seat = 'manager'"),
    "tables of one's own": lambda c: c.execute("CREATE TABLE teamboard.mine (x int)"),
    "the guards": lambda c: c.execute("ALTER TABLE teamboard.records DISABLE TRIGGER ALL"),
    "nobody's rules": lambda c: c.execute("ALTER TABLE teamboard.records DISABLE ROW LEVEL SECURITY"),
}


@pytest.mark.parametrize("who", ["ana", "mara", "eve"])
def test_by_hand_nobody_changes_anything(database: Database, who: str) -> None:
    before, texts = database.admin.load(), database.admin.rows(EVERY, ())
    for what, attempt in ATTEMPTS.items():
        with database.by_hand(who) as connection:
            try:
                attempt(connection)
            except errors.InsufficientPrivilege:
                continue
            raise AssertionError(what)
    assert database.admin.rows(EVERY, ()) == texts
    assert PostgresStore(database.url_of_admin).load().revision == before.revision


def test_the_history_is_kept_by_its_owner_too(database: Database) -> None:
    with psycopg.connect(database.admin.address.conninfo) as connection:
        for attempt in (
            "UPDATE teamboard.history SET by = 'x'",
            "DELETE FROM teamboard.history",
            "DELETE FROM teamboard.boards",
        ):
            with pytest.raises(errors.InsufficientPrivilege, match="never changed"), connection.transaction():
                connection.execute(attempt)


def test_a_stranger_and_another_board_see_nothing(database: Database, server: Server) -> None:
    database_url = server.url(database.name, "apac")
    PostgresStore(database_url).create(small_maker().file(), MARA)
    with psycopg.connect(database.admin.address.conninfo, autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{database.name}_stranger" LOGIN IN ROLE teamboard_members')
    for table in ("boards", "records", "history", "seats", "private", "history_private"):
        with database.by_hand("stranger") as connection:
            assert connection.execute(f"SELECT count(*) FROM teamboard.{table}").fetchone() == (0,)
    with database.by_hand("ana") as connection:
        assert connection.execute("SELECT array_agg(name) FROM teamboard.boards").fetchone() == (["emea"],)
    with pytest.raises(BoardMissing, match="no board called 'apac'"):
        database.store("ana", "apac").load()


def prepared(database: Database) -> Review:
    """Ana's review with Mara, with Ana's preparation encrypted for herself."""
    for handle in ("ana", "mara"):
        database.do(handle, SetKey(key=public_part(KEYS[handle])))
    database.do("mara", ScheduleReview(member="ana", on=datetime.now(UTC).date() + timedelta(days=30)))
    database.do("ana", StartPreparing(review=RecordId("R1")))
    encrypted = encrypt(Metric(unit="only for me", start=0, target=1), [public_part(KEYS["ana"])])
    database.do("ana", SharePreparation(review=RecordId("R1"), encrypted=encrypted))
    (review,) = database.admin.load().reviews_of("ana")
    return review


def test_the_two_person_part_of_a_review_is_read_by_the_two_alone(database: Database) -> None:
    review = prepared(database)
    assert review.sealed
    for handle in ("ana", "mara"):
        (mine,) = database.store(handle).load().reviews_of("ana")
        assert mine.sealed == review.sealed
        entries = [entry for _, entry in history_of(database.store(handle).load())]
        assert any("sealed" in (change.after or {}) for entry in entries for change in entry.changes.values())
    store = database.store("ben")
    (seen,) = store.load().reviews_of("ana")
    assert seen.prepared == review.prepared
    assert seen.sealed == {}
    texts = store.rows("SELECT entry::text FROM teamboard.history", ())
    texts += store.rows("SELECT fields::text FROM teamboard.records", ())
    assert not any(review.sealed["ana"][:40] in text for (text,) in texts)
    with database.by_hand("ben") as connection:
        for table in ("private", "history_private"):
            assert connection.execute(f"SELECT count(*) FROM teamboard.{table}").fetchone() == (0,)
    # What Ben commits afterwards takes nothing of it away.
    database.do("ben", GiveFeedback(to="ana", text="Good luck"))
    (still,) = database.store("ana").load().reviews_of("ana")
    assert still.sealed == review.sealed
    check(database.url_of_admin, [])


def test_what_is_taken_back_of_a_review_is_sealed_nowhere(database: Database) -> None:
    prepared(database)
    last = database.admin.load().revision
    database.do("ana", Undo(undoes=last))
    for store in (database.admin, database.store("ana"), database.store("mara")):
        (review,) = store.load().reviews_of("ana")
        assert review.sealed == {}
    assert database.admin.rows("SELECT count(*) FROM teamboard.private", ()) == [(0,)]
    check(database.url_of_admin, [])


def test_seats_are_listed_and_taken_away(database: Database, run: Run) -> None:
    assert [(handle, seat) for _, handle, seat in seats(database.admin)] == sorted(HANDLES.items())
    url = database.url_of_admin
    assert "ana  rep  role" in run("admin", "seats", "--board", url).stdout
    revoke(database.admin, database.role("ana"))
    with pytest.raises(BoardMissing):
        database.store("ana").load()
    assert run("admin", "revoke", "nobody", "--board", url).returncode == 1
    assert run("admin", "grant", "nobody", "--role", "rep", "--board", url).returncode == 1
    assert run("admin", "seats", "--board", "team.board.json").returncode == 1
    assert run("admin", "grant", "ben", "--role", "rep", "--board", database.url("ana")).returncode == 3


def test_the_seat_of_somebody_who_has_left_reads_and_writes_nothing(database: Database) -> None:
    """Nor in a session that began before; who returns reads and writes again, and so does all of it after an undo."""
    today = datetime.now(UTC).date()
    database.do("mara", ScheduleReview(member="ana", on=today + timedelta(days=9)))
    database.do("ana", SetKey(key=public_part(KEYS["ana"])))
    review = database.admin.load().reviews_of("ana")[0]
    database.do("ana", SharePreparation(review=review.id, encrypted=ENCRYPTED))
    before = database.admin.load()
    opened = database.store("ana")
    opened.load()
    with database.by_hand("ana") as session:
        database.do("mara", LeaveTeam(member="ana", day=today, goals_to="ben"))
        for table in ("boards", "seats", "records", "history", "private", "history_private"):
            assert session.execute(f"SELECT count(*) FROM teamboard.{table}").fetchone() == (0,), table
        with pytest.raises(errors.InsufficientPrivilege, match="you have left the team"):
            session.execute("SELECT teamboard.lock_board(1, 1000)")
    with pytest.raises((Refused, StoreError)):
        opened.commit(CheckInGoal(goal=RecordId("G1"), value=1), Actor("ana"))
    with pytest.raises(BoardMissing):
        database.store("ana").load()
    after = database.admin.load()
    assert after.reviews_of("ana") == ()
    assert [goal.owner for goal in after.open_goals_of("ben")] == ["ben", "ben"]
    # Of the others each sees what they saw.
    assert database.store("ben").load().revision == after.revision
    database.do("mara", Undo(undoes=after.revision))
    restored = database.admin.load()
    assert restored.tables == before.tables
    database.do("ana", CheckInGoal(goal=RecordId("G1"), value=120))
    database.do("mara", LeaveTeam(member="ana", day=today + timedelta(days=5), goals_to="ben"))
    # The day has not come.
    database.do("ana", GiveFeedback(to="ben", text="Yours now"))
    database.do("mara", ReturnToTeam(member="ana"))
    database.do("mara", LeaveTeam(member="ana", day=today))
    database.do("mara", ReturnToTeam(member="ana"))
    database.do("ana", GiveFeedback(to="ben", text="Here I am"))
    check(database.url_of_admin, [])


def test_the_login_of_somebody_who_has_left_is_free(database: Database) -> None:
    today = datetime.now(UTC).date()
    database.do("mara", ChangeMember(handle="ana", logins=("anna", "ruiz")))
    with pytest.raises(Refused, match="'anna' is ana's already"):
        database.do("mara", ChangeMember(handle="ben", logins=("anna",)))
    database.do("mara", LeaveTeam(member="ana", day=today, goals_to="ben"))
    database.do("mara", ChangeMember(handle="ben", logins=("anna",)))
    database.do("mara", ReturnToTeam(member="ana"))
    logins = {m.handle: m.logins[-1] for m in database.admin.load().members if m.logins}
    assert (logins["ana"], logins["ben"]) == ("ruiz", "anna")


def test_the_new_head_undoes_that_the_head_has_left(database: Database) -> None:
    today, before = datetime.now(UTC).date(), database.admin.load()
    database.do("mara", LeaveTeam(member="mara", day=today, reports_to="ana"))
    left = database.admin.load().revision
    with pytest.raises(Refused, match="may undo here"):
        database.do("ben", Undo(undoes=left))
    with database.by_hand("ben") as session, pytest.raises(errors.InsufficientPrivilege, match="not yours to undo"):
        commit_by_hand(session, left, "undo", {}, undoes=left)
    database.do("ana", Undo(undoes=left))
    assert database.admin.load().tables == before.tables
    database.do("mara", ChangeMember(handle="ana", title="AE"))


def test_a_copy_made_by_somebody_who_sees_less_is_refused(database: Database, run: Run) -> None:
    told = run("copy", database.url("ana"), "mine.board.json")
    assert (told.returncode, told.stderr.count("\n")) == (3, 1)
    assert "as its administrator" in told.stderr
