"""Backups of a board's file, in a folder beside it: taken before a change, and rotated.

A commit renames a new file over the old one, so a hard link keeps the old one without copying it. Where the file
system has no hard links, it is copied.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from teamboard.store.file import atomic_file
from teamboard.store.file.side_folder import SideFolder, side_folder

INTERVAL = timedelta(hours=1)
KEEP_NEWEST = 10
KEEP_DAYS = 30
"""How often a backup is taken automatically, how many of the newest are kept, and for how many days one per day."""

_STAMP = "%Y-%m-%dT%H-%M-%SZ"
_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)-r(\d+)\.json", re.ASCII)


class Backup(NamedTuple):
    """One backup: when it was taken, its revision and its path."""

    at: datetime
    revision: int
    path: str


def folder(path: str) -> str:
    """The backup folder of the board at `path`."""
    return f"{path}.backups"


def list_backups(path: str) -> list[Backup]:
    """The backups of the board at `path`, newest first."""
    with suppress(OSError), side_folder(folder(path)) as place:
        return _listed(place, path)
    return []


def _listed(place: SideFolder, path: str) -> list[Backup]:
    found = []
    for name in place.names():
        match = _NAME.fullmatch(name)
        with suppress(ValueError):
            if match is not None:
                at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(at, int(match[2]), os.path.join(folder(path), name)))
    return sorted(found, reverse=True)


def is_due(path: str, now: datetime) -> bool:
    """True if the newest backup, or without one the file, is older than INTERVAL."""
    newest = next(iter(list_backups(path)), None)
    if newest is not None:
        return now - newest.at >= INTERVAL
    with suppress(OSError):
        return now.timestamp() - os.stat(path).st_mtime >= INTERVAL.total_seconds()
    return False


def take_backup(path: str, revision: int, now: datetime, *, replaced_next: bool) -> Backup:
    """Back up the board at `path`; the caller holds the lock. Raises OSError.

    With `replaced_next` the backup is a hard link. A file that stays in place is copied, because a program that
    writes into it without a commit would change the backup too.
    """
    name = f"{now:{_STAMP}}-r{revision}.json"
    with side_folder(folder(path), new_like=path) as place:
        if not place.has(name):
            _link_or_copy(path, place, name, linked=replaced_next)
        _rotate(path, place, now)
    return Backup(now, revision, os.path.join(folder(path), name))


def _link_or_copy(path: str, place: SideFolder, name: str, *, linked: bool) -> None:
    """Create the backup by hard link or copy. Raises FileExistsError instead of overwriting."""
    if linked:
        try:
            place.link(path, name)
        except FileExistsError:
            raise
        except OSError:
            # The file system has no hard links.
            linked = False
    if not linked:
        data, _ = atomic_file.read(path)
        place.write(name, [data], path)


def _rotate(path: str, place: SideFolder, now: datetime) -> None:
    """Delete all but the 10 newest backups and the last of each of the past 30 days."""
    seen: set[object] = set()
    for i, found in enumerate(_listed(place, path)):
        day = found.at.date()
        first_of_day = day not in seen
        seen.add(day)
        recent = now - found.at <= timedelta(days=KEEP_DAYS)
        if i >= KEEP_NEWEST and not (first_of_day and recent):
            with suppress(OSError):
                place.unlink(os.path.basename(found.path))
