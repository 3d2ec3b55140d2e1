"""`teamboard board copy`: copy a board between files and PostgreSQL, in any direction."""

from __future__ import annotations

import click

from teamboard.domain.history.log import history_of
from teamboard.services.acting import local_actor
from teamboard.store.factory import open_store
from teamboard.store.migrate import copy_board


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.argument("target", metavar="FILE|URL")
def copy(source: str, target: str) -> None:
    """Copy the board at SOURCE to TARGET, which must not exist: records, history, numbers and revisions.

    It is made all at once, or not at all, and then compared, record by record and commit by commit. Run again after
    it was interrupted, it starts afresh; run again after it was done, it compares.

    \b
    teamboard board copy team.board.json 'postgresql://db.example.org/sales?board=emea'
    """
    there = open_store(target)
    board, new = copy_board(open_store(source), there, local_actor())
    records = sum(map(len, board.tables.values()))
    click.echo(
        f"{there.place} {'is' if new else 'was there already; it is'} revision {board.revision:,}: {records:,} records "
        f"and {len(history_of(board)):,} commits, each compared."
    )
