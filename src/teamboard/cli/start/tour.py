"""`teamboard tour`: the keys on the sample team, in two minutes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from teamboard.cli.shared.options import look_options
from teamboard.cli.shared.screens import run_tour
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.cli.start.init import DEMO_MEMBER, sample_team
from teamboard.domain.errors import Refused
from teamboard.services.acting import local_actor
from teamboard.store.file.store import FileStore


@click.command()
@look_options()
@pass_session
def tour(session: Session) -> None:
    """Learn the keys on a sample team, in two minutes; your own files are not changed."""
    take_tour(session)


def take_tour(session: Session) -> None:
    """Run the tour on a temporary sample team."""
    if not has_screen():
        raise Refused("The tour needs a terminal; the README lists the keys.")
    with tempfile.TemporaryDirectory(prefix="teamboard-") as folder:
        store = FileStore(Path(folder) / "tour.board.json")
        board = store.create(sample_team(), local_actor())
        run_tour(session, store, board, local_actor(DEMO_MEMBER))
