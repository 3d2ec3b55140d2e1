"""`teamboard` without a command: open the board, or offer to create one."""

from __future__ import annotations

from teamboard.cli.commands import load
from teamboard.cli.shared.screens import open_store
from teamboard.cli.shared.session import Session
from teamboard.store.base import BoardMissing

FIRST_MINUTES = "teamboard.cli.start.onboarding:first_minutes"
INTRODUCE = "teamboard.cli.start.onboarding:introduce"
"""What only the first time needs: it reads teams of YAML and CSV, which takes 40 ms to import."""


def open_board(session: Session) -> None:
    """Open the board: the app where there is a terminal, else its text."""
    store = session.store()
    try:
        board = store.load()
    except BoardMissing:
        if not session.may_ask:
            raise
        if load(FIRST_MINUTES)(session, store):
            open_board(session)
        return
    actor = session.actor(board)
    if actor.member is None and session.may_ask:
        actor, board = load(INTRODUCE)(session, store, board, actor)
    open_store(session, store, board, actor)
