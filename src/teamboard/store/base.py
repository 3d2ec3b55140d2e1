"""The Store protocol, and what can go wrong with one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, TypeVar

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Record
from teamboard.store.codec import BoardFile

R = TypeVar("R", bound=Record)
Clock = Callable[[], datetime]
"""Says what time it is, in UTC."""


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


class StoreError(Exception):
    """A board that can't be read or written; the message says what happened and what to do, in one line.

    `brief` says it to somebody who has the board before them, and knows which one it is.
    """

    def __init__(self, message: str, brief: str = "") -> None:
        super().__init__(message)
        self.brief = brief or message


class BoardMissing(StoreError):
    """There is no board there."""


class BoardExists(StoreError):
    """There is a board, or another file, already."""


class BoardUnreadable(StoreError):
    """What is there can't be read as a board."""


class BoardUnwritable(StoreError):
    """The board can be read, not written."""


class BoardBusy(StoreError):
    """Somebody else has held the board's lock for too long."""


class BoardOffline(BoardUnreadable):
    """What holds the board can't be reached now; whoever follows it comes back by itself."""


class Commit(NamedTuple):
    """What came of an action: the new board, the history entry that says what happened, and what it touched.

    `created` are the ids of the records that it made, in the order in which it made them; `changed` the ids of all
    records that it made, changed or removed.
    """

    board: Board
    entry: HistoryEntry
    created: tuple[RecordId, ...]
    changed: tuple[RecordId, ...]

    @classmethod
    def of(cls, board: Board, entry: HistoryEntry) -> Commit:
        """The answer to a commit that made `board`, told from its history entry."""
        created = tuple(RecordId(i) for i, change in entry.changes.items() if change.before is None)
        return cls(board, entry, created, tuple(RecordId(i) for i in entry.changes))

    def all_created(self, kind: type[R]) -> list[R]:
        """The records of a type that the commit made, in the order in which it made them."""
        return self._of_type(kind, self.created)

    def all_changed(self, kind: type[R]) -> list[R]:
        """The records of a type that the commit made or changed, as they are after it; without those it removed."""
        return self._of_type(kind, self.changed)

    def _of_type(self, kind: type[R], ids: tuple[RecordId, ...]) -> list[R]:
        records = (self.board.get(i) for i in ids)
        return [record for record in records if isinstance(record, kind)]


class Store(Protocol):
    """Where a board lives. Every method may raise StoreError; `commit` also Refused."""

    @property
    def place(self) -> str:
        """Where that is, as one may show it."""
        ...

    @property
    def seat(self) -> str | None:
        """The handle of the member as whom the store itself knows whoever asks; None where it asks nobody."""
        ...

    def create(self, file: BoardFile, by: Actor) -> Board:
        """Make the board; BoardExists if there is one."""
        ...

    def load(self) -> Board:
        """The newest board."""
        ...

    def commit(self, action: Action, by: Actor) -> Commit:
        """Run an action on the newest board and keep its changes, all or nothing."""
        ...

    def notices(self) -> list[str]:
        """What whoever opens the board should know, a line each."""
        ...

    def changes(self) -> AsyncIterator[Board | StoreError]:
        """Every newer board as it comes, and the trouble when one can't be read; ends only when closed."""
        ...
