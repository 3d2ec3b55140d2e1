"""`teamboard standup`: one member after the other on a shared screen, and a summary of the last one."""

from __future__ import annotations

from secrets import randbelow
from typing import Literal

import click

from teamboard.cli.shared.options import board_options, look_options
from teamboard.cli.shared.screens import run_kiosk, run_standup
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.standup import SPEAKING_ORDERS, SpeakingOrder, last_standup
from teamboard.render.documents.standup import standup_markdown
from teamboard.render.standup import standup_text
from teamboard.services.views import view_at_standup


@click.group(invoke_without_command=True)
@board_options
@look_options()
@click.option("--minutes", type=click.IntRange(1, 240), default=15, show_default=True, help="How long it may take.")
@click.option(
    "--order", type=click.Choice(SPEAKING_ORDERS), default="blocked", show_default=True, help="Who speaks first."
)
@click.option("--rotate", metavar="90s", help="Move on by itself after that time: 90s, 2m.")
@click.option("--kiosk", is_flag=True, help="On a wall: read-only, the board and each member in turn.")
@click.pass_context
def standup(ctx: click.Context, minutes: int, order: SpeakingOrder, rotate: str | None, kiosk: bool) -> None:
    """Hold the standup on this screen: space moves on, w ends it with a round-up that is kept.

    With --kiosk nobody is needed: it runs until somebody leaves with q, and dims from 20 to 7 o'clock.
    """
    if ctx.invoked_subcommand is not None:
        return
    seconds = _seconds(rotate) if rotate else None
    if not has_screen():
        raise Refused("A standup needs a terminal; `teamboard standup last` prints the last one.")
    session = ctx.ensure_object(Session)
    store, _, actor = session.open()
    if kiosk:
        run_kiosk(session, store, actor, rotate=seconds)
    else:
        run_standup(session, store, actor, order=order, minutes=minutes, rotate=seconds, seed=randbelow(1_000_000))


@standup.command("last")
@board_options
@click.option("--to", "form", type=click.Choice(["text", "md"]), default="text", show_default=True)
@pass_session
def last(session: Session, form: Literal["text", "md"]) -> None:
    """Print what came of the last standup, for a chat."""
    _, shown, _ = session.open()
    board = shown.board
    found = last_standup(board)
    if found is None:
        raise NotFound("There has been no standup yet; `teamboard standup` holds one.")
    then = view_at_standup(board, found)
    text = standup_markdown(board, found, then) if form == "md" else "\n".join([*standup_text(found, then), ""])
    click.echo(text, nl=False)


def _seconds(text: str) -> float:
    """A time such as `90s`, `2m` or `90`; in seconds. Raises UsageError if it is not valid."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in ("s", "m") else (text, "s")
    if not number.isdecimal() or not 1 <= int(number) <= 3600:
        raise click.UsageError(f"{text!r} is not a time; write 90s or 2m.")
    return float(number) * (60 if unit == "m" else 1)
