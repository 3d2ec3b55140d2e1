"""`teamboard due`: list what is due."""

from __future__ import annotations

import click

from teamboard.actions.base import find_member
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.due import dues
from teamboard.render.due import due_json, due_lines, to_answer_lines


@click.command()
@board_options
@click.option("--member", metavar="MEMBER", help="What one member owes and is owed.", shell_complete=complete_members)
@click.option("--quiet", is_flag=True, help="Print nothing; exit with 1 if anything is overdue.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, all that is to come too; docs/json.md describes it.")
@pass_session
def due(session: Session, member: str | None, quiet: bool, as_json: bool) -> int:
    """List what is due: check-ins, feedback, one-on-ones, reviews and agreed actions, most overdue first.

    Below it are the goals and revisions that somebody has to answer.

    \b
    teamboard due --member ana
    teamboard due --quiet || teamboard due | mail -s "Overdue" sales@example.com
    """
    _, shown, _ = session.open()
    whose = find_member(shown.board, member) if member else None
    found = dues(shown, whose)
    if as_json and not quiet:
        print_json([due_json(shown.board, d) for d in found])
    elif not quiet:
        print_lines([*due_lines(shown, found, width()), *to_answer_lines(shown, whose, width())])
    return int(quiet and any(d.overdue for d in found))
