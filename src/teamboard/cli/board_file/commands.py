"""`teamboard board`: what one does with the board's file."""

from __future__ import annotations

import click

from teamboard.cli.board_file.archive import archive
from teamboard.cli.board_file.copy import copy
from teamboard.cli.board_file.doctor import backup, doctor, restore
from teamboard.cli.board_file.merge import merge
from teamboard.cli.commands import SuggestingGroup


@click.group(cls=SuggestingGroup)
def board() -> None:
    """The board's file: backups, mending, archive, merging, copying."""


for command in (backup, restore, doctor, archive, merge, copy):
    board.add_command(command)
