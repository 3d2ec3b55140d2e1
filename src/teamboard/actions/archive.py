"""Archiving closed periods, so that the board stays small and fast."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from msgspec import Struct

from teamboard.actions.base import Actor, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.history.archive import archivable_ids, last_archivable_period
from teamboard.domain.records import EarlierPeriod
from teamboard.domain.verbs import VerbName


class ArchivePeriods(Struct, frozen=True, kw_only=True):
    """Archive the settled records of the periods that ended before a day, and the history up to their close."""

    verb: ClassVar[VerbName] = "archive closed periods"

    before: date

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        require(board, by, self.verb)
        return dict.fromkeys(archivable_ids(board, self.period(board), board.day_of(at)), None)

    def period(self, board: Board) -> EarlierPeriod:
        """The last period to be archived. Raises Refused if there is none."""
        period = self.last_period(board)
        if period is None:
            raise Refused(f"No period that ended before {self.before} is left on the board; nothing was archived.")
        return period

    def last_period(self, board: Board) -> EarlierPeriod | None:
        """The last period to be archived, or None."""
        return last_archivable_period(board, self.before)


class ArchiveAtPeriodEnd(ArchivePeriods, frozen=True, kw_only=True):
    """The same, offered when a period begins. Undo passes over it, and undoes what the member did before."""

    verb: ClassVar[VerbName] = "archive at a period's end"
