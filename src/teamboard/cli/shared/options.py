"""Options that many commands take: which board, as whom, how it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from teamboard.cli.commands import load
from teamboard.cli.shared.session import Session
from teamboard.store.read_only import read_only

F = TypeVar("F", bound=Callable[..., Any])

COMPLETE_MEMBERS = "teamboard.cli.shared.completion:complete_members"
"""What completes the handle of a member; only a shell that completes needs it."""

LOOKS = {
    "big": "Fewer lines, bigger: to be read from afar.",
    "calm": "Nothing glows, slides or fades.",
    "ascii": "Bars and signs of plain letters.",
}


def board_options(command: F) -> F:
    """The options --board and --as, which may stand before or after a command's name."""
    options = (
        click.option(
            "--board",
            metavar="FILE|URL",
            help="The board's file, or postgresql://…",
            expose_value=False,
            callback=_keep("board_given"),
            type=click.Path(readable=False),
        ),
        click.option(
            "--as",
            metavar="MEMBER",
            help="Who you are on the board.",
            expose_value=False,
            callback=_keep("member_given"),
            shell_complete=_complete_members,
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _complete_members(ctx: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    members: list[str] = load(COMPLETE_MEMBERS)(ctx, option, incomplete)
    return members


def _keep(name: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def callback(ctx: click.Context, option: click.Parameter, value: str | None) -> None:
        session = ctx.ensure_object(Session)
        if value is not None and getattr(session, name) not in (None, value):
            # Before the command's name and after it.
            raise click.UsageError(f"{option.opts[0]} was given twice: give it once.", ctx)
        if value is not None:
            setattr(session, name, value)

    return callback


def read_only_option(command: F) -> F:
    """The option --read-only."""

    def keep(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.ensure_object(Session).read_only = True
            ctx.with_resource(read_only())

    return click.option(
        "--read-only",
        is_flag=True,
        help="Read only: nothing is written, not even your settings.",
        expose_value=False,
        callback=keep,
    )(command)


def debug_option(command: F) -> F:
    """The option --debug."""

    def keep(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.ensure_object(Session).debug = True

    return click.option(
        "--debug",
        is_flag=True,
        help="Print the traceback of an internal error.",
        expose_value=False,
        callback=keep,
    )(command)


def look_options(*names: str) -> Callable[[F], F]:
    """The options for how the board looks in this run; `teamboard config` saves them."""

    def with_options(command: F) -> F:
        for name in reversed(names or tuple(LOOKS)):
            option = click.option(f"--{name}", is_flag=True, help=LOOKS[name], expose_value=False, callback=_keep_look)
            command = option(command)
        return command

    return with_options


def _keep_look(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value and option.name:
        ctx.ensure_object(Session).looks_given[option.name] = True
