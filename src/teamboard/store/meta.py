"""The table `meta` of a board's file: its format, its numbers and its archives; and the segments that archives hold."""

# Without `from __future__ import annotations`, as the records.

from datetime import date, datetime
from typing import Annotated, Protocol

import msgspec

from teamboard.domain.commit_log import HistorySegment
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Part, Stamp

MAX_REVISION = 10**9
"""No board has more commits: a higher number in a file is damage."""


class Archive(Part, frozen=True):
    """A file beside the board with what was closed before the day `before`, and the history from `first` to `last`.

    `digest` is the hash of its bytes, `begun` the time of its first commit.
    """

    file: str
    first: int
    last: int
    digest: str
    begun: Stamp
    before: date


class BoardMeta(Part, frozen=True):
    """The format of the file and the revision of the board.

    `ids` has the last document number of each table, `head` the hash of the newest history entry, `archives` the files
    with the earlier history, oldest first. `id` tells the board from every other, whatever its file is called; `sums`
    has the CRC-32 of each table of records, as the last commit left it.
    """

    format: int
    revision: Annotated[int, msgspec.Meta(ge=0, le=MAX_REVISION)]
    ids: dict[str, int] = {}
    head: str = ""
    archives: tuple[Archive, ...] = ()
    id: str = ""
    sums: dict[str, int] = {}


class RawSegment(HistorySegment, Protocol):
    """A history segment as a store reads it, from an archive or a database; its first commit was made at `begun`.

    Every method may raise HistoryUnavailable.
    """

    begun: datetime
    digest: str

    def entries(self) -> bytes:
        """The commits, as one JSON object by revision."""
        ...

    def touching(self, record_id: RecordId) -> bytes | None:
        """The commits that may have changed a record, as `entries`; None if reading all of them costs no more."""
        ...
