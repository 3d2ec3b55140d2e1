"""What a damaged board is recovered from: its line of commits, its archives, and its backups of the same line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import NamedTuple

from teamboard.domain.commit_log import Fields, HistoryEntry, fields_by_id, replay
from teamboard.domain.ids import RecordId
from teamboard.store.file import archives, atomic_file, backups
from teamboard.store.file.salvage import Entries, Line, SalvagedBoard, salvage


class Earlier(NamedTuple):
    """The board of an earlier revision: the unbroken history that is known of it, and its records.

    `entries` may end before `revision`, where the records are whole but some of their history is not.
    """

    entries: Entries
    revision: int
    state: dict[RecordId, Fields]
    whole: SalvagedBoard | None = None
    """The backup, where its records are whole; else `state` is what the entries say."""


class Sources:
    """What a board can be recovered from: its line of commits, its readable archives, its backups by name."""

    def __init__(self, path: str, read: SalvagedBoard, now: datetime) -> None:
        listed = {archive.digest: archive.file for archive in read.archives}
        digests = [*listed, *(entry.archive for entry in read.entries.values() if entry.archive)]
        self._read = read
        self.archived = archives.listed_archives(path, dict.fromkeys(digests))
        self.backups = list(_salvaged_backups(path, now))
        """Newest first; those dated in the future last."""
        others = [*(archive.entries for archive in self.archived), *(salvaged.entries for _, salvaged in self.backups)]
        self._all = [read.entries, read.again, *others]
        self.line = Line([read.entries, read.again], others, read.named_revision, read.head)
        names = {archive.name for archive in self.archived}
        self.missing_archives = [file for file in listed.values() if file not in names]

    def earlier(self) -> Earlier:
        """The board before what is lost: of the backups on the file's own line the one that goes furthest.

        A backup of another line is left out; where the file's history does not say which is its own, its records do:
        the backup that has most of them as they are goes before one that goes further.
        """
        begins = self.line.begins
        # The entries from here on are known, or in no source.
        after_gap = next((n for n in self.line.entries if n > len(begins)), self.line.last + 1 if self.line.last else 0)
        above = self.line.entries.get(after_gap)
        hash_is_known = bool(above.hash if above is not None else self._read.head)
        # With the entry before those it would have been found on the line, had it not been of another.
        on_line = [s for _, s in self.backups if not (hash_is_known and after_gap - 1 in s.entries)]
        found = [Earlier(begins, len(begins), replay(begins.values()))] if begins else []
        found += (earlier for earlier in self._of(on_line, after_gap) if _goes_on(earlier.entries, begins))
        distance = partial(self._distance, strictly=len(on_line) < len(self.backups))
        return min(found, key=distance, default=Earlier({}, 0, {}))

    def _of(self, salvaged: list[SalvagedBoard], after_gap: int) -> Iterator[Earlier]:
        """Yield the board of each of some backups, as it was before the revision `after_gap`, if that is not 0."""
        chain: Entries = {}
        for read in salvaged:
            if not read.entries or not _goes_on(chain, read.entries):
                chain = Line([read.entries, read.again], self._all, read.named_revision, read.head).begins
            entries = {n: entry for n, entry in chain.items() if n <= read.revision and not 0 < after_gap <= n}
            if read.tables is not None and not 0 < after_gap <= read.revision:
                yield Earlier(entries, read.revision, fields_by_id(read.tables), read)
            else:
                yield Earlier(entries, len(entries), replay(entries.values()))

    def _distance(self, earlier: Earlier, strictly: bool) -> tuple[int, int, int]:
        """How many records of an earlier board the file has not so; if equal, the board that goes further is less.

        A record that the file lacks counts if the file's records are whole, or `strictly`, as where there are backups
        of another line, whose first part may be of the file's; else it may be missing because it is lost.
        """
        own, is_whole = fields_by_id(self._read.readable), self._read.tables is not None
        differing = sum(own.get(i) != fields for i, fields in earlier.state.items() if strictly or is_whole or i in own)
        if is_whole:
            return differing, -len(earlier.entries), -earlier.revision
        return differing, -earlier.revision, -len(earlier.entries)

    def other_lines(self) -> Iterator[str]:
        """Yield a note on each backup with commits that are not on the line; it stays where it is."""
        for name, salvaged in self.backups:
            revisions = [n for n, entry in sorted(salvaged.entries.items()) if self._is_of_another_line(n, entry)]
            if revisions:
                which = (
                    f"revision {revisions[0]}"
                    if len(revisions) == 1
                    else f"revisions {revisions[0]} to {revisions[-1]}"
                )
                yield f"The backup {name} has {which} of another line of commits, which are not on the board"

    def _is_of_another_line(self, revision: int, entry: HistoryEntry) -> bool:
        line = self.line
        here = line.entries.get(revision)
        is_other = revision > line.last or (here is not None and here.hash != entry.hash)
        return bool(entry.hash) and line.last > 0 and is_other


def _goes_on(chain: Entries, begins: Entries) -> bool:
    """True if a chain begins with the entries `begins`."""
    return all(n in chain and chain[n].hash == entry.hash for n, entry in begins.items())


def _salvaged_backups(path: str, now: datetime) -> Iterator[tuple[str, SalvagedBoard]]:
    """Yield what can be read of each backup, by its file name, newest first."""
    for backup in backups.list_backups(path, now):
        with suppress(OSError):
            data, _ = atomic_file.read(backup.path, follow=False)
            yield os.path.basename(backup.path), salvage(data)
