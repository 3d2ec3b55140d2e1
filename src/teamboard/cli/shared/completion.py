"""What the shell completes: members, goals, revisions, feedback. Completion never fails."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from teamboard.cli.shared.session import Session
from teamboard.domain.board import Board
from teamboard.domain.feedback import is_open
from teamboard.store.base import StoreError
from teamboard.store.factory import open_store


def complete_members(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Members by their handles."""
    board = completion_board(ctx)
    return [m.handle for m in board.members if m.handle.startswith(incomplete)] if board else []


def complete_goals(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Open and proposed goals, and team goals, by their ids, with their titles."""
    board = completion_board(ctx)
    if board is None:
        return []
    proposed = (g for m in board.members for g in board.proposed_goals_of(m.handle))
    return matching_ids(incomplete, ((g.id, g.title) for g in (*board.open_goals, *proposed)))


def complete_revisions(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Revisions by their ids, with their stories; those that wait for somebody first."""
    board = completion_board(ctx)
    revisions = sorted(board.revisions, key=lambda v: v.state != "proposed") if board else []
    return matching_ids(incomplete, ((v.id, f"{v.goal} {v.why}"[:60]) for v in revisions))


def complete_feedback(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Open feedback by its ids, with its text."""
    board = completion_board(ctx)
    feedback = [f for f in board.feedback if is_open(f)] if board else []
    return matching_ids(incomplete, ((f.id, f.text[:60]) for f in feedback))


def matching_ids(incomplete: str, helps: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    """Those of some ids, each with its help, that begin with what has been typed, in either case."""
    return matching(incomplete.upper(), helps)


def matching(incomplete: str, helps: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    """Those of some words, each with its help, that begin with what has been typed."""
    return [CompletionItem(word, help=text) for word, text in helps if word.startswith(incomplete)]


def completion_board(ctx: click.Context) -> Board | None:
    """The board to complete names from, or None: completion never fails."""
    session = ctx.find_object(Session) or Session()
    try:
        # Without the guard of its commits: what it has to tell would be lost among the words.
        return open_store(session.path).load()
    except StoreError:
        return None
