"""The history of a board in a database, read in pages on demand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, LiteralString, Protocol

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.commit_log import Fields, HistoryUnavailable
from teamboard.domain.ids import RecordId
from teamboard.store.base import StoreError
from teamboard.store.postgres import rows
from teamboard.store.postgres.statements import ENTRIES, TOUCHING

PAGE_SIZE = 2_000
"""Commits per page."""


class Queries(Protocol):
    """The part of PostgresStore that a page needs."""

    @property
    def known(self) -> tuple[int, Board | None]:
        """The board's id in the database, and the board as it was read last, or None."""
        ...

    def rows(self, query: LiteralString, values: tuple[object, ...]) -> list[Any]:
        """Return the rows of a query. Raises StoreError."""
        ...


class HistoryPage:
    """Consecutive commits of a board as a history segment, read on demand."""

    before = date.min
    digest = ""

    def __init__(self, store: Queries, first: int, last: int, begun: datetime) -> None:
        self._store = store
        self.first, self.last, self.begun = first, last, begun

    def entries(self) -> bytes:
        """The commits, as one JSON object by revision. Raises HistoryUnavailable."""
        return self._read(ENTRIES)

    def touching(self, record_id: RecordId) -> bytes:
        """The commits that mention a record, as `entries`; filtered by the server. Raises HistoryUnavailable."""
        return self._read(TOUCHING, f'"{record_id}":')

    def _read(self, query: LiteralString, *more: str) -> bytes:
        board, _ = self._store.known
        try:
            found = self._store.rows(query, (board, self.first - 1, self.last, *more))
        except StoreError as error:
            raise HistoryUnavailable(str(error), "the server can't be reached") from error
        lines = (b'"%d": %b' % (n, msgspec.json.encode(rows.entry_of(text, private))) for n, text, private in found)
        return b"{" + b",".join(lines) + b"}"

    def records(self) -> dict[RecordId, Fields]:
        """Empty: in a database, archived records are in the commit that archived them."""
        return {}


def history_pages(store: Queries, revision: int, begun: datetime | None) -> list[HistoryPage]:
    """Return a board's history up to and including `revision` as pages, oldest first.

    `begun` is the time of the first commit; None for a board without commits.
    """
    if begun is None:
        return []
    firsts = range(1, revision + 1, PAGE_SIZE)
    return [HistoryPage(store, first, min(first + PAGE_SIZE - 1, revision), begun) for first in firsts]
