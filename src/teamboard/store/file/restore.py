"""Back up a board, and restore a backup: a commit of its own, so that no revision and no number is used twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.history.clock import commit_time
from teamboard.domain.history.differences import differences
from teamboard.domain.history.log import history_of
from teamboard.domain.history.restore import restoring_changes
from teamboard.domain.ids import Table, highest_counters
from teamboard.domain.records import TABLES
from teamboard.domain.verbs import REPAIR_VERB, RESTORE_VERB
from teamboard.store import codec
from teamboard.store.adoption import adopt
from teamboard.store.base import BoardUnreadable, StoreError
from teamboard.store.decoder import InvalidBoardFile, NewerFileFormat
from teamboard.store.file import archives, atomic_file, backups
from teamboard.store.file.recover import keep_damaged, recover
from teamboard.store.file.salvage import MOST_MISSING, salvage
from teamboard.store.file.store import FileStore
from teamboard.store.written import note_written


class Restored(NamedTuple):
    """The result of a restore: the board, and the path of the damaged file that it replaced ("" for none)."""

    board: Board
    kept: str


class _Base(NamedTuple):
    """The file that a restore builds on, the highest revision and numbers found, and where the damaged file is.

    `is_sound` is true if it is the board as it can be read.
    """

    file: codec.BoardFile
    revision: int
    ids: dict[str, int]
    kept: str = ""
    is_sound: bool = False


def back_up(store: FileStore, by: Actor, now: datetime) -> backups.Backup:
    """Back up the board as it is now. Raises StoreError."""
    store.load()
    with store.locked(by):
        kept = store.back_up(now)
    note_written(kept.path)
    return kept


def restore(store: FileStore, backup: backups.Backup, by: Actor, now: datetime) -> Restored:
    """Commit the records of a backup; the file before it is kept, as a backup or, if it is damaged, beside the board.

    The history of the board goes on. Where its file is missing or damaged, it goes on from what can be found of it, at
    a revision above all that can be found. Raises StoreError and Refused.
    """
    path = store.real_path
    file = _decoded(path, backup)
    with store.locked(by):
        base = _base(store, file, now)
        if base.is_sound and not restoring_changes(base.file.board, file.board):
            raise Refused("The board has the records of this backup already; nothing was changed.")
        return Restored(store.replace_board(_file_after(base, file, by, now)), base.kept)


def _file_after(found: _Base, backup: codec.BoardFile, by: Actor, now: datetime) -> codec.BoardFile:
    """The file after the commit that gives what was found the records of `backup`.

    Its revision and the numbers of its next records are above those that were found and those of both files.
    """
    base = found.file
    if backup.board.revision > base.board.revision and _goes_on_from(backup, base):
        # The file was put back to an older state: the backup has all of its history, and more.
        base = backup
    changes = restoring_changes(base.board, backup.board)
    at = commit_time(base.board, now)
    entries = [
        (n, HistoryEntry(by=None, at=at, verb=REPAIR_VERB, changes={}))
        for n in range(base.board.revision + 1, max(found.revision, backup.board.revision, base.board.revision) + 1)
    ]
    last = base.board.revision + len(entries) + 1
    entry = HistoryEntry(
        # Where the board could not be read, nobody has checked that there is such a member.
        by=by.member if base.board.member(by.member) else None,
        at=at,
        verb=RESTORE_VERB,
        changes=differences(base.board, changes),
        login=by.login,
        host=by.host,
        clock=now if now != at else None,
    )
    next_board = base.board.caught_up(changes, last)
    counters = highest_counters(next_board.ids, backup.board.ids, found.ids)
    in_both = base.set_aside.keys() & backup.set_aside.keys()
    aside = {
        i: raw for i, raw in {**base.set_aside, **backup.set_aside}.items() if next_board.get(i) is None or i in in_both
    }
    both = {**base.board.set_aside, **backup.board.set_aside}
    why = {i: text for i, text in both.items() if i in aside or i not in {**base.set_aside, **backup.set_aside}}
    board = Board(next_board.tables, revision=last, ids=counters, set_aside=why)
    base = replace(base, set_aside=aside, unnumbered=_both_unnumbered(base, backup))
    texts = dict(base.texts) | {name: codec.records_text(name, board, base) for name in TABLES}
    head = base.head
    for number, each in [*entries, (last, entry)]:
        texts["history"], head = codec.append_entry(texts["history"], head, number, each)
    return codec.next_file(base, board, texts, head)


def _both_unnumbered(base: codec.BoardFile, backup: codec.BoardFile) -> dict[Table, list[tuple[bytes, bytes]]]:
    """What both files have under keys that are not document numbers; of the same key that of `base`."""
    both = {name: {**dict(backup.unnumbered.get(name, ())), **dict(base.unnumbered.get(name, ()))} for name in TABLES}
    return {name: [*pairs.items()] for name, pairs in both.items() if pairs}


def _goes_on_from(later: codec.BoardFile, earlier: codec.BoardFile) -> bool:
    """True if a file's history begins with all of another's."""
    entry = history_of(later.board).get(earlier.board.revision)
    return entry is not None and entry.hash == earlier.head


def _decoded(path: str, backup: backups.Backup) -> codec.BoardFile:
    """The file of a backup, in today's format. Raises BoardUnreadable."""
    try:
        data, _ = atomic_file.read(backup.path, follow=False)
        return codec.upgrade(archives.decode_board(path, data))
    except InvalidBoardFile as error:
        raise BoardUnreadable(f"{backup.path} can't be read: {error}.") from error
    except OSError as error:
        raise BoardUnreadable(f"{backup.path} can't be read: {os_error_within(error)}.") from error


def _base(store: FileStore, backup: codec.BoardFile, now: datetime) -> _Base:
    """What the restore of a backup builds on; the file that is there is kept. Raises StoreError."""
    path = store.real_path
    if not os.path.lexists(path):
        base = next(_readable_backups(path, now), backup)
        return _Base(base, _highest_named(path, base.board.revision), {})
    try:
        store.load()
    except BoardUnreadable as error:
        if isinstance(error.__cause__, InvalidBoardFile) and not isinstance(error.__cause__, NewerFileFormat):
            return _damaged_base(path, backup, now)
        raise
    known = adopt(store.known_file, backup.id, now)
    if restoring_changes(known.board, backup.board):
        store.back_up(now)
    return _Base(known, known.board.revision, dict(known.board.ids), is_sound=True)


def _damaged_base(path: str, backup: codec.BoardFile, now: datetime) -> _Base:
    """What is left of a damaged file, which is kept beside the board."""
    data, _ = atomic_file.read(path)
    read = salvage(data)
    try:
        base = recover(path, data, now).file
    except StoreError:
        base = next(_readable_backups(path, now), backup)
    revision = _highest_named(path, base.board.revision)
    if read.revision <= revision + MOST_MISSING:
        revision = max(revision, read.revision)
    return _Base(base, revision, read.ids, keep_damaged(path, now))


def _readable_backups(path: str, now: datetime) -> Iterator[codec.BoardFile]:
    """Yield the backups that can be read, the highest revision first."""
    for found in sorted(backups.list_backups(path, now), key=lambda backup: backup.revision, reverse=True):
        with suppress(BoardUnreadable):
            yield _decoded(path, found)


def _highest_named(path: str, revision: int) -> int:
    """The highest revision that a backup or a damaged file beside the board has, at least `revision`.

    Damaged or invented ones, out of all proportion, do not count.
    """
    named = [backup.revision for backup in backups.list_backups(path)]
    folder, name = os.path.split(path)
    with suppress(OSError):
        for other in os.listdir(folder):
            if other.startswith(f"{name}.damaged-"):
                data, _ = atomic_file.read(os.path.join(folder, other), follow=False)
                named.append(salvage(data).revision)
    return max([revision, *(n for n in named if n <= revision + MOST_MISSING)])
