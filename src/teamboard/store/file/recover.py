"""Recover a damaged board from what its file still holds, its archives and its backups."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.errors import describe_os_error
from teamboard.domain.ids import last_numbers
from teamboard.store import codec
from teamboard.store.base import BoardUnreadable, StoreError
from teamboard.store.file import archives, atomic_file, backups
from teamboard.store.file.salvage import (
    Entries,
    SalvagedBoard,
    board_from_history,
    longest_chain,
    repaired_history,
    salvage,
)


def keep_damaged(path: str, now: datetime) -> str:
    """Copy a damaged file to a name beside the board that no file has, and return its path. Raises StoreError."""
    stem = f"{path}.damaged-{now:%Y-%m-%dT%H-%M-%SZ}"
    kept, number = stem, 1
    while os.path.lexists(kept):
        number += 1
        kept = f"{stem}-{number}"
    try:
        atomic_file.copy_new(path, kept)
    except OSError as error:
        raise StoreError(
            f"{path} was not changed: it can't be kept beside the board: {describe_os_error(error).lower()}."
        ) from error
    return kept


class Recovered(NamedTuple):
    """The file that could be recovered, and what is lost ("" for nothing)."""

    file: codec.BoardFile
    lost: str


def recover(path: str, read: SalvagedBoard, now: datetime) -> Recovered:
    """Return the most complete file from a damaged one and its backups, and what is lost ("" for nothing)."""
    older = [salvaged.entries for salvaged in _salvaged_backups(path, now)]
    known = longest_chain([read.entries, *archives.readable_histories(path), *older])
    board_then = _board_from_history(path, known, readable=read.tables is not None)
    if board_then is not None and len(known) >= read.revision:
        return Recovered(codec.assemble(board_then, known.items()), "")
    if read.tables is not None:
        board = Board(read.tables, revision=read.revision, ids=last_numbers(read.tables, read.ids))
        entries = list(repaired_history(known, board, read.entries))
        lost_author = f"who committed revision {len(known) + 1}, and why; no record is lost"
        return Recovered(codec.assemble(board.with_changes({}), entries), lost_author)
    if board_then is None:
        raise BoardUnreadable(
            f"{path} can't be repaired: it has no readable records, and there is no good backup; it was not changed."
        )
    first = len(known) + 1
    lost = f"revisions {first} to {read.revision}" if read.revision > first else f"revision {first}"
    return Recovered(codec.assemble(board_then, known.items()), f"{lost} could not be recovered")


def _board_from_history(path: str, known: Entries, *, readable: bool) -> Board | None:
    """Rebuild the board from a history; None without one, or if it is invalid and the records are `readable`.

    Raises BoardUnreadable if the history is invalid and the records are not readable.
    """
    if not known:
        return None
    try:
        return board_from_history(known)
    except (msgspec.ValidationError, KeyError, ValueError) as error:
        if readable:
            return None
        why = " ".join(str(error).split())
        raise BoardUnreadable(
            f"{path}: its history has a record that can't be read ({why}); "
            "restore a backup with `teamboard board restore`."
        ) from error


def _salvaged_backups(path: str, now: datetime) -> Iterator[SalvagedBoard]:
    for backup in backups.list_backups(path, now):
        with suppress(OSError):
            data, _ = atomic_file.read(backup.path, follow=False)
            yield salvage(data)
