"""A board's history, and what can be read from it without going back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from teamboard.domain.board import Board
from teamboard.domain.commit_log import History, HistoryEntry, HistorySegment, RecordBefore, ReverseStep

AUTOMATIC_VERBS = ("set a key", "prepare a review")
"""The verbs of what happens by itself: a first key, that somebody has begun to prepare, what is shown by now."""


class InMemoryHistory:
    """A history whose entries are all there, by revision, the oldest first."""

    earlier: Sequence[HistorySegment] = ()

    def __init__(self, entries: Iterable[tuple[int, HistoryEntry]] = ()) -> None:
        self._entries = dict(entries)

    @property
    def begun(self) -> datetime | None:
        """The moment of the first commit; None before there was one."""
        return next((entry.at for entry in self._entries.values()), None)

    def get(self, revision: int) -> HistoryEntry | None:
        """The commit that made a revision, or None."""
        return self._entries.get(revision)

    def up_to(self, revision: int) -> InMemoryHistory:
        """The same history as it was at a revision."""
        return InMemoryHistory((number, entry) for number, entry in self if number <= revision)

    def newest_first(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Every commit, the newest first."""
        return reversed(self._entries.items())

    def touching(self, record_id: str) -> Iterator[tuple[int, HistoryEntry]]:
        """The commits that made, changed or removed a record, the oldest first."""
        return ((number, entry) for number, entry in self if record_id in entry.changes)

    def reverse_steps(self) -> Iterator[tuple[int, ReverseStep]]:
        """Every commit, the newest first, as far as going back needs it."""
        for number, entry in self.newest_first():
            changes = {i: RecordBefore(change.before) for i, change in entry.changes.items()}
            yield number, ReverseStep(entry.at, changes, entry.archive)

    def with_archived(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Every commit, the oldest first: nothing of this history is archived."""
        return iter(self)

    def __iter__(self) -> Iterator[tuple[int, HistoryEntry]]:
        return iter(self._entries.items())

    def __len__(self) -> int:
        return len(self._entries)


NO_HISTORY = InMemoryHistory()


def history_of(board: Board) -> History:
    """A board's history, an empty one if it carries none."""
    return NO_HISTORY if board.history is None else board.history


def first_commit_at(board: Board) -> datetime | None:
    """The moment of the first commit: what tells this board from every other; None before there was one."""
    return history_of(board).begun


def last_undoable_commit(board: Board, handle: str) -> int | None:
    """The revision of a member's last commit that has not been taken back, and is not itself a taking back.

    What is done for them, and not by them, is passed over, and so is an archive.
    """
    undone: set[int] = set()
    for number, entry in history_of(board).newest_first():
        if entry.undoes is not None:
            undone.add(entry.undoes)
        elif entry.by == handle and number not in undone and entry.verb not in AUTOMATIC_VERBS and not entry.archive:
            return number
    return None
