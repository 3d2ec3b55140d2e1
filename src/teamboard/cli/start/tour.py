"""`teamboard tour`: the keys on the sample team, in two minutes."""

from __future__ import annotations

import os
import tempfile

import click

from teamboard.actions.base import Actor
from teamboard.cli.session import Session, has_screen, look_options, os_host, os_login, pass_session
from teamboard.domain.errors import Refused
from teamboard.store.file.store import FileStore


@click.command()
@look_options()
@pass_session
def tour(session: Session) -> None:
    """Walk through the keys on the sample team, in two minutes; nothing of yours is touched."""
    take_tour(session)


def take_tour(session: Session) -> None:
    """Run the tour on a sample team of its own, which is gone afterwards."""
    if not has_screen():
        raise Refused("A tour wants a terminal; the README has the keys.")
    from teamboard.cli.start.init import DEMO_MEMBER, sample_team
    from teamboard.ui.tour import TourApp

    with tempfile.TemporaryDirectory(prefix="teamboard-") as folder:
        store = FileStore(os.path.join(folder, "tour.board.json"))
        board = store.create(sample_team(), Actor(None, os_login(), os_host()))
        app = TourApp(store, board, Actor(DEMO_MEMBER, os_login(), os_host()), given=session.looks_given)
        app.answered()
