"""Backups of a board's file, in a folder beside it: taken before a change, and rotated.

A commit puts a new file in the old one's place; so the old one is kept by giving it a second name, which copies
nothing. Where the file system has no such links it is copied.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from teamboard.store.file import atomic_file

EVERY = timedelta(hours=1)
NEWEST = 10
DAYS = 30
"""How often one is taken by itself; how many of the newest are kept, and for how many days one a day beside them."""

_STAMP = "%Y-%m-%dT%H-%M-%SZ"
_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)-r(\d+)\.json", re.ASCII)


class Backup(NamedTuple):
    """One backup: when it was taken, of which revision, and where it is."""

    at: datetime
    revision: int
    path: str


def folder(path: str) -> str:
    """The folder of the backups of the board at `path`."""
    return f"{path}.backups"


def backups(path: str) -> list[Backup]:
    """The backups that there are, the newest first."""
    found = []
    with suppress(OSError), os.scandir(folder(path)) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            with suppress(ValueError):
                if match is not None and entry.is_file(follow_symlinks=False):
                    at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                    found.append(Backup(at, int(match[2]), entry.path))
    return sorted(found, reverse=True)


def is_due(path: str, now: datetime) -> bool:
    """Whether the board at `path` is to be kept before it changes: nothing of the last hour has been."""
    newest = next(iter(backups(path)), None)
    if newest is not None:
        return now - newest.at >= EVERY
    with suppress(OSError):
        return now.timestamp() - os.stat(path).st_mtime >= EVERY.total_seconds()
    return False


def take(path: str, revision: int, now: datetime, *, replaced_next: bool) -> Backup:
    """Keep the board at `path` as it is now; the caller holds the lock. OSError if it can't be.

    What is `replaced_next` is kept by a second name. What stays in its place is copied: whoever wrote into the file
    there, past the commits, would write into its second name too.
    """
    place = folder(path)
    if not os.path.isdir(place):
        atomic_file.new_folder_like(path, place)
    kept = Backup(now, revision, os.path.join(place, f"{now:{_STAMP}}-r{revision}.json"))
    if not os.path.isfile(kept.path) or os.path.islink(kept.path):
        _keep(path, kept.path, linked=replaced_next)
    _rotate(path, now)
    return kept


def _keep(path: str, kept: str, *, linked: bool) -> None:
    """Neither a link nor a copy is put where something is already: FileExistsError."""
    if linked:
        try:
            os.link(path, kept)
        except FileExistsError:
            raise
        except OSError:
            # The file system has no such links.
            linked = False
    if not linked:
        data, _ = atomic_file.read(path)
        atomic_file.replace(kept, [data], new=True, like=path)


def _rotate(path: str, now: datetime) -> None:
    """Forget what is neither among the newest nor the last of one of the last days."""
    seen: set[object] = set()
    for i, found in enumerate(backups(path)):
        day = found.at.date()
        first_of_day = day not in seen
        seen.add(day)
        recent = now - found.at <= timedelta(days=DAYS)
        if i >= NEWEST and not (first_of_day and recent):
            with suppress(OSError):
                os.unlink(found.path)
