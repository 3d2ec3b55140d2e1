"""What a board's file says of itself: each commit, and where its numbering stands."""

from __future__ import annotations

from datetime import date, datetime

from teamboard.domain.records import Part


class Change(Part, frozen=True, omit_defaults=False):
    """The fields of one record that a commit changed; `before` is null for a new record."""

    before: dict[str, object] | None
    after: dict[str, object] | None


class HistoryEntry(Part, frozen=True):
    """One commit: who did what, when, from which login and host, and what it changed, by record id.

    `undoes` is the revision that it takes back, if it does; `hash` chains it to the entry before it. One that put
    closed periods into an archive has the digest of that file as `archive`, and the file has what it took away. One
    that was merged from a copy of the board was `made` there, at that moment.
    """

    by: str | None
    at: datetime
    verb: str
    changes: dict[str, Change]
    login: str = ""
    host: str = ""
    undoes: int | None = None
    archive: str = ""
    made: datetime | None = None
    hash: str = ""


class Archive(Part, frozen=True):
    """A file beside the board with what was closed `before` a day, and the history of revisions `first` to `last`.

    `digest` is the hash of its bytes, `begun` the moment of its first commit.
    """

    file: str
    first: int
    last: int
    digest: str
    begun: datetime
    before: date


class BoardMeta(Part, frozen=True):
    """The file's format, the board's revision, the last number given out in each table, the newest entry's hash.

    `archives` are the files with the earlier history, the oldest first.
    """

    format: int
    revision: int
    ids: dict[str, int] = {}
    head: str = ""
    archives: tuple[Archive, ...] = ()
