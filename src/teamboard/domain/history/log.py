"""Read a board's history without time travel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from teamboard.domain.board import Board
from teamboard.domain.commit_log import History, HistoryEntry, HistorySegment, RecordBefore, ReverseStep
from teamboard.domain.handles import all_handles
from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import is_automatic


class InMemoryHistory:
    """A history whose entries are all in memory, oldest first."""

    earlier: Sequence[HistorySegment] = ()

    def __init__(self, entries: Iterable[tuple[int, HistoryEntry]] = ()) -> None:
        self._entries = dict(entries)

    @property
    def begun(self) -> datetime | None:
        """The time of the first commit; None if there is none."""
        return next((entry.at for entry in self._entries.values()), None)

    def get(self, revision: int) -> HistoryEntry | None:
        """The commit of a revision, or None."""
        return self._entries.get(revision)

    def newest(self) -> HistoryEntry | None:
        """The newest commit; None if there is none."""
        return next(reversed(self._entries.values()), None)

    def up_to(self, revision: int) -> InMemoryHistory:
        """The history up to and including `revision`."""
        return InMemoryHistory((number, entry) for number, entry in self if number <= revision)

    def newest_first(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, newest first."""
        return reversed(self._entries.items())

    def touching(self, record_id: RecordId) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield the commits that created, changed or removed a record, oldest first."""
        return ((number, entry) for number, entry in self if record_id in entry.changes)

    def reverse_steps(self) -> Iterator[tuple[int, ReverseStep]]:
        """Yield the part of every commit that time travel needs, newest first."""
        for number, entry in self.newest_first():
            changes = {i: RecordBefore(change.before) for i, change in entry.changes.items()}
            yield number, ReverseStep(entry.at, changes, entry.archive)

    def with_archived(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, oldest first: nothing of this history is archived."""
        return iter(self)

    def __iter__(self) -> Iterator[tuple[int, HistoryEntry]]:
        return iter(self._entries.items())

    def __len__(self) -> int:
        return len(self._entries)


NO_HISTORY = InMemoryHistory()


def history_of(board: Board) -> History:
    """The history of a board; an empty one if the board has none."""
    return NO_HISTORY if board.history is None else board.history


def first_commit_at(board: Board) -> datetime | None:
    """The time of the first commit, which identifies the board; None if there is none."""
    return history_of(board).begun


def last_undoable_commit(board: Board, handle: str) -> int | None:
    """The revision of a member's last commit that can be undone, or None.

    Commits that were undone, undos and automatic commits are skipped. An archive that somebody asked for is not: to
    undo it is refused, because the commit before it is not what the member means.
    """
    member = board.known_as(handle)
    handles = (handle,) if member is None else all_handles(member)
    undone: set[int] = set()
    for number, entry in history_of(board).newest_first():
        if entry.undoes is not None:
            undone.add(entry.undoes)
        elif entry.by in handles and number not in undone and not is_automatic(entry.verb):
            return number
    return None
