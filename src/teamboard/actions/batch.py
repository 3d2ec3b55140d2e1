"""The same for several goals at once: all of it, or none."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board, Changes


class Batch(Struct, frozen=True):
    """Actions of one kind in one commit; each runs on what the ones before it made of the board.

    Refused, with nothing done, where one of them is.
    """

    actions: tuple[Action, ...]

    @property
    def verb(self) -> str:
        return self.actions[0].verb

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        made: Changes = {}
        for action in self.actions:
            changes = action(board, by, at)
            board = board.supposing(changes)
            made = {**made, **changes}
        return made
