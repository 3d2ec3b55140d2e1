"""Merge a copy of a board's file, in which somebody has committed, into the board; or single commits that it lost."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import NamedTuple

import msgspec

from teamboard.actions.base import Actor, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import HistoryEntry, fields_after, fields_by_id, record_of, replay, stored_fields
from teamboard.domain.errors import NotFound, Refused, os_error_within
from teamboard.domain.history.clock import commit_time
from teamboard.domain.history.differences import differing_ids
from teamboard.domain.history.log import InMemoryHistory, history_of
from teamboard.domain.history.merge import Commits, Merge, last_common_revision
from teamboard.domain.history.merge_conflicts import Answers
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.ids import RecordId
from teamboard.domain.references import broken_references, driving_circles, invalid_references, left_with_leavers
from teamboard.domain.sanitize import shell_command
from teamboard.domain.verbs import MERGE_VERB
from teamboard.store import codec, hash_chain
from teamboard.store.adoption import adopt
from teamboard.store.base import BoardBusy, BoardUnreadable
from teamboard.store.decoder import InvalidBoardFile
from teamboard.store.file import archives, atomic_file
from teamboard.store.file.store import FileStore


def preview_merge(store: FileStore, copy: str | Commits, now: datetime) -> Merge:
    """Return the commits that merging a copy, or lost commits, would add, and the conflicts.

    Raises Refused and StoreError.
    """
    store.load()
    return _merge(store.real_path, store.known_file, copy, now)


class Merged(NamedTuple):
    """What a merge has added: how many commits, and records whose ids were taken, by their ids in the copy.

    `left` has the goals and members that it has given to somebody who leaves, on `board`.
    """

    commits: int
    renumbered: Mapping[RecordId, RecordId]
    left: frozenset[RecordId]
    board: Board


def merge(store: FileStore, copy: str | Commits, answers: Answers, by: Actor, now: datetime) -> Merged:
    """Add the commits of a copy, or lost commits, to the board in one write.

    Members may bring back lost commits of their own. Raises Refused and StoreError.
    """
    with store.locked(by):
        board = store.load()
        if isinstance(copy, str) or by.member is None or not _are_own(board, by.member, copy):
            require(board, by, MERGE_VERB)
        known = adopt(store.known_file, store.known_file.id, now)
        at = commit_time(known.board, now)
        found = _merge(store.real_path, known, copy, at)
        entry = HistoryEntry(
            by=by.member,
            at=at,
            verb=MERGE_VERB,
            changes={},
            login=by.login,
            host=by.host,
            clock=now if now != at else None,
        )
        try:
            steps = found.resolved(answers, entry)
        except KeyError:
            raise BoardBusy("The board was changed meanwhile, and there are more conflicts now: try again.") from None
        for step in steps:
            known = codec.advance(known, known.board.apply(step.changes), step.changes, step.entry)
        wrong = next(chain(invalid_references(known.board), driving_circles(known.board)), None)
        if wrong is not None:
            raise Refused(f"The merged board would be invalid ({wrong.record_id}: {wrong.why}); nothing was changed.")
        store.back_up(now)
        store.replace_board(known)
    there = {i: name for i, name in found.renumbered.items() if known.board.get(name) is not None}
    left = left_with_leavers(known.board) - left_with_leavers(board)
    return Merged(len(found.steps), there, left, known.board)


def _merge(path: str, known: codec.BoardFile, copy: str | Commits, now: datetime) -> Merge:
    theirs, base = _board_of_copy(path, known, copy) if isinstance(copy, str) else _board_of_commits(known.board, copy)
    found = Merge(known.board, theirs, base, now)
    if not found.steps and isinstance(copy, str):
        raise Refused(f"The board already has everything in {copy}; you can delete it.")
    if not found.steps:
        raise Refused("None of the missing commits can be brought back: the records that they changed are missing too.")
    return found


def _board_of_copy(path: str, known: codec.BoardFile, copy: str) -> tuple[Board, int]:
    """The board in a copy of the file, and the last revision that both have."""
    try:
        if os.path.samefile(path, copy):
            raise Refused(f"{copy} is the board itself.")
        data, _ = atomic_file.read(copy)
        # Archives that both have are taken from `known`; others must be beside the copy.
        theirs = codec.upgrade(archives.decode_board(os.path.realpath(copy), data, known.board.history))
    except FileNotFoundError:
        raise NotFound(f"There is no file {copy}.") from None
    except OSError as error:
        raise BoardUnreadable(f"{copy} can't be read: {os_error_within(error)}.") from error
    except InvalidBoardFile as error:
        raise BoardUnreadable(f"{copy} can't be read: {error}.") from error
    state = fields_by_id(theirs.board.tables)
    history = history_of(theirs.board)
    if any(True for _ in hash_chain.broken_revisions(history)) or differing_ids(
        replay(e for _, e in history.with_archived()), state
    ):
        doctor = shell_command("board", "doctor", "--board", copy)
        raise Refused(f"{copy} was edited by hand: {doctor} says where.")
    base = last_common_revision(codec.upgrade(known).board, theirs.board)
    if base == 0:
        raise Refused(f"{copy} is another board, not a copy of this one; nothing was changed.")
    return theirs.board, base


def _board_of_commits(board: Board, commits: Commits) -> tuple[Board, int]:
    """A copy of the board with the lost commits in place of those that followed, and the last revision that both have.

    A commit that changes or mentions a record that is not there is left out.
    """
    base = min(board.revision, commits[0][0] - 1)
    history = history_of(board)
    while (entry := history.get(base)) is not None and entry.at > commits[0][1].at:
        base -= 1
    copy = as_of(board, base)
    replayed: list[tuple[int, HistoryEntry]] = []
    for revision, entry in commits:
        number = max(revision, copy.revision + 1)
        if not entry.changes:
            continue
        try:
            changes = _records_after(copy, entry)
        except msgspec.ValidationError:
            continue
        after = copy.caught_up(changes, number)
        if next(broken_references(copy, after, changes), None) is None:
            copy = after
            replayed.append((number, entry))
    return copy.with_history(InMemoryHistory(replayed)), base


def _records_after(board: Board, entry: HistoryEntry) -> Changes:
    """What a commit makes of the records that it changed. Raises msgspec.ValidationError if one is not there."""
    found: Changes = {}
    for record_id, change in entry.changes.items():
        record = board.get(record_id)
        fields = fields_after(stored_fields(record) if record else None, change)
        found[record_id] = record_of(record_id, fields) if fields is not None else None
    return found


def _are_own(board: Board, handle: str, commits: Commits) -> bool:
    """True if commits are a member's, under a handle that they have or had."""
    member = board.known_as(handle)
    return all(entry.by == handle or board.known_as(entry.by) is member for _, entry in commits)
