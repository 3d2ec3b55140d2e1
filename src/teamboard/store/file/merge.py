"""Merge a copy of a board's file, in which somebody has committed, into the board."""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial

from teamboard.actions.base import Actor, require
from teamboard.domain.board import invalid_references
from teamboard.domain.commit_log import HistoryEntry, replay, stored_fields
from teamboard.domain.errors import NotFound, Refused, describe_os_error
from teamboard.domain.history.differences import differing_ids
from teamboard.domain.history.log import history_of
from teamboard.domain.history.merge import VERB, Answers, Merge
from teamboard.store import codec, hash_chain
from teamboard.store.base import BoardBusy, BoardUnreadable
from teamboard.store.decoder import InvalidBoardFile, decode
from teamboard.store.file import archives, atomic_file
from teamboard.store.file.store import FileStore


def preview_merge(store: FileStore, copy: str, now: datetime) -> Merge:
    """Return the commits that merging a copy would add, and the conflicts. Raises Refused and StoreError."""
    store.load()
    return _merge(store.real_path, store.known_file, copy, now)


def merge(store: FileStore, copy: str, answers: Answers, by: Actor, now: datetime) -> int:
    """Add the copy's commits to the board in one write; return how many were added. Raises Refused and StoreError."""
    with store.locked(by):
        board = store.load()
        require(board, by, VERB)
        known = codec.upgrade(store.known_file)
        found = _merge(store.real_path, known, copy, now)
        entry = HistoryEntry(by=by.member, at=now, verb=VERB, changes={}, login=by.login, host=by.host)
        try:
            steps = found.resolved(answers, entry)
        except KeyError:
            raise BoardBusy("The board was changed meanwhile, and there are more conflicts now: try again.") from None
        for step in steps:
            known = codec.advance(known, step.board, step.changes, step.entry)
        wrong = next(invalid_references(known.board), None)
        if wrong is not None:
            raise Refused(f"The merged board would be invalid ({wrong[0]}: {wrong[1]}); nothing was changed.")
        store.back_up(now)
        store.replace_board(known)
    return len(found.steps)


def _merge(path: str, known: codec.BoardFile, copy: str, now: datetime) -> Merge:
    try:
        if os.path.samefile(path, copy):
            raise Refused(f"{copy} is the board itself.")
        data, _ = atomic_file.read(copy)
        # Archives that both have are taken from `known`; others must be beside the copy.
        theirs = codec.upgrade(decode(data, known, partial(archives.archive_segments, os.path.realpath(copy))))
    except FileNotFoundError:
        raise NotFound(f"There is no file {copy}.") from None
    except OSError as error:
        raise BoardUnreadable(f"{copy} can't be read: {describe_os_error(error).lower()}.") from error
    except InvalidBoardFile as error:
        raise BoardUnreadable(f"{copy} can't be read: {error}.") from error
    state = {i: stored_fields(record) for table in theirs.board.tables.values() for i, record in table.items()}
    history = history_of(theirs.board)
    if any(True for _ in hash_chain.broken_revisions(history)) or differing_ids(
        replay(e for _, e in history.with_archived()), state
    ):
        raise Refused(f"{copy} was edited by hand: `teamboard board doctor --board {copy}` says where.")
    base = _last_common_revision(codec.upgrade(known), theirs)
    if base == 0:
        raise Refused(f"{copy} is another board, not a copy of this one; nothing was changed.")
    found = Merge(known.board, theirs.board, base, now)
    if not found.steps:
        raise Refused(f"The board already has everything in {copy}; you can delete it.")
    return found


def _last_common_revision(known: codec.BoardFile, theirs: codec.BoardFile) -> int:
    """The last revision that both have in common; 0 if there is none."""
    history_here, history_there = history_of(known.board), history_of(theirs.board)
    for revision in range(min(known.board.revision, theirs.board.revision), 0, -1):
        one, two = history_here.get(revision), history_there.get(revision)
        if one is not None and two is not None and one.hash == two.hash:
            return revision
    return 0
