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
from teamboard.domain.verbs import VERBS
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
            (verb, row.anything, row.in_database, row.at_most) for verb, row in VERBS.items()
        )
        assert {handle for (handle,) in rows("SELECT handle FROM teamboard.reserved_handles")} == {*RESERVED_HANDLES}


def test_every_check_of_the_table_is_a_function_of_the_database(server: Server, database: str) -> None:
    wanted = {check for row in VERBS.values() for writes in row.writes for check in writes.checks}
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
