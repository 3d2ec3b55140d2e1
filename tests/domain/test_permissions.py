"""Who may do what."""

from __future__ import annotations

import pytest

from teamboard.domain import permissions
from teamboard.domain.board import Board
from teamboard.domain.records import Member
from teamboard.domain.verbs import VerbName
from tests.conftest import Maker


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("verb", "owner", "expected"),
    [
        ("check in", "ana", {"ana", "mara"}),
        ("check in", "mara", {"mara"}),
        ("add a goal", "ana", {"mara"}),
        ("add a member", None, {"mara"}),
        ("give feedback", "ana", {"mara", "ana", "ben"}),
        ("resolve feedback", "ben", {"ben", "mara"}),
    ],
)
def test_who_may_do_what(maker: Maker, verb: VerbName, owner: str | None, expected: set[str]) -> None:
    owned = member(maker.board, owner) if owner else None
    assert {m.handle for m in permissions.who_may(maker.board, verb, owned)} == expected
    assert not permissions.may(maker.board, None, verb, owned)
