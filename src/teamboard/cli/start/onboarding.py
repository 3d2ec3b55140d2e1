"""The first minutes: what to begin with where there is no board, and who somebody is whom a board does not know."""

from __future__ import annotations

from pathlib import Path

from teamboard.actions.base import Actor
from teamboard.actions.team import SayWho
from teamboard.cli.session import Session, os_host, os_login
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.store.base import Store, utc_now


def first_minutes(session: Session, store: Store) -> None:
    """Offer the demo, a new board, a file to start from; then open what was chosen."""
    from teamboard.cli.show import open_board
    from teamboard.cli.start.init import open_demo, read_source
    from teamboard.cli.start.tour import take_tour
    from teamboard.services.onboarding import FirstTeam, from_form
    from teamboard.ui.start import StartApp

    actor = Actor(None, os_login(), os_host())

    def make(what: FirstTeam | Path) -> None:
        if isinstance(what, Path):
            store.create(read_source(what, "Our team", actor), actor)
        else:
            store.create(from_form(what, utc_now(), actor), actor)

    begun = StartApp(store.place, make, utc_now().astimezone().date()).answered()
    if begun == "demo":
        open_demo(session)
    elif begun == "tour":
        take_tour(session)
    elif begun == "made":
        open_board(session)


def ask_who(session: Session, store: Store, board: Board, actor: Actor) -> tuple[Actor, Board]:
    """Who is at the terminal: their login is stored with the member they say they are, or they look on."""
    free = [m for m in board.members if not m.logins]
    if not free or not actor.login:
        return actor, board
    from teamboard.ui.start import WhoApp

    handle = WhoApp(board, free, actor.login).answered()
    if not handle:
        return actor, board
    who = Actor(handle, actor.login, actor.host)
    try:
        return who, store.commit(SayWho(), who)
    except Refused:
        # Somebody was faster; whoever it was is on the board now.
        board = store.load()
        return session.actor(board), board
