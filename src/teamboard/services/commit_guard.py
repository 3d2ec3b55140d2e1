"""Notice commits that a board's file has lost: put back by a synchroniser, a restored copy, an editor's save.

A board only goes forward. A process that knew commits which the file at that path no longer has keeps them in a private
file; of those that no running process knew, the log of the person's own acknowledged commits has their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry, HistoryUnavailable
from teamboard.personal.acknowledged import (
    acknowledged_commits,
    add_acknowledged,
    log_name,
    newest_acknowledged,
)
from teamboard.personal.paths import kept_folder
from teamboard.personal.private_files import write_private_file
from teamboard.personal.shown_notices import is_new_notice, remember_notice, shown_notice
from teamboard.store import codec
from teamboard.store.base import Store, StoreError, utc_now
from teamboard.store.file.store import FileStore

if TYPE_CHECKING:
    from teamboard.domain.history.merge import Commits
    from teamboard.services.lost_commits import Loss

_UNREADABLE = (HistoryUnavailable, msgspec.MsgspecError, ValueError)
"""What a history raises that can't be read: then nothing is known to be lost."""


MOST_COPIES = 5
_HASH = rb'"hash":\s*"([0-9a-f]+)"'


class CommitGuard:
    """Observes a store in a file: keeps what the file loses, and logs what it acknowledges."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self.tell: Callable[[Loss], None] | None = None
        """Called with each loss when it is found; without it, `take_untold` has them."""
        self._head = ""
        self._losses: tuple[Loss, ...] = ()
        self._untold: tuple[Loss, ...] = ()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What is missing now, oldest loss first."""
        return self._losses

    def take_untold(self) -> tuple[Loss, ...]:
        """The losses that were found since this was asked for last, and that are still missing."""
        untold, self._untold = self._untold, ()
        return tuple(loss for loss in untold if loss in self._losses)

    def after_read(self, known: codec.BoardFile | None, newer: codec.BoardFile) -> None:
        """See `Observer`."""
        self._head = newer.head
        with suppress(*_UNREADABLE):
            if known is None:
                self._find_own_loss(newer)
                return
            self._forget_returned(newer)
            if not codec.continues(known, newer):
                self._keep_lost(known, newer)

    def after_write(self, file: codec.BoardFile) -> None:
        """See `Observer`."""
        if file.head == self._head or not file.id:
            return
        if not self._head:
            # Written over a file that could not be read: what that had is looked for before the log goes on.
            with suppress(*_UNREADABLE):
                self._find_own_loss(file)
        self._head = file.head
        text = file.texts["history"][-1]
        entry = text[text.rfind(b"\n") + 1 :].partition(b": ")[2]
        # A commit is acknowledged whether or not it can be noted here, as in a home that can't be written.
        with suppress(OSError):
            add_acknowledged(self._store.real_path, file.id, file.board.revision, entry)
        with suppress(*_UNREADABLE):
            self._forget_returned(file)

    def take_backup_warning(self) -> str:
        """Why the board's commits are not backed up, with what to do; "" if they are, or if this was asked before."""
        obstacle = self._store.backup_obstacle()
        name = f"backups-{log_name(self._store.real_path)}"
        return obstacle if obstacle and is_new_notice(name, obstacle) else ""

    def own_missing(self) -> list[tuple[int, HistoryEntry]]:
        """The person's own acknowledged commits that the file has lost, with their revisions, oldest first."""
        file, path = self._store.known_file, self._store.real_path
        newest = newest_acknowledged(path)
        if newest is None:
            return []
        commits = acknowledged_commits(path, file.id or newest[0])
        hashes = _all_hashes(file)
        if not file.id and not any(entry.hash in hashes for _, entry in commits):
            # A file of an older format has no identity: it is this board if it has one of the commits.
            return []
        gone = [(n, entry) for n, entry in commits if entry.changes and entry.hash not in hashes]
        missing: list[tuple[int, HistoryEntry]] = _losing().missing_commits(file.board, gone)
        return missing

    def kept_copies(self) -> list[str]:
        """The paths of the newest private copies with what this board's file has lost, newest first."""
        copies = [*kept_folder().glob(f"{log_name(self._store.real_path)[:8]}-*.board.json")]
        newest = sorted(copies, key=lambda copy: copy.stat().st_mtime, reverse=True)
        return [str(copy) for copy in newest[:MOST_COPIES]]

    def more_in_copies(self) -> list[Loss]:
        """What the board's file lacks of each kept copy, newest first; not what a newer one of them has too."""
        board = codec.upgrade(self._store.known_file).board
        losses: list[Loss] = []
        for path in self.kept_copies():
            with suppress(OSError, StoreError, *_UNREADABLE):
                copy = FileStore(path).load()
                revision, commits = _losing().lost_commits(copy, board)
                known = [commit for loss in losses for commit in loss.commits]
                commits = [commit for commit in commits if commit not in known]
                if revision and commits:
                    losses.append(_loss(copy, revision, commits, kept=path))
        return losses

    # -- internals

    def _keep_lost(self, known: codec.BoardFile, newer: codec.BoardFile) -> None:
        known = codec.upgrade(known)
        revision, commits = _losing().lost_commits(known.board, codec.upgrade(newer).board)
        if not commits:
            return
        kept = ""
        with suppress(OSError):
            kept = self._kept_copy(known)
        self._tell(_loss(known.board, revision, commits, kept=kept))
        # The person's own are among them: no other command needs to say so again.
        last = newest_acknowledged(self._store.real_path)
        if last is not None and not _has_hash(newer, last[1]):
            self._remember_told(last[1], newer, self.own_missing())

    def _kept_copy(self, known: codec.BoardFile) -> str:
        """The path of a private copy of the file with what was lost; made unless it exists. Raises OSError."""
        name = f"{log_name(self._store.real_path)[:8]}-{known.board.revision}-{known.head[:8]}.board.json"
        path = kept_folder() / name
        if not path.exists():
            write_private_file(path, _losing().encode_copy(known, utc_now()))
        return str(path)

    def _find_own_loss(self, newer: codec.BoardFile) -> None:
        last = newest_acknowledged(self._store.real_path)
        if last is None or newer.id not in ("", last[0]) or newer.head == last[1] or _has_hash(newer, last[1]):
            return
        told = shown_notice(self._notice).split(" ")
        if told[:1] == [last[1]] and all(_has_hash(newer, head) for head in told[1:2]):
            # The file goes on from where it was when the person was told.
            return
        commits = self.own_missing()
        if commits and told[2:] != [commits[0][1].hash]:
            first, entry = commits[0]
            follows = _losing().follows(newer.board, first, entry)
            self._tell(_loss(newer.board, first - 1, commits, own=True)._replace(is_exact=follows))
        self._remember_told(last[1], newer, commits)

    @property
    def _notice(self) -> str:
        return f"lost-{log_name(self._store.real_path)}"

    def _remember_told(self, last: str, newer: codec.BoardFile, commits: Commits) -> None:
        """Remember what the person was told: the log's newest commit, the file's, and the first that is missing."""
        remember_notice(self._notice, " ".join([last, newer.head, *(entry.hash for _, entry in commits[:1])]))

    def _tell(self, loss: Loss) -> None:
        self._losses = (*self._losses, loss)
        if self.tell is not None:
            self.tell(loss)
        else:
            self._untold = (*self._untold, loss)

    def _forget_returned(self, newer: codec.BoardFile) -> None:
        """Forget the losses whose commits are on the board again."""
        if self._losses:
            missing = _losing().missing_commits
            self._losses = tuple(loss for loss in self._losses if missing(newer.board, loss.commits))


def _loss(board: Board, revision: int, commits: Commits, *, kept: str = "", own: bool = False) -> Loss:
    losing = _losing()
    found: Loss = losing.Loss(revision, commits, losing.describe_commits(board, commits), kept, own)
    return found


def _losing() -> ModuleType:
    # Late: it takes 1.5 ms to import, which a command need not wait for unless something was lost.
    from teamboard.services import lost_commits

    return lost_commits


def guard_commits(store: Store) -> CommitGuard | None:
    """The guard of a store in a file, which is begun if it has none; None for another store."""
    if not isinstance(store, FileStore):
        # PostgreSQL keeps what it has acknowledged.
        return None
    if not isinstance(store.observer, CommitGuard):
        store.observer = guard = CommitGuard(store)
        if store.known_board is not None:
            guard.after_read(None, store.known_file)
    return store.observer


def _all_hashes(file: codec.BoardFile) -> set[str]:
    """The hashes of all entries of the history that is in the file, and "", which an entry without one has."""
    pieces = file.texts.get("history", ())
    return {"", *(found.decode() for piece in pieces for found in re.findall(_HASH, piece))}


def _has_hash(file: codec.BoardFile, head: str) -> bool:
    """Whether the history has an entry with a hash; only its text is searched."""
    return any(head.encode() in piece for piece in file.texts.get("history", ()))
