"""`teamboard board archive`: move closed periods out of the board into a file beside it."""

from __future__ import annotations

import click

from teamboard.actions.archive import ArchivePeriods
from teamboard.cli.board_file.file_store import file_store
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.errors import Refused
from teamboard.services import archiving


@click.command()
@board_options
@click.option("--before", metavar="DAY", required=True, help="Periods that ended before that day: 2026-01-01.")
@pass_session
def archive(session: Session, before: str) -> None:
    """Archive the finished records of closed periods, and their history, in a file beside the board.

    The board stays small and fast; `log`, `--as-of`, reports and reviews still read what was archived.
    `undo` does not take it back. A backup is kept. Goals and reviews that are not settled stay, and so do facts.
    When a period begins, what is older than `team --archive-after` is archived by itself, unless you say otherwise.
    """
    store = session.guarded(file_store(session))
    board = store.load()
    actor = session.actor(board)
    day = parse_day(before, session.today(board))
    if day is None:
        raise Refused("Say before which day.")
    archived = archiving.archive(store, ArchivePeriods(before=day), actor)
    click.echo(archived.describe())
    click.echo(archived.describe_place())
