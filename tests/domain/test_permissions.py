"""Who may do what."""

from __future__ import annotations

import msgspec
import pytest

from teamboard.actions.team import AddMember
from teamboard.domain import permissions
from teamboard.domain.board import Board, Changes
from teamboard.domain.records import Member
from teamboard.domain.verbs import VerbName
from tests.conftest import TODAY, Maker


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("verb", "owner", "expected"),
    [
        ("check in", "ana", {"ana", "mara"}),
        ("check in", "mara", {"mara"}),
        ("add a goal", "ana", {"mara", "ana"}),
        ("add a member", None, {"mara"}),
        ("give feedback", "ana", {"mara", "ana", "ben"}),
        ("resolve feedback", "ben", {"ben", "mara"}),
    ],
)
def test_who_may_do_what(maker: Maker, verb: VerbName, owner: str | None, expected: set[str]) -> None:
    owned = member(maker.board, owner) if owner else None
    assert {m.handle for m in permissions.who_may(maker.board, verb, owned)} == expected
    assert not permissions.may(maker.board, None, verb, owned)


@pytest.mark.parametrize(
    ("verb", "owner", "expected"),
    [
        ("check in", "eve", {"eve", "dan", "ana", "mara"}),
        ("add a goal", "eve", {"eve", "dan", "ana", "mara"}),
        ("set a skill", "dan", {"dan", "ana", "mara"}),
        ("put down days away", "ana", {"ana", "mara"}),
        ("write in a one-on-one", "eve", {"eve", "dan"}),
        ("schedule a review", "dan", {"dan", "ana"}),
        ("add a goal", "mara", {"mara", "ana", "dan"}),
        ("change a member", "eve", {"dan", "ana", "mara"}),
        ("rename a member", "eve", {"eve", "dan", "ana", "mara"}),
        ("leave the team", "dan", {"ana", "mara"}),
        ("leave the team", "mara", {"mara", "ana", "dan"}),
    ],
)
def test_who_is_above_at_any_number_of_levels(maker: Maker, verb: VerbName, owner: str, expected: set[str]) -> None:
    """Mara, then Ana, then Dan, then Eve; Ben reports to Mara. Reviews and one-on-ones keep their two."""
    maker.do(AddMember(handle="dan", name="Dan", manager="ana"))
    maker.do(AddMember(handle="eve", name="Eve", manager="dan"))
    assert {m.handle for m in permissions.who_may(maker.board, verb, member(maker.board, owner))} == expected


def test_any_manager_changes_who_is_left_under_somebody_who_left(maker: Maker) -> None:
    """As a merge may leave them."""
    maker.do(AddMember(handle="dan", name="Dan", manager="ana"))
    head = msgspec.structs.replace(member(maker.board, "mara"), left=TODAY)
    board = maker.board.with_changes({head.id: head})
    assert {m.handle for m in permissions.who_may(board, "change a member", member(board, "ben"))} == {"ana"}
    assert {m.handle for m in permissions.who_may(board, "change a member", member(board, "dan"))} == {"ana"}


def test_managers_in_a_circle_are_above_each_other_and_end(maker: Maker) -> None:
    ana, ben, mara = (member(maker.board, handle) for handle in ("ana", "ben", "mara"))
    circle: Changes = {
        ana.id: msgspec.structs.replace(ana, manager="ben"),
        ben.id: msgspec.structs.replace(ben, manager="ana"),
    }
    board = maker.board.with_changes(circle)
    assert permissions.is_above(board, member(board, "ana"), member(board, "ben"))
    assert not permissions.is_above(board, mara, member(board, "ben"))
