"""What a board's file says of itself: each commit, and where its numbering stands."""

from __future__ import annotations

from datetime import datetime

from teamboard.board.records import Part


class Change(Part, frozen=True, omit_defaults=False):
    """The fields of one record that a commit changed; `before` is null for a new record."""

    before: dict[str, object] | None
    after: dict[str, object] | None


class HistoryEntry(Part, frozen=True):
    """One commit: who did what, when, from which login and host, and what it changed, by record id.

    `undoes` is the revision that it takes back, if it does; `hash` chains it to the entry before it.
    """

    by: str | None
    at: datetime
    verb: str
    changes: dict[str, Change]
    login: str = ""
    host: str = ""
    undoes: int | None = None
    hash: str = ""


class BoardMeta(Part, frozen=True):
    """The file's format, the board's revision, the last number given out in each table, the newest entry's hash."""

    format: int
    revision: int
    ids: dict[str, int] = {}
    head: str = ""
