"""`teamboard board merge`: what was written in a copy of the board comes back into it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from teamboard.cli.board_file.file_store import file_store
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.domain.errors import Refused
from teamboard.render.merge import clash_lines
from teamboard.store.file import merge as file_merge


@click.command()
@board_options
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--hold",
    "side",
    type=click.Choice(["here", "copy"]),
    help="Where both have changed the same, what holds; without it you are asked.",
)
@pass_session
def merge(session: Session, file: Path, side: Literal["here", "copy"] | None) -> None:
    """Bring what was written in FILE, a copy of the board, into the board; as of a file synchroniser's conflict.

    Every commit of the copy is added, with who made it and when; ids that are taken get new numbers. Where both
    have changed the same field, you are asked which holds. A backup is kept, and FILE stays as it is.
    """
    store = file_store(session)
    actor = session.actor(store.load())
    now = session.now()
    found = file_merge.preview_merge(store, str(file), now)
    answers = {}
    for clash in found.conflicts:
        about, here, copy = clash_lines(found.board, clash)
        if side is None and not has_screen():
            raise Refused(f"{about}: here {here}; in the copy {copy}. Say which holds with --hold here or --hold copy.")
        said = side
        if said is None:
            click.echo(f"{about}\n  here  {here}\n  copy  {copy}")
            said = click.prompt("Which holds?", type=click.Choice(["here", "copy"]))
        answers[clash.record_id, clash.field] = said == "copy"
    count = file_merge.merge(store, str(file), answers, actor, now)
    asked = f", {len(answers)} of what both had changed as you said" if answers else ""
    click.echo(f"Merged {count} commit{'' if count == 1 else 's'} of the copy{asked}. {file} can go.")
