"""`teamboard` without a command: open the board, or offer to create one."""

from __future__ import annotations

from teamboard.actions.base import Actor
from teamboard.actions.team import ClaimLogin
from teamboard.cli.board import open_store
from teamboard.cli.shared.screens import ask_who
from teamboard.cli.shared.session import Session
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.store.base import BoardMissing, Store


def open_board(session: Session) -> None:
    """Open the board: the app where there is a terminal, else its text."""
    store = session.store()
    try:
        board = store.load()
    except BoardMissing:
        if not session.may_ask:
            raise
        # Reading a team of YAML or CSV takes 40 ms to import, which only the first time needs.
        from teamboard.cli.start.onboarding import first_minutes

        if first_minutes(session, store):
            open_board(session)
        return
    actor = session.actor(board)
    if actor.member is None and session.may_ask:
        actor, board = _introduced(session, store, board, actor)
    open_store(session, store, board, actor)


def _introduced(session: Session, store: Store, board: Board, actor: Actor) -> tuple[Actor, Board]:
    """Ask who is at the terminal, and store their login with that member; return actor and board."""
    free = [m for m in board.members if not m.logins]
    if not free or not actor.login:
        return actor, board
    handle = ask_who(board, free, actor.login)
    if not handle:
        return actor, board
    who = Actor(handle, actor.login, actor.host)
    try:
        return who, store.commit(ClaimLogin(), who).board
    except Refused:
        # Somebody else changed the member meanwhile; the board has the result.
        board = store.load()
        return session.actor(board), board
