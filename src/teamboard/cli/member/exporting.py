"""`teamboard member export`: all that the board knows of a member, as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from teamboard.actions.base import find_member
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import json_text
from teamboard.cli.shared.output_file import check_output_file
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.history.time_travel import with_archived
from teamboard.personal.private_files import write_private_file
from teamboard.services.member_export import export_member
from teamboard.store.written import note_written

STDOUT = "-"


@click.command()
@board_options
@click.argument("handle", shell_complete=complete_members)
@click.option(
    "--to",
    "target",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="The file to write, for you alone; - for standard output.",
)
@pass_session
def export(session: Session, handle: str, target: Path) -> None:
    """Write all that the board and its archives know of the member HANDLE into a file, as JSON.

    For the member, and for the managers above them. docs/json.md describes it, and says what it can't reach.

    \b
    teamboard member export ana --to ana.json
    """
    _, shown, actor = session.open()
    board = shown.board
    member = find_member(board, handle)
    to_file = str(target) != STDOUT
    if to_file:
        check_output_file(target, session.path, ())
        if not target.absolute().parent.is_dir():
            raise Refused(f"There is no folder {target.absolute().parent}: make it first, or give another file name.")
        if target.exists() and not target.is_file():
            raise Refused(f"{target} is not a file: give another file name, or - for standard output.")
    with_all = session.shown(with_archived(shown.loaded))
    text = json_text(export_member(with_all, member, actor, session.now()))
    if not to_file:
        click.echo(text)
        return
    try:
        write_private_file(target.absolute(), f"{text}\n")
    except OSError as error:
        raise Refused(f"{target} can't be written: {os_error_within(error)}.") from None
    note_written(str(target))
    click.echo(f"{target} has what the board knows of {member.name} ({member.handle}), for you alone to read.")
