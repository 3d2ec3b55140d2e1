"""`teamboard board`: commands for the board's file."""

from __future__ import annotations

import click

from teamboard.cli.commands import Commands

VERBS = ("archive", "backup", "copy", "doctor", "merge", "restore")
"""The verbs of `teamboard board`; each is also a command of its own."""


class BoardCommands(Commands):
    """A group of some of the commands, each imported only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def names(self, ctx: click.Context) -> list[str]:
        return self.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) if cmd_name in VERBS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with its summary, as click does."""
        self._listing = True
        try:
            click.Group.format_commands(self, ctx, formatter)
        finally:
            self._listing = False


@click.group(cls=BoardCommands)
def board() -> None:
    """The board's file: back up, restore, repair, archive, merge, copy."""
