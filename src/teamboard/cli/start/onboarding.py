"""Onboarding: what to start with if there is no board."""

from __future__ import annotations

from pathlib import Path

from teamboard.actions.base import Actor
from teamboard.actions.team import ClaimLogin
from teamboard.cli.shared.screens import ask_how_to_begin, ask_who
from teamboard.cli.shared.session import Session
from teamboard.cli.start.init import open_demo
from teamboard.cli.start.tour import take_tour
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.importers.first_team import FirstTeam, from_form
from teamboard.importers.team_csv import from_source
from teamboard.services.acting import local_actor
from teamboard.store.base import Store, utc_now


def first_minutes(session: Session, store: Store) -> bool:
    """Offer the demo, a tour, a new board, or a file to start from; return whether there is now a board to open."""
    actor = local_actor()

    def make(what: FirstTeam | Path) -> None:
        if isinstance(what, Path):
            store.create(from_source(what, "Our team", utc_now(), actor), actor)
        else:
            store.create(from_form(what, utc_now(), actor), actor)

    begun = ask_how_to_begin(store.place, make, utc_now().astimezone().date())
    if begun == "demo":
        open_demo(session)
    elif begun == "tour":
        take_tour(session)
    return begun == "made"


def introduce(session: Session, store: Store, board: Board, actor: Actor) -> tuple[Actor, Board]:
    """Ask who is at the terminal, and store their login with that member; return actor and board."""
    free = [m for m in session.shown(board).members if not m.logins]
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
