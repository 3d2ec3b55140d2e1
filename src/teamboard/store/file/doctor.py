"""Check a board's file, and repair it from its history, its records or its backups."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import NamedTuple

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryDamaged, HistoryEntry, HistoryUnavailable, fields_by_id, replay
from teamboard.domain.history.archive import archivable_ids, archive_offer
from teamboard.domain.history.differences import differing_ids
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import is_record_id, numbers_used
from teamboard.domain.records import TABLES
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.store import codec, hash_chain
from teamboard.store.base import BoardUnreadable
from teamboard.store.decoder import NOT_A_BOARD, InvalidBoardFile, NewerFileFormat, locate
from teamboard.store.file import archives, atomic_file, backups, lock
from teamboard.store.file.conflict_copies import notices
from teamboard.store.file.recover import NoBoard, keep_damaged, recover
from teamboard.store.file.side_folder import is_obstructed
from teamboard.store.file.store import FileStore

CLOCK_TOLERANCE = timedelta(minutes=5)


class Finding(NamedTuple):
    """One check: what was found, whether it is ok, and whether `--fix` would repair it."""

    what: str
    ok: bool
    fixable: bool = False


class Repaired(NamedTuple):
    """The result of a repair: the board, the path of the damaged file, what was lost ("" for nothing), and notes.

    `back` counts the archived records that are on the board again.
    """

    board: Board
    kept: str
    lost: str
    notes: tuple[str, ...] = ()
    back: int = 0


def examine(store: FileStore, now: datetime) -> Iterator[Finding]:
    """Yield a finding for each check of a board's file; nothing is written. Raises BoardMissing."""
    store.check_exists()
    yield from _examine_content(store, now)
    yield from _examine_surroundings(store.real_path, now)


def _examine_content(store: FileStore, now: datetime) -> Iterator[Finding]:
    """Yield findings about what is in the file."""
    path = store.real_path
    try:
        data, _ = atomic_file.read(path)
        known = archives.decode_board(path, data)
    except NewerFileFormat as error:
        yield Finding(f"the file can't be read here: {error}", False)
        return
    except InvalidBoardFile as error:
        yield _examine_damaged(path, data, str(error), now)
    except OSError:
        # Not a file, or out of reach: there is nothing to examine, and `load` says why.
        store.load()
        raise
    else:
        yield Finding(f"structure and references: {sum(map(len, known.board.tables.values()))} records", True)
        for record_id, why in known.board.set_aside.items():
            where = f"{locate(data, record_id)}: " if is_record_id(record_id) else ""
            yield Finding(f"{record_id} is set aside: {where}{why}", False, True)
        yield from _examine_history(known, now)
        yield from _examine_age(known, now)
        for name in archives.foreign_files(path, known.archives):
            yield Finding(
                f"{name} in {os.path.basename(archives.folder(path))} is not the archive that its name says, and could "
                "be in the way of one: move it away",
                False,
            )


def _examine_damaged(path: str, data: bytes, why: str, now: datetime) -> Finding:
    """What is said of a file that is not a readable board; a repair is promised only where there is one."""
    try:
        recover(path, data, now)
    except NoBoard:
        return Finding(f"this is not a board: {why.removeprefix(NOT_A_BOARD)}", False)
    except BoardUnreadable:
        return Finding(f"the file can't be read, and neither it nor a backup has what a repair needs: {why}", False)
    return Finding(f"the file can't be read: {why}", False, True)


def _examine_history(known: codec.BoardFile, now: datetime) -> Iterator[Finding]:
    board = known.board
    try:
        entries = dict(history_of(board).with_archived())
    except HistoryUnavailable as error:
        if isinstance(error, HistoryDamaged):
            yield Finding(error.what, False, True)
        else:
            yield Finding(str(error), False)
        return
    gaps = list(islice((n for n in range(1, board.revision + 1) if n not in entries), 5))
    more = [n for n in entries if not 1 <= n <= board.revision]
    if gaps or more:
        named = ", ".join(map(str, gaps or more[:5]))
        yield Finding(f"the history {'lacks' if gaps else 'has an unexpected'} revision {named}", False, True)
        return
    if known.version >= 2:
        edited = list(hash_chain.broken_revisions(entries.items()))
        newest = entries[board.revision].hash if entries else ""
        if edited or newest != known.head:
            where = f"revision {edited[0]}" if edited else "its end"
            yield Finding(f"the history was edited, truncated or reordered at {where}", False, True)
        else:
            yield Finding(
                f"history: {len(entries)} entries, the hash chain is unbroken, the newest hash is {known.head or '—'}",
                True,
            )
    yield from _examine_counters(board, entries.values())
    state = fields_by_id(board.tables)
    edited_records = differing_ids(replay(entries.values()), state)
    if edited_records:
        yield Finding(f"{', '.join(edited_records[:5])} differ from the history", False, True)
    else:
        yield Finding("the records match the history", True)
    jumps = [n for (_, a), (n, b) in pairwise(sorted(entries.items())) if a.at - b.at > CLOCK_TOLERANCE]
    future = [n for n, entry in entries.items() if entry.at - now > CLOCK_TOLERANCE]
    if future:
        yield Finding(f"revision {future[0]} has a time in the future: a clock was ahead", False)
    if jumps:
        yield Finding(f"revision {jumps[0]} has an earlier time than the one before it: clocks differ", False)


def _examine_age(known: codec.BoardFile, now: datetime) -> Iterator[Finding]:
    """Yield what could be archived, of a board that never was: from then on each new period offers it."""
    today = known.board.day_of(now)
    offer = None if known.archives else archive_offer(known.board, today)
    if offer is not None:
        count = len(archivable_ids(known.board, offer.period, today))
        yield Finding(
            f"{count:,} records are of periods that ended before {offer.before} and could be archived: "
            f"{shell_command('board', 'archive', '--before', offer.before)}",
            True,
        )


def _examine_counters(board: Board, entries: Iterable[HistoryEntry]) -> Iterator[Finding]:
    used = numbers_used({i for entry in entries for i in entry.changes})
    low = [name for name, number in used.items() if number > board.ids.get(name, 0)]
    if low:
        yield Finding(f"the next number of {', '.join(low)} has been used before", False, True)
    if unknown := {*board.ids} - {*TABLES}:
        yield Finding(
            f"`meta` has a counter of {one_line(', '.join(sorted(unknown)))}, which is not a table of the board",
            False,
            True,
        )


def _examine_surroundings(path: str, now: datetime) -> Iterator[Finding]:
    """Yield findings about the lock, leftover files, permissions, conflicted copies and backups."""
    mode = os.stat(path).st_mode
    with suppress(FileNotFoundError):
        found_lock = os.lstat(f"{path}.lock")
        if wrong := lock.describe_unusable_lock(found_lock):
            yield Finding(f"the lock is {wrong}: nobody can commit; remove {path}.lock", False)
        elif found_lock.st_mode & 0o666 != atomic_file.shared_mode(mode):
            yield Finding("the lock file does not have the permissions of the board", False, True)
    if os.path.lexists(atomic_file.temporary(path)):
        yield Finding("an interrupted write has left its temporary file", False, True)
    folder = os.stat(os.path.dirname(path))
    if mode & stat.S_IWGRP and not folder.st_mode & stat.S_IWGRP:
        yield Finding("the group may write the board but not its folder: only its owner can commit", False)
    if atomic_file.is_sticky(path) and mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield Finding("its folder is sticky, as /tmp is: only the board's owner can commit", False)
    if os.stat(path).st_nlink > 1:
        yield Finding("the file has another hard link, which will keep the old board after the next commit", False)
    if mode & stat.S_IWOTH:
        yield Finding("everybody on this machine may write the board", False)
    for line in notices(path):
        yield Finding(line, False)
    yield from _examine_side_folders(path, now)


def _examine_side_folders(path: str, now: datetime) -> Iterator[Finding]:
    for place in (backups.folder(path), archives.folder(path)):
        if is_obstructed(place):
            name = os.path.basename(place)
            yield Finding(f"{name} is not a folder, or is a link, and is not used: move it away", False)
    found = backups.list_backups(path, now)
    newest = f", the newest of {found[0].at:%Y-%m-%d %H:%M} UTC, revision {found[0].revision}" if found else ""
    yield Finding(f"backups: {len(found)}{newest}", True)
    for backup in found:
        if backups.is_future(backup, now):
            yield Finding(
                f"the backup {os.path.basename(backup.path)} has a date in the future: a clock was wrong", False
            )


def repair(store: FileStore, by: Actor, now: datetime) -> Repaired | None:
    """Repair a damaged board from its history, its records and its backups; None if its content is sound.

    A leftover temporary file is removed, and the lock gets the permissions of the board, in any case. The
    damaged file is kept beside the board. Raises BoardMissing, or BoardUnreadable if nothing can be recovered.
    """
    path = store.real_path
    store.check_exists()
    _check_repairable(path, now)
    with store.locked(by):
        with suppress(OSError):
            os.unlink(atomic_file.temporary(path))
        if all(finding.ok or not finding.fixable for finding in _examine_content(store, now)):
            return None
        data, _ = atomic_file.read(path)
        found = recover(path, data, now)
        kept = keep_damaged(path, now)
        return Repaired(store.replace_board(found.file), kept, found.lost, found.notes, found.back)


def _check_repairable(path: str, now: datetime) -> None:
    """Raise BoardUnreadable for a file that can't be repaired, before the lock leaves a file beside it."""
    with suppress(OSError):
        data, _ = atomic_file.read(path)
        try:
            archives.decode_board(path, data)
        except NewerFileFormat:
            pass
        except InvalidBoardFile:
            recover(path, data, now)
