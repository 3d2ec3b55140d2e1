"""`teamboard member rename`: give a member another handle."""

from __future__ import annotations

import click

from teamboard.actions.base import find_member
from teamboard.actions.renaming import RenameMember
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.handles import display_name


@click.command()
@board_options
@click.argument("handle", shell_complete=complete_members)
@click.argument("new", metavar="NEW_HANDLE")
@pass_session
def rename(session: Session, handle: str, new: str) -> None:
    """Give the member HANDLE another handle, in all that the board has.

    The history keeps the old one, which still finds them, and which nobody else can get. `member change --name` changes
    the name.

    \b
    teamboard member rename root mara
    """
    store, _, actor = session.open()
    board = store.commit(RenameMember(member=handle, handle=new), actor).board
    renamed = find_member(board, new)
    click.echo(f"{display_name(board, renamed)} is {renamed.handle} now, and was {renamed.formerly[-1]}.")
