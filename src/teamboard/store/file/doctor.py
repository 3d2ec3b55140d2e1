"""Is a board's file whole, and if not, what can be had back: from its history, its records, its backups."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import msgspec

from teamboard.actions.base import Actor
from teamboard.domain.board import Board, last_numbers
from teamboard.domain.commit_log import HistoryUnavailable, replay, stored_fields
from teamboard.domain.errors import describe_os_error
from teamboard.domain.history.differences import differing_ids
from teamboard.domain.history.log import history_of
from teamboard.store import codec, hash_chain
from teamboard.store.base import BoardMissing, BoardUnreadable, StoreError
from teamboard.store.file import archives, atomic_file, backups, lock
from teamboard.store.file.conflict_copies import notices
from teamboard.store.file.salvage import Entries, Salvaged, board_of, mended, salvage, whole_chain
from teamboard.store.file.store import FileStore

CLOCK_TOLERANCE = timedelta(minutes=5)


class Finding(NamedTuple):
    """One thing that was looked at: what it is, whether it is well, and whether `--fix` would mend it."""

    what: str
    well: bool
    mends: bool = False


class Mended(NamedTuple):
    """What mending came to: the board that is there now, where the damaged file is, what was lost."""

    board: Board
    kept: str
    lost: str


def examine(store: FileStore, now: datetime) -> Iterator[Finding]:
    """Look at everything about a board's file; nothing is written. Raises BoardMissing."""
    path = store.real_path
    if not os.path.exists(path):
        store.load()
    try:
        data, _ = atomic_file.read(path)
        known = codec.decode(data, open_archives=partial(archives.opened, path))
    except codec.NewerFormat as error:
        yield Finding(f"the file can't be read here: {error}", False)
        return
    except codec.Unreadable as error:
        yield Finding(f"the file can't be read: {error}", False, True)
    except OSError as error:
        yield Finding(f"the file can't be read: {describe_os_error(error)}", False)
    else:
        yield Finding(f"structure and references: {sum(map(len, known.board.tables.values()))} records", True)
        yield from _history(known, now)
    yield from _around(path)


def _history(known: codec.BoardFile, now: datetime) -> Iterator[Finding]:
    board = known.board
    try:
        entries = dict(history_of(board).with_archived())
    except HistoryUnavailable as error:
        yield Finding(f"{error}", False)
        return
    except ValueError as error:
        yield Finding(f"the history can't be read: {error}", False, True)
        return
    gaps = [n for n in range(1, board.revision + 1) if n not in entries]
    more = [n for n in entries if not 1 <= n <= board.revision]
    if gaps or more:
        named = ", ".join(map(str, (gaps or more)[:5]))
        yield Finding(f"the history {'lacks' if gaps else 'has too much at'} revision {named}", False, True)
        return
    if known.version >= 2:
        edited = list(hash_chain.broken(entries.items()))
        newest = entries[board.revision].hash if entries else ""
        if edited or newest != known.head:
            where = f"revision {edited[0]}" if edited else "its end"
            yield Finding(f"the history was edited, cut or put in another order at {where}", False, True)
        else:
            yield Finding(f"history: {len(entries)} entries, the chain is whole, its head is {known.head or '—'}", True)
    state = {i: stored_fields(record) for table in board.tables.values() for i, record in table.items()}
    edited_records = differing_ids(replay(entries.values()), state)
    if edited_records:
        yield Finding(f"{', '.join(edited_records[:5])} differ from what the history says of them", False, True)
    else:
        yield Finding("the records are what the history adds up to", True)
    jumps = [n for (_, a), (n, b) in pairwise(sorted(entries.items())) if a.at - b.at > CLOCK_TOLERANCE]
    future = [n for n, entry in entries.items() if entry.at - now > CLOCK_TOLERANCE]
    if future:
        yield Finding(f"revision {future[0]} is of a time to come: somebody's clock was ahead", False)
    if jumps:
        yield Finding(f"revision {jumps[0]} is earlier than the one before it: clocks differ", False)


def _around(path: str) -> Iterator[Finding]:
    """The lock, what is left over, who may do what, the backups."""
    mode = os.stat(path).st_mode
    with suppress(FileNotFoundError):
        found_lock = os.lstat(f"{path}.lock")
        if wrong := lock.trouble(found_lock):
            yield Finding(f"the lock is {wrong}: nobody can commit; remove {path}.lock", False)
        elif found_lock.st_mode & 0o666 != mode & 0o666 | 0o600:
            yield Finding("the lock is not for the same people as the board", False, True)
    if os.path.lexists(atomic_file.temporary(path)):
        yield Finding("a write that was cut short has left its temporary file", False, True)
    folder = os.stat(os.path.dirname(path))
    if mode & stat.S_IWGRP and not folder.st_mode & stat.S_IWGRP:
        yield Finding("the group may write the board, but not its folder: nobody but its owner can commit", False)
    if atomic_file.is_sticky(path) and mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield Finding("its folder is sticky, as /tmp is: nobody but the board's owner can commit", False)
    others = os.stat(path).st_nlink - 1 - sum(os.path.samefile(path, b.path) for b in backups.backups(path))
    if others > 0:
        yield Finding("the file has a second name (a hard link): that one stays behind with the next commit", False)
    if mode & stat.S_IWOTH:
        yield Finding("everybody on this machine may write the board", False)
    for line in notices(path):
        yield Finding(line, False)
    found = backups.backups(path)
    newest = f", the newest of {found[0].at:%Y-%m-%d %H:%M} UTC, revision {found[0].revision}" if found else ""
    yield Finding(f"backups: {len(found)}{newest}", True)


def mend(store: FileStore, by: Actor, now: datetime) -> Mended | None:
    """Put a damaged board right, from its history, its records and its backups; None if there was nothing to mend.

    The damaged file is kept beside it. Raises BoardUnreadable where nothing can be had back.
    """
    path = store.real_path
    if not os.path.exists(path):
        raise BoardMissing(f"There is no board at {store.path}.")
    with store.locked(by):
        with suppress(OSError):
            os.unlink(atomic_file.temporary(path))
        if all(finding.well or not finding.mends for finding in examine(store, now)):
            return None
        data, _ = atomic_file.read(path)
        read = salvage(data)
        found, lost = _had_back(path, read)
        kept = f"{path}.damaged-{now:%Y-%m-%dT%H-%M-%SZ}"
        atomic_file.replace(kept, [data], new=True, like=path)
        return Mended(store.put(found), kept, lost)


def _had_back(path: str, read: Salvaged) -> tuple[codec.BoardFile, str]:
    """The best board that there is in a damaged file and its backups, and what of it is lost, if anything."""
    older = [salvaged.entries for salvaged in _good_backups(path)]
    known = whole_chain([read.entries, *archives.histories(path), *older])
    board_then = _replayed(path, known, readable=read.tables is not None)
    if board_then is not None and len(known) >= read.revision:
        return codec.assemble(board_then, known.items()), ""
    if read.tables is not None:
        board = Board(read.tables, revision=read.revision, ids=last_numbers(read.tables, read.ids))
        entries = list(mended(known, board, read.entries))
        who = f"who made revision {len(known) + 1}, and why, is not known any more; no record is lost"
        return codec.assemble(board.with_changes({}), entries), who
    if board_then is None:
        raise BoardUnreadable(
            f"{path}: nothing can be had back from it, and there is no good backup; the file stays as it is."
        )
    first = len(known) + 1
    lost = f"revisions {first} to {read.revision}" if read.revision > first else f"revision {first}"
    return codec.assemble(board_then, known.items()), f"{lost} could not be had back"


def _replayed(path: str, known: Entries, *, readable: bool) -> Board | None:
    """The board that a history adds up to; None without one, or where it does not and the records are `readable`."""
    if not known:
        return None
    try:
        return board_of(known)
    except (msgspec.ValidationError, KeyError, ValueError) as error:
        if readable:
            return None
        why = " ".join(str(error).split())
        raise BoardUnreadable(
            f"{path}: its history has a record that can't be read ({why}); "
            "put a backup back with `teamboard board restore`."
        ) from error


def _good_backups(path: str) -> Iterator[Salvaged]:
    for backup in backups.backups(path):
        with suppress(OSError):
            data, _ = atomic_file.read(backup.path, follow=False)
            yield salvage(data)


def back_up(store: FileStore, by: Actor, now: datetime) -> backups.Backup:
    """Keep the board as it is now. Raises StoreError."""
    board = store.load()
    with store.locked(by):
        try:
            return backups.take(store.real_path, board.revision, now, replaced_next=False)
        except OSError as error:
            raise StoreError(f"{store.path} can't be backed up: {describe_os_error(error)}.") from error


def restore(store: FileStore, backup: backups.Backup, by: Actor, now: datetime) -> Board:
    """Put a backup in the board's place; what stood there is kept, as a backup or as a damaged file."""
    path = store.real_path
    data, _ = atomic_file.read(backup.path, follow=False)
    try:
        file = codec.decode(data, open_archives=partial(archives.opened, path))
    except codec.Unreadable as error:
        raise BoardUnreadable(f"{backup.path} can't be read: {error}.") from error
    with store.locked(by):
        if os.path.exists(path):
            try:
                backups.take(path, store.load().revision, now, replaced_next=True)
            except StoreError:
                os.link(path, f"{path}.damaged-{now:%Y-%m-%dT%H-%M-%SZ}")
        return store.put(codec.upgrade(file))
