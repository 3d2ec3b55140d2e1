"""Several actions in one commit, all of them or none; one goal for many members is that."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from teamboard.actions.base import FOR_GOOD, Action, Actor, find_colleague, find_member
from teamboard.actions.goals import AddGoal
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.people import stays
from teamboard.domain.records import Member

EVERYBODY, REPORTS_OF = "all", "reports-of:"


class Batch(Struct, frozen=True):
    """Actions of one verb in one commit; each runs on the board as the ones before it changed it.

    If one of them is refused, nothing is changed.
    """

    actions: tuple[Action, ...]

    @property
    def verb(self) -> str:
        return self.actions[0].verb

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        all_changes: Changes = {}
        for action in self.actions:
            changes = action(board, by, at)
            board = board.with_changes(changes)
            all_changes = {**all_changes, **changes}
        return all_changes


def goals_for(board: Board, owners: str, today: date, **terms: Any) -> Batch:
    """The actions that add the same goal for several members; `terms` are those of AddGoal, `owners` as in `owners_of`.

    Each is held to what AddGoal is: one that is refused refuses all.
    """
    return Batch(tuple(AddGoal(owner=member.handle, **terms) for member in owners_of(board, owners, today)))


def owners_of(board: Board, text: str, today: date) -> tuple[Member, ...]:
    """The members that a text names: `ana,ben`, `all` who stay on the team, or `reports-of:mara`, the direct reports.

    Raises NotFound or Refused.
    """
    wanted = text.strip()
    if wanted == EVERYBODY:
        return tuple(member for member in board.members if stays(member))
    if wanted.startswith(REPORTS_OF):
        manager = find_member(board, wanted.removeprefix(REPORTS_OF))
        reports = tuple(member for member in board.reports(manager.handle) if stays(member))
        if not reports:
            raise Refused(f"Nobody reports to {manager.name} ({manager.handle}).")
        return reports
    names = [name.strip() for name in wanted.split(",")]
    if not all(names):
        raise Refused(f"{text!r} has no member in one place: write ana,ben, {EVERYBODY} or {REPORTS_OF}mara.")
    found: dict[str, Member] = {}
    for name in names:
        member = find_colleague(board, name, today, FOR_GOOD)
        if member.handle in found:
            raise Refused(f"{member.name} ({member.handle}) is named twice.")
        found[member.handle] = member
    return tuple(found.values())
