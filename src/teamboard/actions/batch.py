"""Several actions in one commit: all of them, or none."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board, Changes


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
