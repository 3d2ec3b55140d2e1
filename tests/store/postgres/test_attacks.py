"""Commits that a member sends to the function by hand, and what is put in its way: the board stays as it was."""

from __future__ import annotations

from typing import Any, cast

import psycopg
import pytest
from psycopg import IsolationLevel, errors

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.ids import RecordId
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import revoke
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import Database, Patches, commit_by_hand

AT = "2026-01-01T00:00:00Z"
CHECK_IN = {"goal": "G1", "value": 5, "note": "", "by": "ana", "at": AT}
PRAISE = {"kind": "praise", "from": "ana", "to": "ben", "text": "Well done", "at": AT}
REVISION = {
    "goal": "G1", "by": "ana", "at": AT, "state": "proposed", "reason": "market", "why": "Prices fell",
    "before": {"due": "2026-12-31"}, "after": {"due": "2027-01-31"},
}  # fmt: skip
MEMBER = {"handle": "zoe", "name": "Zoe", "manager": "mara"}
REFUSED = (errors.InsufficientPrivilege, errors.CheckViolation, errors.DataException, errors.UniqueViolation)


def new(record: str, fields: Patches, **changed: Any) -> Patches:
    return {record: {"set": {**fields, **changed}}}


def change(record: str, **fields: Any) -> Patches:
    return {record: {"set": fields}}


ATTACKS: dict[str, tuple[str, str, Patches]] = {
    "a check-in in the manager's name": ("ana", "check in", new("C2", CHECK_IN, by="mara")),
    "a check-in for another's goal": ("ana", "check in", new("C2", CHECK_IN, goal="G2")),
    "a check-in for no goal": ("ana", "check in", new("C2", CHECK_IN, goal="G99")),
    "a check-in for a member": ("ana", "check in", new("C2", CHECK_IN, goal="M1")),
    "a number far ahead": ("ana", "check in", new("C999999", CHECK_IN)),
    "a number that is taken": ("ana", "check in", new("C1", CHECK_IN)),
    "a number that no table has": ("ana", "check in", new("C99999999999999999999", CHECK_IN)),
    "a table that there is not": ("ana", "check in", new("X1", CHECK_IN)),
    "an id that is none": ("ana", "check in", new("C1; DROP TABLE teamboard.records", CHECK_IN)),
    "a value that is a text": ("ana", "check in", new("C2", CHECK_IN, value="much")),
    "a value that is no number of the clients": ("ana", "check in", new("C2", CHECK_IN, value=10**25)),
    "a field that there is not": ("ana", "check in", new("C2", CHECK_IN, colour="red")),
    "a field that is missing": ("ana", "check in", new("C2", {k: v for k, v in CHECK_IN.items() if k != "value"})),
    "a moment that is none": ("ana", "check in", new("C2", CHECK_IN, at="yesterday")),
    "a confidence out of bounds": ("ana", "check in", new("C2", CHECK_IN, confidence=11)),
    "helpers from the start": ("ana", "check in", new("C2", CHECK_IN, helpers=["ben"])),
    "a note with an escape sequence": ("ana", "check in", new("C2", CHECK_IN, note="\x1b[2J")),
    "a note that turns round": ("ana", "check in", new("C2", CHECK_IN, note="\u202eabc")),
    "a note that is too long": ("ana", "check in", new("C2", CHECK_IN, note="x" * 20_001)),
    "a megabyte": ("ana", "check in", {f"C{i}": {"set": {**CHECK_IN, "note": "x" * 19_000}} for i in range(2, 70)}),
    "5,000 records": ("ana", "give feedback", {f"F{i}": {"set": PRAISE} for i in range(2, 5002)}),
    "nothing": ("ana", "check in", {}),
    "a patch that is a list": ("ana", "check in", {"C2": [1, 2]}),
    "a record of the server's": ("ana", "check in", {"C2": {"be": CHECK_IN}}),
    "a goal of the server's": ("ana", "check in", {"G1": {"be": {"owner": "ana", "title": "better"}}}),
    "a check-in removed": ("ben", "check in", {"C1": None}),
    "a check-in changed": ("ben", "check in", change("C1", value=100)),
    "help in another's name": ("ana", "offer help", change("C1", helpers=["mara"])),
    "a verb that there is not": ("ana", "be king", change("G1", title="x")),
    "a verb that only the administrator has": ("mara", "restore a backup", change("G1", title="x")),
    "who one is": ("ana", "say who you are", change("M2", logins=["mara"])),
    "one's own goal without a revision": ("ana", "check in", change("G1", title="better")),
    "one's own goal, as if revised": ("ana", "revise a goal", change("G1", title="better")),
    "a goal of one's own, as a rep": ("ana", "add a goal", change("G9", owner="ana")),
    "a goal that falls to another": ("ana", "align a goal", change("G1", owner="ben")),
    "an alignment to nothing": ("ana", "align a goal", change("G1", aligned={"T99": 1.0})),
    "shares that do not add up": ("ana", "align a goal", change("G1", aligned={"T1": 0.5})),
    "a revision that holds at once": ("ana", "revise a goal", new("V1", REVISION, state="agreed")),
    "a revision with a false before": ("ana", "revise a goal", new("V1", REVISION, before={"due": "2020-01-01"})),
    "a revision of what is no term": (
        "ana", "revise a goal", new("V1", REVISION, before={"owner": "ana"}, after={"owner": "ben"})
    ),
    "a revision with nonsense terms": (
        "ana", "revise a goal", new("V1", REVISION, before={"measure": 1}, after={"measure": "nothing"})
    ),
    "feedback in another's name": ("ana", "give feedback", new("F2", PRAISE, **{"from": "mara"})),
    "feedback to nobody": ("ana", "give feedback", new("F2", PRAISE, to="nobody")),
    "feedback to oneself": ("ana", "give feedback", new("F2", PRAISE, to="ana")),
    "feedback that is closed": ("ana", "give feedback", new("F2", PRAISE, state="resolved")),
    "the words of feedback": ("ana", "acknowledge feedback", change("F1", text="All was well")),
    "another's feedback resolved": ("ben", "resolve feedback", change("F1", state="resolved", acknowledged=AT)),
    "a reply in another's name": (
        "ana", "reply to feedback", change("F1", replies=[{"by": "ben", "at": AT, "text": "I was wrong"}])
    ),
    "a rating of one's own as the manager": (
        "ana", "set a skill", change("M2", skills=[{"name": "Calls", "manager": 5}])
    ),
    "one's own manager": ("ana", "change a member", change("M2", manager="ben")),
    "managers in a circle": ("mara", "change a member", change("M1", manager="ana")),
    "a handle twice": ("mara", "add a member", new("M5", MEMBER, handle="ana")),
    "a handle that is a verb": ("mara", "add a member", new("M5", MEMBER, handle="reply")),
    "a handle with capitals": ("mara", "add a member", new("M5", MEMBER, handle="Ana")),
    "a member of nobody": ("mara", "add a member", new("M5", MEMBER, manager="nobody")),
    "another's login": ("mara", "add a member", new("M5", MEMBER, logins=["mara"])),
    "a key of another": ("mara", "set a key", change("M2", key="age1" + "q" * 58)),
    "a key that is none": ("ana", "set a key", change("M2", key="age1")),
    "the team, as a rep": ("ana", "change the team", change("B1", name="Mine")),
    "a time zone that there is not": ("mara", "change the team", change("B1", timezone="Mars/Olympus")),
    "a second team": ("mara", "set up the team", change("B2", name="Mine")),
    "a standup in another's name": (
        "ana", "keep a standup", change("S1", at=AT, by="mara", revision=1, seconds={"ana": 1})
    ),
    "a fact, as a rep, in bulk": (
        "ana", "import facts",
        change("E1", member="ana", name="x", value=1, on="2026-01-01", source="CRM", batch="b"),
    ),
    "a review with another manager": (
        "ana", "schedule a review", change("R1", member="ana", manager="ben", on="2027-01-01")
    ),
    "an onlooker's feedback": ("eve", "give feedback", new("F2", PRAISE, **{"from": "eve"})),
}  # fmt: skip


@pytest.fixture
def database(server: Server) -> Database:
    return Database(server)


def test_what_the_verbs_do_not_allow_is_refused_by_the_function(database: Database) -> None:
    before = database.cold()
    made = []
    for what, (who, verb, patches) in ATTACKS.items():
        with database.by_hand(who) as connection:
            try:
                commit_by_hand(connection, before.revision, verb, patches)
            except REFUSED:
                continue
            made.append(what)
            connection.rollback()
    assert made == []
    assert database.cold().tables == before.tables
    check(database.url_of_admin, [])


def test_what_the_server_fixes_is_not_the_client_s(database: Database) -> None:
    """The moment, the member and the login are the server's, and claims are an administrator's."""
    revision = database.cold().revision
    with database.by_hand("ana") as connection:
        claims = '{"by": "mara", "at": "2020-01-01T00:00:00Z", "login": "mara"}'
        assert commit_by_hand(connection, revision, "check in", new("C2", CHECK_IN), claims=claims)
    ((by, entry),) = database.admin.rows("SELECT by, entry FROM teamboard.history ORDER BY revision DESC LIMIT 1", ())
    assert (by, entry["by"], entry["login"]) == ("ana", "ana", database.role("ana"))
    assert entry["at"][:4] != "2020"
    assert entry["changes"]["C2"]["after"]["at"] == entry["at"]
    check(database.url_of_admin, [])


def test_one_s_own_proposal_is_not_agreed(database: Database) -> None:
    database.do("ana", ReviseGoal(goal=RecordId("G1"), reason="market", why="Prices fell", target=900))
    before = database.cold()
    (revision,) = before.revisions
    goal = before.goal(RecordId("G1"))
    assert goal is not None
    for by in ("ana", "mara"):
        patches = {
            "V1": {"set": {"state": "agreed", "answered_by": by, "answered_at": AT, "effective": AT[:10]}},
            "G1": {"set": {**revision.after}},
        }
        with database.by_hand("ana") as connection, pytest.raises(errors.InsufficientPrivilege):
            commit_by_hand(connection, before.revision, "agree to a revision", patches)
    assert database.cold().tables == before.tables


SHADOWS = (
    "CREATE DOMAIN pg_temp.text AS pg_catalog.bpchar",
    "CREATE DOMAIN pg_temp.jsonb AS pg_catalog.text",
    "CREATE FUNCTION pg_temp.no(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.no)",
    "CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
    "CREATE FUNCTION pg_temp.jsonb_typeof(jsonb) RETURNS text LANGUAGE sql AS $$ SELECT 'object' $$",
    "CREATE COLLATION pg_temp.\"default\" FROM \"C\"",
    "CREATE TABLE pg_temp.seats (board bigint, role name, handle text, seat text)",
    "CREATE TABLE pg_temp.pg_timezone_names (name text)",
)  # fmt: skip


@pytest.mark.parametrize("by", ["ana", "mara", "eve"])
def test_names_in_a_temporary_schema_change_nothing(database: Database, by: str) -> None:
    with psycopg.connect(database.url_of_admin.partition("?")[0], autocommit=True) as admin:
        # Even if the database lets its users make temporary objects.
        admin.execute(f'GRANT TEMPORARY ON DATABASE "{database.name}" TO PUBLIC')
    before = database.cold()
    with database.by_hand(by) as connection:
        connection.autocommit = True
        made = 0
        for statement in SHADOWS:
            try:
                connection.execute(statement)
                made += 1
            except psycopg.Error:
                pass
        assert made >= 5
        connection.execute("SET search_path = pg_temp, pg_catalog")
        for what, (who, verb, patches) in ATTACKS.items():
            if who == by:
                with pytest.raises(REFUSED):
                    assert not commit_by_hand(connection, before.revision, verb, patches), what
        # What is allowed still is.
        if by == "eve":
            assert database.cold().tables == before.tables
            return
        assert commit_by_hand(connection, before.revision, "check in", new("C2", CHECK_IN, by=by))
    assert database.cold().revision == before.revision + 1


SETTINGS = (
    "standard_conforming_strings = off", "backslash_quote = on", "array_nulls = off", "datestyle = 'German, DMY'",
    "timezone = 'Pacific/Kiritimati'", "intervalstyle = 'sql_standard'", "bytea_output = 'escape'",
    "extra_float_digits = -15", "transform_null_equals = on", "client_encoding = 'SQL_ASCII'", "enable_indexscan = off",
    "plan_cache_mode = force_custom_plan", "row_security = off",
)  # fmt: skip


def test_settings_of_a_session_change_nothing(database: Database) -> None:
    before = database.cold()
    with database.by_hand("ana") as connection:
        connection.autocommit = True
        for setting in SETTINGS:
            connection.execute(cast("Any", f"SET {setting}"))
        for what, (who, verb, patches) in ATTACKS.items():
            if who == "ana":
                with pytest.raises(REFUSED):
                    assert not commit_by_hand(connection, before.revision, verb, patches), what
        assert commit_by_hand(connection, before.revision, "check in", new("C2", CHECK_IN))
    after = database.cold()
    assert after.revision == before.revision + 1
    assert after.checkins_of(RecordId("G1"))[-1].value == 5
    check(database.url_of_admin, [])


STATEMENTS = (
    "SELECT teamboard.write_records(1, 2, '{}', '{}', '{}')", "SELECT * FROM teamboard.seat(1)",
    "SELECT teamboard.answer(1, 1, 'mara', true)", "SELECT * FROM teamboard.undone(1, 'mara', 3)",
    "SELECT teamboard.record(1, 'M1')", "SET ROLE teamboard_owner", "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role = replica", "SET row_security = off; SELECT FROM teamboard.private",
    "CREATE SCHEMA mine", "CREATE TABLE public.mine (a int)", "COMMENT ON TABLE teamboard.records IS 'x'",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "GRANT teamboard_owner TO CURRENT_USER",
    "TRUNCATE teamboard.records", "COPY teamboard.records TO '/tmp/x'", "COPY teamboard.seats FROM PROGRAM 'true'",
    "SELECT FROM teamboard.boards FOR UPDATE", "SELECT FROM teamboard.boards FOR KEY SHARE",
    "SELECT nextval('teamboard.boards_id_seq')", "SELECT setval('teamboard.boards_id_seq', 1)",
    "CREATE TRIGGER t BEFORE INSERT ON teamboard.records EXECUTE FUNCTION teamboard.one_by_one()",
    "CREATE RULE r AS ON INSERT TO teamboard.boards DO INSTEAD NOTHING", "REINDEX TABLE teamboard.records",
    "SELECT lo_import('/etc/passwd')", "SELECT pg_read_file('/etc/passwd')", "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE teamboard_owner SET search_path = x", "ALTER TABLE teamboard.records SET UNLOGGED",
    "DROP FUNCTION teamboard.lock_board(bigint, integer)", "CREATE EXTENSION dblink",
    "SELECT teamboard.lock_board(2, 1000)", "SELECT teamboard.lock_board(NULL, NULL)",
    "SELECT FROM teamboard.turns FOR UPDATE", "DELETE FROM teamboard.turns", "SELECT teamboard.has_turns()",
    "ALTER FUNCTION teamboard.lock_board(bigint, integer) SECURITY INVOKER",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' AND pid <> pg_backend_pid()",
)  # fmt: skip


def test_statements_by_hand_are_refused_whoever_sends_them(database: Database) -> None:
    """By a rep, a manager, an onlooker, and a stranger who may connect."""
    before = database.cold()
    with psycopg.connect(database.url_of_admin.partition("?")[0], autocommit=True) as admin:
        admin.execute(f'CREATE ROLE "{database.name}_stranger" LOGIN IN ROLE teamboard_members')
        made = []
        for who in ("ana", "mara", "eve", "stranger"):
            for statement in STATEMENTS:
                with database.by_hand(who) as connection:
                    try:
                        connection.execute(cast("Any", statement))
                    except errors.InsufficientPrivilege:
                        continue
                    made.append((who, statement))
                    connection.rollback()
        assert made == []
        assert admin.execute("SELECT 1").fetchone() == (1,)
    assert database.cold().tables == before.tables


MALFORMED = (
    '{"C2": ' + "[" * 50_000 + "]" * 50_000 + "}",
    '{"C2": {"set": {"goal": "G1", "value": 5, "note": "", "by": "ana", "at": "2026-01-01T00:00:00Z"}}, '
    '"C2": {"set": {"goal": "G1", "value": 5, "note": "", "by": "ana", "at": "2026-01-01T00:00:00Z"}}}',
    '{"C2": {"set": {"goal": "G1", "value": 1e400, "note": "", "by": "ana", "at": "2026-01-01T00:00:00Z"}}}',
    '{"C2": {"set": {"goal": "G1", "value": 1e-400, "note": "", "by": "ana", "at": "2026-01-01T00:00:00Z"}}}',
    '{"C2": {"set": {"goal": "G1", "value": 1.' + "1" * 5_000 + ', "note": "", "by": "ana", "at": "2026-01-01"}}}',
    '{"C2": {"set": {"goal": "G1", "value": 1, "note": "\\ud800", "by": "ana", "at": "2026-01-01T00:00:00Z"}}}',
    '{"C2": {"set": {"goal": "G1", "value": 1, "note": "\\u0000", "by": "ana", "at": "2026-01-01T00:00:00Z"}}}',
    '{"C2": {"set": {"goal": "G1", "value": 1, "note": "", "by": "ana", "at": "infinity"}}}',
    '{"C2": {"set": {"goal": "G1", "value": 1, "note": "", "by": "ana", "at": "now"}}}',
    "[]", "null", "0", '""', "{", "",
)  # fmt: skip


def test_malformed_commits_are_refused(database: Database) -> None:
    before = database.cold()
    with database.by_hand("ana") as connection:
        for text in MALFORMED:
            with pytest.raises((*REFUSED, psycopg.DataError, errors.StatementTooComplex)), connection.transaction():
                assert not commit_by_hand(connection, before.revision, "check in", text), text[:100]
    assert database.cold().revision == before.revision


@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_in_an_old_snapshot_nothing_is_committed(database: Database, level: IsolationLevel) -> None:
    revision = database.cold().revision
    with database.by_hand("ana") as connection:
        connection.isolation_level = level
        connection.execute("SELECT 1 FROM teamboard.boards")
        revoke(database.admin, database.role("ana"))
        with pytest.raises(errors.InsufficientPrivilege, match="read committed"):
            commit_by_hand(connection, revision, "check in", new("C2", CHECK_IN))
    assert database.cold().revision == revision


def test_a_seat_that_is_taken_away_ends_in_the_middle_of_a_session(database: Database) -> None:
    revision = database.cold().revision
    with database.by_hand("ana") as connection:
        connection.execute("SELECT teamboard.lock_board(1, 1000)")
        revoke(database.admin, database.role("ana"))
        with pytest.raises(errors.InsufficientPrivilege, match="no seat"):
            commit_by_hand(connection, revision, "check in", new("C2", CHECK_IN))
    assert database.cold().revision == revision


def test_of_two_sessions_one_is_faster(database: Database) -> None:
    """Who is slower gets no error and no commit: its client looks at the newer board and tries again."""
    revision = database.cold().revision
    with database.by_hand("ana") as one, database.by_hand("ben") as other:
        assert commit_by_hand(one, revision, "check in", new("C2", CHECK_IN))
        with pytest.raises(errors.LockNotAvailable):
            commit_by_hand(other, revision, "check in", new("C2", CHECK_IN, goal="G2", by="ben"))
        other.rollback()
        one.commit()
        assert not commit_by_hand(other, revision, "check in", new("C2", CHECK_IN, goal="G2", by="ben"))
    assert database.cold().revision == revision + 1


def test_whatever_members_lock_others_go_on(database: Database) -> None:
    tables = ("boards", "records", "history", "seats", "private", "history_private", "rules", "migrations", "turns")
    for who in ("ana", "mara", "eve"):
        for table in tables:
            with database.by_hand(who) as connection, pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"LOCK TABLE teamboard.{table} IN ROW SHARE MODE")
    with database.by_hand("eve") as connection:
        connection.execute("SELECT pg_advisory_lock(7302616)")
        with pytest.raises(errors.InsufficientPrivilege, match="onlooker"):
            connection.execute("SELECT teamboard.lock_board(1, 1000)")
        PostgresStore(database.url_of_admin).load()
        database.do("ben", CheckInGoal(goal=RecordId("G2"), value=2))
