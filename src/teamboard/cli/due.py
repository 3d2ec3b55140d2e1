"""`teamboard due` and `teamboard calendar`: what is owed, and the days it falls on."""

from __future__ import annotations

import click

from teamboard.actions.base import find_member
from teamboard.cli.session import (
    Session,
    board_options,
    complete_members,
    pass_session,
    print_json,
    print_lines,
    width,
)
from teamboard.domain.due import dues


@click.command()
@board_options
@click.option("--member", metavar="MEMBER", help="What one member owes and is owed.", shell_complete=complete_members)
@click.option("--quiet", is_flag=True, help="Print nothing; exit with 1 if anything is overdue.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, all that is to come too; docs/json.md describes it.")
@pass_session
def due(session: Session, member: str | None, quiet: bool, as_json: bool) -> int:
    """List what is owed: check-ins, feedback, one-on-ones, reviews and agreed actions, most overdue first.

    \b
    teamboard due --member ana
    teamboard due --quiet || teamboard due | mail -s "Overdue" sales@example.com
    """
    from teamboard.render.due import due_json, due_lines

    _, board, _ = session.open()
    today = session.today(board)
    found = dues(board, today, find_member(board, member) if member else None)
    if as_json and not quiet:
        print_json([due_json(board, d) for d in found])
    elif not quiet:
        print_lines(due_lines(board, found, today, width()))
    return int(quiet and any(d.overdue for d in found))


@click.command()
@board_options
@pass_session
def calendar(session: Session) -> None:
    """Print one-on-ones, reviews and goals' due days as iCalendar.

    \b
    teamboard calendar > team.ics
    """
    from teamboard.render import ical

    _, board, _ = session.open()
    click.echo(ical.calendar(board, session.today(board), session.now()), nl=False)
