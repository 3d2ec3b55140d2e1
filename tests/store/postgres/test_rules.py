"""The tables of a database: the rules in it are those of Python, and an older database keeps everything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import msgspec
import psycopg
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import RESERVED_HANDLES
from teamboard.domain.verbs import all_verbs
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import init_db, migrations
from teamboard.store.postgres.connection import SCHEMA
from teamboard.store.postgres.rules import kind_rows, migration, rule_rows
from teamboard.store.postgres.whole_board import insert_board
from tests.conftest import ANA, BEN, MARA, small_maker
from tests.helpers.checker import check
from tests.helpers.postgres import Server

ENTRIES = "SELECT revision, at, by, verb, commit_id, role, entry::text FROM teamboard.history ORDER BY revision"


def plain(found: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as JSON gives them back."""
    return sorted(tuple(msgspec.json.decode(msgspec.json.encode(value)) for value in row) for row in found)


def test_the_database_has_the_rules_that_python_has(server: Server, database: str) -> None:
    """The newest migration of the rules is what `rules` makes, and the tables hold it."""
    texts = {name: text for _, name, text in migrations()}
    assert texts["rules"] == migration()
    with psycopg.connect(server.conninfo(database)) as connection:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(cast("Any", query)).fetchall()

        assert sorted(rows("SELECT kind, letter, private, shape, people FROM teamboard.kinds")) == plain(kind_rows())
        assert sorted(rows("SELECT verb, place, kind, rule FROM teamboard.rules")) == plain(rule_rows())
        assert sorted(rows("SELECT verb, anything, in_database, at_most FROM teamboard.verbs")) == sorted(
            (verb, row.anything, row.in_database, row.at_most) for verb, row in all_verbs().items()
        )
        assert {handle for (handle,) in rows("SELECT handle FROM teamboard.reserved_handles")} == {*RESERVED_HANDLES}


def test_every_check_of_the_table_is_a_function_of_the_database(server: Server, database: str) -> None:
    wanted = {check for row in all_verbs().values() for writes in row.writes for check in writes.checks}
    with psycopg.connect(server.conninfo(database)) as connection:
        found = connection.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'teamboard'::regnamespace AND proname LIKE 'check\\_%'"
        ).fetchall()
    assert {f"check_{check}" for check in wanted} <= {name for (name,) in found}


@pytest.mark.parametrize("schema", [2, 10])
def test_an_older_database_keeps_every_record_and_entry(server: Server, schema: int) -> None:
    older = server.older_database(schema)
    maker = small_maker()
    maker.do(GiveFeedback(to="ana", text="Speak less, listen more", kind="coaching"), BEN)
    maker.do(ReviseGoal(goal=RecordId("G1"), target=900, reason="market", why="Fewer people"), ANA)
    maker.check_in(RecordId("G1"), 0.1)
    with psycopg.connect(server.conninfo(older)) as connection:
        insert_board(connection, "emea", maker.file())
        entries = connection.execute(ENTRIES).fetchall()
    assert len(init_db(PostgresStore(server.conninfo(older)))) == SCHEMA - schema
    url = server.url(older)
    before, after = maker.board, PostgresStore(url).load()
    assert after.tables == before.tables
    assert after.ids == before.ids
    assert PostgresStore(url).rows(ENTRIES, ()) == entries
    assert [number for number, _ in history_of(after)] == list(range(1, before.revision + 1))
    PostgresStore(url).commit(CheckInGoal(goal=RecordId("G1"), value=1, note="as ever"), MARA)
    check(url, ["as ever"])


def absence(starts: str, ends: str, note: str = "") -> dict[str, str]:
    return {"starts": starts, "ends": ends} | ({"note": note} if note else {})


FIRST, SECOND = absence("2026-11-02", "2026-11-06", "Skiing"), absence("2026-12-01", "2026-12-01")


@pytest.mark.parametrize(
    ("before", "after", "left", "says"),
    [
        ([], [FIRST], None, None),
        ([FIRST], [FIRST, SECOND], None, None),
        ([SECOND], [FIRST, SECOND], None, None),
        ([FIRST], [FIRST], None, "one time away is added"),
        ([FIRST], [], None, None),
        ([FIRST, SECOND], [SECOND], "2026-12-01", None),
        ([FIRST, SECOND], [], None, "one time away is added"),
        ([FIRST], [absence("2026-11-03", "2026-11-05"), SECOND], None, "one time away is added"),
        ([FIRST], [absence("2026-11-03", "2026-11-05")], None, None),
        ([FIRST], [absence("2026-11-01", "2026-11-05")], None, "one time away is added"),
        ([FIRST], [absence("2026-11-03", "2026-11-07")], None, "one time away is added"),
        ([FIRST], [SECOND], None, "one time away is added"),
        ([FIRST], [FIRST | {"note": "Sick"}, SECOND], None, "one time away is added"),
        ([FIRST], [SECOND, FIRST], None, "overlap"),
        ([FIRST], [FIRST, absence("2026-11-06", "2026-11-09")], None, "overlap"),
        ([], [absence("2026-11-06", "2026-11-02")], None, "backwards"),
        ([FIRST], [FIRST, SECOND], "2026-12-01", "left by then"),
    ],
)
def test_days_away_are_checked_by_the_database(
    server: Server, database: str, before: list[Any], after: list[Any], left: str | None, says: str | None
) -> None:
    was, new = ({"away": away} | ({"left": left} if left else {}) for away in (before, after))
    with psycopg.connect(server.conninfo(database)) as connection:
        query = "SELECT teamboard.check_absences('{}', 'M1', %s::jsonb, %s::jsonb)"
        texts = [msgspec.json.encode(member).decode() for member in (was, new)]
        ((refusal,),) = connection.execute(query, texts).fetchall()
    assert (says or "") in (refusal or "")
    assert (refusal is None) == (says is None)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ([], ["bo"], None),
        (["bo", "benno"], ["benno"], None),
        (["bo"], ["benno"], None),
        ([], ["ana"], "a login is another's"),
        (["bo"], ["ana", "bo"], "a login is another's"),
    ],
)
def test_logins_come_and_go_but_are_nobody_else_s(
    server: Server, database: str, before: list[str], after: list[str], says: str | None
) -> None:
    """Ana has the login `ana`."""
    was, new = ({"handle": "ben", "name": "Ben", "manager": "mara", "logins": logins} for logins in (before, after))
    with psycopg.connect(server.conninfo(database)) as connection:
        query = """SELECT teamboard.check_member(jsonb_build_object('board', b.id), 'M3', %s::jsonb, %s::jsonb)
            FROM teamboard.boards b"""
        texts = [msgspec.json.encode(member).decode() for member in (was, new)]
        assert connection.execute(query, texts).fetchall() == [(says,)]
