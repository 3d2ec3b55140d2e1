"""Commits that a board's file has lost: which, whose, and how they are brought back."""

from __future__ import annotations

from typing import NamedTuple

from teamboard.actions.base import Actor, require
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.history.merge import VERB, Commits
from teamboard.domain.sanitize import one_line
from teamboard.render.format import first_name
from teamboard.store.codec import BoardFile

MOST_NAMES = 3


class Loss(NamedTuple):
    """Commits that the file has lost.

    `revision` is the last one that file and commits have in common, `who` names the members who made them, `kept` is
    the path of the private copy that has them, "" for the person's own commits, which are in the log of these.
    """

    revision: int
    commits: Commits
    who: str
    kept: str = ""
    own: bool = False

    @property
    def sentence(self) -> str:
        """What was lost, without a full stop."""
        count = len(self.commits)
        what = f"a commit of {self.who} is" if count == 1 else f"{count} commits of {self.who} are"
        return f"This file was put back to revision {self.revision}: {what} missing"

    @property
    def advice(self) -> str:
        """The sentence, and the command that brings the commits back."""
        them = "it" if len(self.commits) == 1 else "them"
        source = "--mine" if self.own else self.kept
        return (
            f"{self.sentence}; `teamboard board merge {source}` brings {them} back." if source else f"{self.sentence}."
        )


def may_merge(board: Board, actor: Actor) -> bool:
    """Whether the actor may merge the commits of everybody."""
    try:
        require(board, actor, VERB)
    except Refused:
        return False
    return True


def may_bring_back(board: Board, actor: Actor, commits: Commits) -> Commits:
    """Those of some lost commits that the actor may bring back: a manager all, others their own."""
    own = [(n, entry) for n, entry in commits if actor.member is not None and entry.by == actor.member]
    return commits if may_merge(board, actor) else own


def names_of(file: BoardFile, commits: Commits) -> str:
    """The first names of those who made commits: "Ana, Ben and 2 others"."""
    names = [
        one_line(first_name(file.board, by)) if by else "somebody" for by in dict.fromkeys(e.by for _, e in commits)
    ]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} others"]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
