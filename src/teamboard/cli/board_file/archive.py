"""`teamboard board archive`: move closed periods out of the board into a file beside it."""

from __future__ import annotations

from pathlib import Path

import click

from teamboard.actions.archive import ArchivePeriods
from teamboard.cli.board_file.file_store import file_store
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of


@click.command()
@board_options
@click.option("--before", metavar="DAY", required=True, help="Periods that ended before that day: 2026-01-01.")
@pass_session
def archive(session: Session, before: str) -> None:
    """Archive the finished records of closed periods, and their history, in a file beside the board.

    The board stays small and fast; `log`, `--as-of`, reports and reviews still read what was archived.
    A backup is kept. Goals and reviews that are not settled stay, and so do facts.
    """
    store = session.guarded(file_store(session))
    board = store.load()
    actor = session.actor(board)
    day = parse_day(before, session.today(board))
    if day is None:
        raise Refused("Say before which day.")
    action, size = ArchivePeriods(before=day), _size_of(store.real_path)
    after = store.archive(action, actor).board
    stretch, period = history_of(after).earlier[-1], action.period(board)
    count, commits = len(stretch.records()), stretch.last - stretch.first + 1
    click.echo(
        f"Archived: {count:,} records and {commits:,} commits, up to the close of {period.name}. The board has "
        f"{_megabytes(_size_of(store.real_path))}, it had {_megabytes(size)}."
    )
    click.echo(f"They are in {store.real_path}.archive; keep that folder beside the board.")


def _size_of(path: str) -> int:
    return Path(path).stat().st_size


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
