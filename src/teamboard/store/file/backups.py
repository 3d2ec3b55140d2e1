"""Backups of a board's file, in a folder beside it: taken before a change, and rotated.

A backup is a file of its own and shares no inode with the board: what another program writes into the board's file does
not reach it.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from teamboard.store.base import BoardUnreadable
from teamboard.store.file import atomic_file
from teamboard.store.file.side_folder import SideFolder, is_obstructed, side_folder

INTERVAL = timedelta(hours=1)
KEEP_NEWEST = 10
KEEP_DAYS = 30
FIRST_REVISION = 10
"""How often a backup is taken automatically, how many of the newest are kept, and for how many days the last one; the
revision from which on a new board has one."""

_STAMP = "%Y-%m-%dT%H-%M-%SZ"
_NAME = r"(?a)(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)-r(\d{1,18})(?:-\d+)?\.json"


class Backup(Struct, frozen=True, order=True):
    """One backup: when it was taken, its revision and its path."""

    at: datetime
    revision: int
    path: str


def folder(path: str) -> str:
    """The backup folder of the board at `path`."""
    return f"{path}.backups"


def list_backups(path: str, now: datetime | None = None) -> list[Backup]:
    """The backups of the board at `path`, newest first; those dated after `now`, by a wrong clock, come last."""
    with suppress(OSError), side_folder(folder(path)) as place:
        found = _listed(place, path)
        return found if now is None else sorted(found, key=lambda backup: is_future(backup, now))
    return []


def check_readable(path: str) -> None:
    """Raise BoardUnreadable if this login may not list the backups of the board at `path`."""
    place = folder(path)
    if os.path.isdir(place) and not os.access(place, os.R_OK | os.X_OK):
        raise BoardUnreadable(f"{place} can't be read: permission denied. Ask its owner for read access.")


def is_future(backup: Backup, now: datetime) -> bool:
    """True if a backup is dated so far after `now` that the clock of the machine that took it was wrong."""
    return backup.at - now > INTERVAL


def _listed(place: SideFolder, path: str) -> list[Backup]:
    found = []
    for name in place.names():
        match = re.fullmatch(_NAME, name)
        with suppress(ValueError):
            if match is not None:
                at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(at, int(match[2]), os.path.join(folder(path), name)))
    return sorted(found, reverse=True)


def is_due(path: str, revision: int, now: datetime) -> bool:
    """True if the newest backup is older than INTERVAL; without one, if the board at `revision` is worth its first.

    That is so from its FIRST_REVISION on, or when the file is older than INTERVAL. Backups dated in the future don't
    count.
    """
    newest = next((found for found in list_backups(path) if not is_future(found, now)), None)
    if newest is not None:
        return now - newest.at >= INTERVAL
    if revision >= FIRST_REVISION:
        return True
    with suppress(OSError):
        return now.timestamp() - os.stat(path).st_mtime >= INTERVAL.total_seconds()
    return False


def describe_obstacle(path: str) -> str:
    """Why no backup of the board at `path` can be taken, and what to do; "" if its folder can be written or made."""
    place = folder(path)
    name = os.path.basename(place)
    if is_obstructed(place):
        return f"No backups are taken: {name} is a link or not a folder. Move it away."
    if os.path.isdir(place) and not os.access(place, os.W_OK | os.X_OK):
        return f"No backups are taken: you may not write into {name}. Give it the group and mode of the board."
    return ""


def take_backup(path: str, revision: int, now: datetime) -> Backup:
    """Back up the board at `path`; the caller holds the lock. Raises OSError."""
    stem = f"{now:{_STAMP}}-r{revision}"
    name, number = f"{stem}.json", 1
    with side_folder(folder(path), new_like=path) as place:
        while place.has(name) and not _holds(place, name, path):
            # Of the same second and revision, but with other content, as after an edit by hand.
            number += 1
            name = f"{stem}-{number}.json"
        if not place.has(name):
            place.copy(path, name)
        _rotate(path, place, now)
    return Backup(now, revision, os.path.join(folder(path), name))


def _holds(place: SideFolder, name: str, path: str) -> bool:
    """True if a backup has the content of the file at `path`."""
    return place.read(name) == atomic_file.read(path)[0]


def _rotate(path: str, place: SideFolder, now: datetime) -> None:
    """Delete all but the 10 newest backups and the last of each of the 30 newest days that have one.

    These are not the last 30 days: a clock that is ahead would push out the backups of all others. Of those dated in
    the future the 10 with the highest revisions are kept.
    """
    listed = _listed(place, path)
    future = sorted((b for b in listed if is_future(b, now)), key=lambda backup: backup.revision, reverse=True)
    for found in future[KEEP_NEWEST:]:
        with suppress(OSError):
            place.unlink(os.path.basename(found.path))
    seen: set[object] = set()
    for i, found in enumerate(b for b in listed if not is_future(b, now)):
        day = found.at.date()
        first_of_day = day not in seen
        seen.add(day)
        if i >= KEEP_NEWEST and not (first_of_day and len(seen) <= KEEP_DAYS):
            with suppress(OSError):
                place.unlink(os.path.basename(found.path))
