"""Commits that a board's file has lost: which, whose, and how they are brought back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from teamboard.actions.base import Actor, require
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.history.merge import Commits
from teamboard.domain.history.merge import lost_commits as lost_commits  # noqa: PLC0414 - for `commit_guard`
from teamboard.domain.history.merge import missing_commits as missing_commits  # noqa: PLC0414 - for `commit_guard`
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.domain.verbs import MERGE_VERB
from teamboard.render.format import first_name
from teamboard.store import codec
from teamboard.store.adoption import adopt
from teamboard.store.hash_chain import has_its_hash

MOST_NAMES = 3


class Loss(NamedTuple):
    """Commits that the file has lost.

    `revision` is the last one that file and commits have in common; where `is_exact` is false, it is the highest that
    can be: commits of others before these may be missing too. `what` counts them and names their members, `kept` is the
    path of the private copy that has them, "" for the person's own commits, which are in the log of these.
    """

    revision: int
    commits: Commits
    what: str
    kept: str = ""
    own: bool = False
    is_exact: bool = True

    @property
    def sentence(self) -> str:
        """What was lost, without a full stop."""
        verb = "is" if len(self.commits) == 1 else "are"
        if not self.revision:
            return f"This file now has another board: {self.what} {verb} missing"
        place = f"revision {self.revision}" if self.is_exact else f"before revision {self.revision + 1}"
        return f"This file was put back to {place}: {self.what} {verb} missing"

    @property
    def pronoun(self) -> str:
        """What stands for the commits in a sentence."""
        return "it" if len(self.commits) == 1 else "them"

    @property
    def advice(self) -> str:
        """The sentence, and the command that brings the commits back."""
        if not self.revision and self.kept:
            return f"{self.sentence}; the board as it was is kept in {self.kept}."
        source = "--mine" if self.own else self.kept
        back = f"; {shell_command('board', 'merge', source)} brings {self.pronoun} back" if source else ""
        return f"{self.sentence}{back}."

    def notice(self, board: Board, actor: Actor, key: str) -> str:
        """The sentence, and what the actor can do about it in the app, where `key` brings commits back."""
        if not self.revision:
            return self.advice
        if may_merge(board, actor):
            return f"{self.sentence}; {key} brings {self.pronoun} back."
        if may_bring_back(board, actor, self.commits):
            return f"{self.sentence}; {key} brings your own back."
        return f"{self.sentence}; a manager can bring {self.pronoun} back."


def may_merge(board: Board, actor: Actor) -> bool:
    """Whether the actor may merge the commits of everybody."""
    try:
        require(board, actor, MERGE_VERB)
    except Refused:
        return False
    return True


def may_bring_back(board: Board, actor: Actor, commits: Commits) -> Commits:
    """Those of some lost commits that the actor may bring back: a manager all, others their own."""
    me = board.known_as(actor.member)
    own = [(n, entry) for n, entry in commits if me is not None and board.known_as(entry.by) is me]
    return commits if may_merge(board, actor) else own


def follows(board: Board, revision: int, entry: HistoryEntry) -> bool:
    """Whether a lost entry of a revision comes right after the entry before it that the board has."""
    before = history_of(board).get(revision - 1)
    return before is not None and has_its_hash(before.hash, revision, entry)


def encode_copy(file: codec.BoardFile, at: datetime) -> bytes:
    """The bytes of a private copy of a file that was lost, its history with what other programs had changed."""
    return b"".join(codec.encode(adopt(file, file.id, at)))


def describe_commits(board: Board, commits: Commits) -> str:
    """How many commits, and whose: "3 commits of Ana, Ben and 2 others"."""
    names = [one_line(first_name(board, by)) if by else "somebody" for by in dict.fromkeys(e.by for _, e in commits)]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} others"]
    who = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"a commit of {who}" if len(commits) == 1 else f"{len(commits)} commits of {who}"
