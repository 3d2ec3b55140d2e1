"""What Python and the database say twice, the named checks, is held to one set of cases; see `cases`."""

from __future__ import annotations

import re
from typing import Any, get_args

import msgspec
import psycopg
import pytest

from teamboard.actions.base import Actor, perform
from teamboard.actions.undo import Undo
from teamboard.domain.errors import Refused
from teamboard.domain.verbs import Check
from teamboard.store.codec import BoardFile
from teamboard.store.postgres import rows
from tests.conftest import NOW
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import Patches, commit_by_hand
from tests.helpers.team_database import TeamDatabase
from tests.store.postgres.cases import CASES, PREPARED, Case
from tests.store.postgres.cases_of_goals import ALLOWED, CASES_OF_GOALS
from tests.store.postgres.cases_of_proposals import CASES_OF_PROPOSALS, PROPOSAL

ALL_CASES = CASES | CASES_OF_GOALS


def patch_of(fields: dict[str, Any]) -> dict[str, Any]:
    """The patch that sets fields, and unsets those that are None."""
    unset = [name for name, value in fields.items() if value is None]
    return {"set": {k: v for k, v in fields.items() if v is not None}} | ({"unset": unset} if unset else {})


def patches_of(database: TeamDatabase, case: Case) -> Patches:
    """What a case writes, and that Python refuses it, or would write something else."""
    board = database.admin.load()
    actor = Actor(case.who, "login-" + case.who)
    if case.python:
        with pytest.raises(Refused, match=re.escape(case.python)):
            perform(board, case.action, actor, NOW)
        return {i: None if fields is None else patch_of(fields) for i, fields in case.written.items()}
    _, entry, _ = perform(board, case.action, actor, NOW)
    patches: Patches = msgspec.json.decode(rows.patches_of(entry))
    for record_id, fields in case.written.items():
        patches.setdefault(record_id, {"set": {}})["set"].update(fields or {})
    return patches


def test_every_named_check_has_cases() -> None:
    assert {*ALL_CASES, *CASES_OF_PROPOSALS} == set(get_args(Check))


def not_refused(database: TeamDatabase, revision: int, cases_by_check: dict[Check, list[Case]]) -> list[Any]:
    """The cases that the database does not refuse for their reason: the check, what was written, what it says."""
    wrong: list[Any] = []
    for name, cases in cases_by_check.items():
        for case in cases:
            connection, patches = database.connection(case.who), patches_of(database, case)
            try:
                commit_by_hand(connection, revision, case.action.verb, patches)
                why = "nothing"
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation) as error:
                why = error.diag.message_primary or ""
            connection.rollback()
            if case.database not in why:
                wrong.append((name, case.written, why))
    return wrong


def test_what_a_named_check_refuses_is_refused_by_both(server: Server, sample: BoardFile) -> None:
    handles = tuple(member.handle for member in sample.board.members)
    database = TeamDatabase(server, sample, handles, NOW)
    board = sample.board
    for by, action in PREPARED:
        board = database.commit(board, by, action, NOW)
    assert not_refused(database, board.revision, ALL_CASES) == []
    board = database.commit(board, *PROPOSAL, NOW)
    assert not_refused(database, board.revision, CASES_OF_PROPOSALS) == []
    database.close()
    assert database.admin.load().revision == board.revision
    check(database.url_of_admin, [])


def test_what_members_do_with_goals_is_allowed_and_derived_alike(server: Server, sample: BoardFile) -> None:
    handles = tuple(member.handle for member in sample.board.members)
    database = TeamDatabase(server, sample, handles, NOW)
    board = sample.board
    for by, action in (*PREPARED, *ALLOWED):
        board = database.commit(board, by, action, NOW)
    board = database.admin.load()
    undone = database.commit(board, "mara", Undo(undoes=board.revision), NOW)
    assert undone.tables["team_goals"] != board.tables["team_goals"]
    database.close()
    check(database.url_of_admin, [])
