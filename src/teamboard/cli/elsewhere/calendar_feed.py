"""`teamboard calendar`: the days on which things fall, as iCalendar."""

from __future__ import annotations

import click

from teamboard.actions.base import find_member
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.errors import NotFound
from teamboard.render import ical


@click.command()
@board_options
@click.option("--member", metavar="MEMBER", help="Only what concerns one member.", shell_complete=complete_members)
@click.option("--mine", is_flag=True, help="Only what concerns you.")
@pass_session
def calendar(session: Session, member: str | None, mine: bool) -> None:
    """Print one-on-ones, reviews and goals' due days as iCalendar.

    Import it again after a change: events move, and what is off is cancelled.

    \b
    teamboard calendar > team.ics
    teamboard calendar --mine > mine.ics
    """
    if member is not None and mine:
        raise click.UsageError("Give --member or --mine, not both.")
    _, shown, actor = session.open()
    if mine and actor.member is None:
        raise NotFound("This board does not know you: say who you are with --as.")
    handle = actor.member if mine else member
    whose = find_member(shown.board, handle) if handle is not None else None
    click.echo(ical.calendar(shown, session.now(), whose), nl=False)
