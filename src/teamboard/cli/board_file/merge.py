"""`teamboard board merge`: merge the commits of a copy into the board."""

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
    help="Which version to keep where both changed the same field; without it you are asked.",
)
@pass_session
def merge(session: Session, file: Path, side: Literal["here", "copy"] | None) -> None:
    """Merge FILE, a copy of the board such as a file synchroniser's conflicting copy, into the board.

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
    click.echo(f"Merged {count} commit{'' if count == 1 else 's'} of the copy{asked}. You can delete {file}.")
