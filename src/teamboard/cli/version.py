"""`teamboard version`."""

from __future__ import annotations

import click

from teamboard import __version__


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"teamboard {__version__}")
