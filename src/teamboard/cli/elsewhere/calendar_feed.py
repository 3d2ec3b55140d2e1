"""`teamboard calendar`: the days on which things fall, as iCalendar."""

from __future__ import annotations

import click

from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.render import ical


@click.command()
@board_options
@pass_session
def calendar(session: Session) -> None:
    """Print one-on-ones, reviews and goals' due days as iCalendar.

    \b
    teamboard calendar > team.ics
    """
    _, shown, _ = session.open()
    click.echo(ical.calendar(shown, session.now()), nl=False)
