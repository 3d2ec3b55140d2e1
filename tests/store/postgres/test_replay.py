"""Whole histories committed through the function, each commit with the rights of its member and no others."""

from __future__ import annotations

from collections import Counter
from typing import cast

import psycopg
import pytest

from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.history.log import history_of
from teamboard.store.codec import BoardFile, assemble
from teamboard.store.postgres import PostgresStore, rows
from tests.actions.test_verbs import QUARTER
from tests.conftest import NOW
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import plain
from tests.helpers.team_database import TeamDatabase

BY_ADMINISTRATOR = {"set up the team", "say who you are"}
"""The verbs of the histories here that a database leaves to its administrator."""


def handles(board: Board) -> tuple[str, ...]:
    return tuple(member.handle for member in board.members)


def says_more_than_members_may(entry: HistoryEntry) -> bool:
    """Whether a team's file says of a review how far somebody else has prepared it: members say that for themselves."""
    return entry.verb == "schedule a review" and any(
        {*cast("dict[str, str]", (change.after or {}).get("prepared", {}))} - {entry.by}
        for change in entry.changes.values()
    )


def test_the_history_of_the_sample_team_is_committed_by_its_members(server: Server, sample: BoardFile) -> None:
    """From the first member on; nothing is refused, and the board becomes that of the file."""
    entries = list(history_of(sample.board))
    first = entries[:2]
    begun = rows.board_after(Board({}), (entry for _, entry in first), len(first))
    database = TeamDatabase(server, assemble(begun, first), handles(sample.board), NOW)
    imported = []
    for revision, entry in entries[len(first) :]:
        assert entry.by is not None
        if says_more_than_members_may(entry):
            database.send_as_administrator(revision - 1, entry)
            imported.append(entry.verb)
            continue
        database.set_clock(entry.at)
        try:
            with database.connection(entry.by).transaction():
                assert database.send(entry.by, revision - 1, entry), (revision, entry.verb)
        except psycopg.Error as error:
            pytest.fail(f"{revision} {entry.by} {entry.verb}: {error}")
    database.close()
    assert len(imported) == 2
    after = PostgresStore(database.url_of_admin).load()
    assert after.tables == sample.board.tables
    assert after.ids == sample.board.ids
    derived = [(entry.by, entry.at, entry.verb, plain(entry.changes)) for _, entry in history_of(after)]
    assert derived == [(entry.by, entry.at, entry.verb, plain(entry.changes)) for _, entry in entries]
    check(database.url_of_admin, [])


def test_a_quarter_with_every_verb_is_committed_by_the_team(server: Server, sample: BoardFile) -> None:
    """The database derives the changes that Python does, for each action."""
    database = TeamDatabase(server, sample, handles(sample.board), NOW)
    board, seen = sample.board, Counter[str]()
    for by, action in QUARTER:
        if getattr(action, "verb", "") in BY_ADMINISTRATOR:
            continue
        board = database.commit(board, by, action, NOW)
        seen[action.verb] += 1
    assert len(seen) > 30
    database.close()
    after = PostgresStore(database.url_of_admin).load()
    assert after.tables == board.tables
    assert after.ids == board.ids
    check(database.url_of_admin, [])
