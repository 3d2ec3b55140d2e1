"""The Store protocol and the errors that a store raises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Record
from teamboard.store.codec import BoardFile

if TYPE_CHECKING:
    from teamboard.actions.archive import ArchivePeriods

R = TypeVar("R", bound=Record)
DEFAULT_BOARD = "team.board.json"
"""The board where none is named: a file in the folder that one is in."""
FOLDER_REMOVED = "The folder you are in was removed; change to another, then try again."
Clock = Callable[[], datetime]
"""Returns the current time, in UTC."""


def utc_now() -> datetime:
    """The system time, in UTC."""
    return datetime.now(UTC)


class StoreError(Exception):
    """A board that can't be read or written; the message says what happened and what to do, in one line.

    `brief` is the same without the path or address, for a screen that already shows which board it is.
    """

    def __init__(self, message: str, brief: str = "") -> None:
        super().__init__(message)
        self.brief = brief or message


class BoardMissing(StoreError):
    """There is no board at this path or address."""


class BoardExists(StoreError):
    """A board, or another file, already exists at this path or address."""


class BoardUnreadable(StoreError):
    """The file or database can't be read as a board."""


class BoardUnwritable(StoreError):
    """The board can be read but not written."""


class BoardBusy(StoreError):
    """Another process held the board's lock until the timeout."""


class BoardOffline(BoardUnreadable):
    """The server can't be reached now; `Store.changes` reconnects by itself."""


class Commit(Struct, frozen=True):
    """The result of an action: the new board, the history entry, and the ids of the records that it wrote.

    `created` has the ids of the new records, in the order in which they were created; `changed` the ids of all records
    that were created, changed or removed.
    """

    board: Board
    entry: HistoryEntry
    created: tuple[RecordId, ...]
    changed: tuple[RecordId, ...]

    @classmethod
    def from_entry(cls, board: Board, entry: HistoryEntry) -> Commit:
        """The result of the commit that led to `board`, derived from its history entry."""
        created = tuple(i for i, change in entry.changes.items() if change.before is None)
        return cls(board, entry, created, tuple(entry.changes))

    def all_created(self, kind: type[R]) -> list[R]:
        """The records of one type that the commit created, in order of creation."""
        return self._of_type(kind, self.created)

    def all_changed(self, kind: type[R]) -> list[R]:
        """The records of a type that the commit made or changed, as they are after it; without those it removed."""
        return self._of_type(kind, self.changed)

    def _of_type(self, kind: type[R], ids: tuple[RecordId, ...]) -> list[R]:
        records = (self.board.get(i) for i in ids)
        return [record for record in records if isinstance(record, kind)]


class Store(Protocol):
    """Reads and writes one board. Every method may raise StoreError; `commit` and `create` also Refused."""

    @property
    def place(self) -> str:
        """The path or address of the board, without a password, to show to people."""
        ...

    @property
    def authenticated_as(self) -> str | None:
        """Handle the store authenticated the caller as, or None."""
        ...

    @property
    def known_board(self) -> Board | None:
        """The board that was read or written last, without reading it again; None before the first time."""
        ...

    def create(self, file: BoardFile, by: Actor) -> Board:
        """Create the board. Raises BoardExists if there is one."""
        ...

    def load(self) -> Board:
        """Return the newest board."""
        ...

    def commit(self, action: Action, by: Actor) -> Commit:
        """Run an action on the newest board and write its changes, all or nothing."""
        ...

    def notices(self) -> list[str]:
        """Warnings to show when the board is opened, one line each."""
        ...

    def changes(self) -> AsyncIterator[Board | StoreError]:
        """Yield every newer board, or the StoreError when it can't be read; ends only when closed."""
        ...


@runtime_checkable
class ArchivingStore(Protocol):
    """A store that keeps closed periods beside the board; a database has no use for it."""

    @property
    def real_path(self) -> str:
        """The path of the board; its archives are in a folder of that name and `.archive`."""
        ...

    def archive(self, action: ArchivePeriods, by: Actor) -> Commit:
        """Write closed periods to an archive, then commit the board without them. Raises as `Store.commit`."""
        ...
