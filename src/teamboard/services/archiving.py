"""Archiving closed periods: what the team's setting offers when a period begins, and what came of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from teamboard.actions.archive import ArchiveAtPeriodEnd, ArchivePeriods
from teamboard.actions.base import Actor
from teamboard.domain.amounts import plural
from teamboard.domain.board import Board
from teamboard.domain.history.archive import ArchiveOffer, archive_offer
from teamboard.domain.history.log import history_of
from teamboard.domain.sanitize import one_line
from teamboard.store.base import ArchivingStore, Store


class Archived(NamedTuple):
    """What came of an archive: the board, and how many records and commits are in `folder` now.

    The sizes are those of the board's file, in bytes.
    """

    board: Board
    period: str
    records: int
    commits: int
    size_before: int
    size_after: int
    folder: str

    def describe(self) -> str:
        """The result in two sentences."""
        moved = f"{plural(self.records, 'record')} and {plural(self.commits, 'commit')}"
        sizes = f"The board has {_describe_bytes(self.size_after)}, it had {_describe_bytes(self.size_before)}."
        return f"Archived: {moved}, up to the close of {one_line(self.period)}. {sizes}"

    def describe_place(self) -> str:
        """Where the records are now, and that they stay there."""
        return f"They are in {self.folder}; keep that folder beside the board. `undo` does not take an archive back."


def offered_archive(store: Store, board: Board, today: date) -> ArchiveOffer | None:
    """What may be archived by the team's setting; None if nothing is so old, or on a store without archives."""
    return archive_offer(board, today) if isinstance(store, ArchivingStore) else None


def archive_offered(store: Store, offer: ArchiveOffer, by: Actor) -> Archived:
    """Archive what was offered when a period began. Raises Refused or StoreError."""
    if not isinstance(store, ArchivingStore):
        raise TypeError(f"{type(store).__name__} has no archives")
    return archive(store, ArchiveAtPeriodEnd(before=offer.before), by)


def archive(store: ArchivingStore, action: ArchivePeriods, by: Actor) -> Archived:
    """Archive closed periods. Raises Refused or StoreError."""
    size = _size_of(store.real_path)
    commit = store.archive(action, by)
    board = commit.board
    segment = history_of(board).earlier[-1]
    closes = [p.name for p in board.team.earlier if p.revision == segment.last] if board.team else []
    return Archived(
        board=board,
        period="".join(closes),
        records=len(commit.changed),
        commits=segment.last - segment.first + 1,
        size_before=size,
        size_after=_size_of(store.real_path),
        folder=f"{store.real_path}.archive",
    )


def _size_of(path: str) -> int:
    """The bytes of a file; 0 if there is none, which the store tells."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _describe_bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{max(round(size / 1e3), 1):,} KB"
