"""The sentences about any action, in the log, after an undo and in a refusal, where all members have one name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from teamboard.actions.base import Actor, perform
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.history.log import InMemoryHistory, history_of
from teamboard.importers.team import read_team
from teamboard.render.activity_log import describe_commit
from teamboard.resources import resource_folder
from tests.conftest import NOW
from tests.helpers.any_action import HANDLES, action_of
from tests.helpers.verbs import action_classes

NAME = "Kim Holm"
UNTOLD = re.compile(rf"{NAME}(?! \()|\bKim(?! \(| Holm)|\(\)|None|\bchanged [A-Z]\d+$")
"""A name that stands for several, brackets with nothing in them, and a record of which nothing is said."""


@pytest.fixture(scope="module")
def team() -> Board:
    board = read_team(resource_folder("sample_team"), NOW, Actor(None, "demo", "desk")).board
    return board.with_changes({m.id: msgspec.structs.replace(m, name=NAME) for m in board.members})


@pytest.mark.parametrize("kind", action_classes(), ids=lambda c: c.__name__)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_sentence_says_who_and_what(kind: type[Any], team: Board, data: DataObject) -> None:
    by = Actor(data.draw(st.sampled_from(HANDLES)), "login", "desk")
    at = data.draw(st.sampled_from([NOW, NOW + timedelta(days=45)]))
    for sentence in sentences(team, data.draw(action_of(kind, team)), by, at):
        # The name that somebody had stands beside the one they have.
        told = sentence.replace(f"name: {NAME} → ", "").replace(f" → {NAME})", ")")
        assert not UNTOLD.search(told), sentence


def sentences(team: Board, action: Any, by: Actor, at: Any) -> Iterator[str]:
    """The refusal of an action; or its sentence in the log, those after it is undone, and the refusal of the undo."""
    try:
        board, entry, _ = perform(team, action, by, at)
    except (Refused, Conflict, NotFound) as refusal:
        yield str(refusal)
        return
    board = with_entry(team, board, entry)
    yield describe_commit(board, entry)
    try:
        undone, undo, _ = perform(board, Undo(undoes=board.revision), by, at)
    except Refused as refusal:
        yield str(refusal)
        return
    undone = with_entry(board, undone, undo)
    yield describe_commit(undone, entry)
    yield describe_commit(undone, undo)


def with_entry(before: Board, board: Board, entry: HistoryEntry) -> Board:
    """A board with the history of the one before, and a new entry of it."""
    entries = [*history_of(before), (board.revision, entry)]
    return board.with_history(InMemoryHistory(entries))
