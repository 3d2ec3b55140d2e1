"""The history of a board in a database, read a stretch at a time by whoever looks back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, LiteralString, Protocol

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.commit_log import Fields, HistoryUnavailable
from teamboard.store.base import StoreError
from teamboard.store.postgres import rows
from teamboard.store.postgres.statements import ENTRIES, TOUCHING

STRETCH = 2_000
"""How many commits are read at a time."""


class Queries(Protocol):
    """A store that can be asked for rows."""

    @property
    def known(self) -> tuple[int, Board | None]:
        """The board's number in the database, and the board as it is known here."""
        ...

    def rows(self, query: LiteralString, values: tuple[object, ...]) -> list[Any]:
        """What a query finds. Raises StoreError."""
        ...


class Stretch:
    """Some commits of a board's history, read when somebody looks back so far."""

    before = date.min
    digest = ""

    def __init__(self, store: Queries, first: int, last: int, begun: datetime) -> None:
        self._store = store
        self.first, self.last, self.begun = first, last, begun

    def entries(self) -> bytes:
        """Its commits, as one JSON object by revision. Raises HistoryUnavailable."""
        return self._read(ENTRIES)

    def touching(self, record_id: str) -> bytes:
        """Those that name a record; the others are not sent. Raises HistoryUnavailable."""
        return self._read(TOUCHING, f'"{record_id}":')

    def _read(self, query: LiteralString, *more: str) -> bytes:
        board, _ = self._store.known
        try:
            found = self._store.rows(query, (board, self.first - 1, self.last, *more))
        except StoreError as error:
            raise HistoryUnavailable(str(error), "the server can't be reached") from error
        lines = (b'"%d": %b' % (n, msgspec.json.encode(rows.entry_of(text, private))) for n, text, private in found)
        return b"{" + b",".join(lines) + b"}"

    def records(self) -> dict[str, Fields]:
        """Nothing: what an archive had taken away is in the commit itself here."""
        return {}


def stretches(store: Queries, revision: int, begun: datetime | None) -> list[Stretch]:
    """A board's whole history up to a revision, in stretches."""
    if begun is None:
        return []
    firsts = range(1, revision + 1, STRETCH)
    return [Stretch(store, first, min(first + STRETCH - 1, revision), begun) for first in firsts]
