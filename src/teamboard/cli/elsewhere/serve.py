"""`teamboard serve`: the same board in a browser."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import shlex
import sys
from pathlib import Path

import click

from teamboard.actions.base import Actor
from teamboard.cli.shared.options import board_options, look_options, read_only_option
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused, describe_os_error
from teamboard.domain.sanitize import one_line
from teamboard.render.board_header import team_name
from teamboard.services.acting import os_host
from teamboard.store.factory import is_postgres_address
from teamboard.web.access import EVERYWHERE
from teamboard.web.server import BoardServer

PORT = 8000


@click.command()
@board_options
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@read_only_option
@look_options()
@pass_session
def serve(session: Session, port: int, host: str) -> None:
    """Serve the board to browsers, each live, until Ctrl+C.

    On this machine only, unless --host says otherwise. The address is printed once, with a token: nobody comes in
    without it, other users of this machine included. Everyone with the token acts as you, as --as MEMBER, or
    only reads with --read-only. At most 20 browsers at once, and 10 new ones a minute for one address.
    """
    _, shown, actor = session.open()
    board = shown.board
    token = secrets.token_urlsafe(24)
    title = team_name(board)
    server = BoardServer(_command(session, actor), host=host, port=port, title=title, token=token, machine=os_host())

    def ready(port: int) -> None:
        name = os_host() if host in EVERYWHERE else host
        written = f"[{name}]" if ":" in name else name
        address = f"http://{written}:{port}/?token={token}"
        click.echo(f"{title}, {_as(board, actor)}: {address}\nCtrl+C ends it.")
        sys.stdout.flush()

    try:
        asyncio.run(server.run(ready))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused(f"Port {port} is taken; choose another with --port.") from error
        raise Refused(f"Can't listen on {host}: {describe_os_error(error)}.") from error


def _as(board: Board, actor: Actor) -> str:
    member = board.member(actor.member)
    return f"as {one_line(member.name)}" if member else "read-only"


def _command(session: Session, actor: Actor) -> str:
    """The command line that opens the board for one browser; it goes through a shell."""
    who = ["--as", actor.member] if actor.member else ["--read-only"]
    looks = [f"--{name}" for name, wished in session.looks_given.items() if wished]
    # The shell gives its place to the app: who ends the one ends the other.
    replaced = "" if os.name == "nt" else "exec "
    return replaced + shlex.join([sys.executable, "-m", "teamboard", *_place(session), *who, *looks])


def _place(session: Session) -> list[str]:
    """The option that names the board; an address, which may have a password in it, goes another way."""
    if is_postgres_address(session.path):
        os.environ["TEAMBOARD_BOARD"] = session.path
        return []
    return ["--board", str(Path(session.path).absolute())]
