"""`teamboard snapshot`: a picture of a screen, for a mail or a wiki."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from teamboard.actions.base import find_member
from teamboard.actions.reviews import find_own_review
from teamboard.cli.shared.options import board_options, look_options
from teamboard.cli.shared.output_file import check_output_file
from teamboard.cli.shared.screens import take_picture
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.standard_streams import print_aside
from teamboard.domain.board import Board
from teamboard.domain.due import next_review
from teamboard.domain.errors import NotFound, Refused, describe_os_error
from teamboard.domain.handles import display_name
from teamboard.domain.sanitize import shell_command
from teamboard.personal.settings import load_settings
from teamboard.personal.themes import load_themes

if TYPE_CHECKING:
    from teamboard.cli.shared.screens import Picture, Shot

FORMS = ("svg", "png", "html")
BEGINS = {"svg": (b"<svg", b"<?xml"), "png": (b"\x89png",), "html": (b"<!doctype html", b"<html")}
"""How a file of each form begins, in lower case."""
FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@click.command()
@board_options
@click.option(
    "--screen",
    type=click.Choice(["board", "member", "standup", "review"]),
    default="board",
    show_default=True,
    help="What to show.",
)
@click.option("--member", metavar="MEMBER", help="Whose screen or review; yours, if you don't say.")
@click.option("--svg", type=FILE, metavar="FILE", help="Write it as SVG; - is standard output.")
@click.option("--png", type=FILE, metavar="FILE", help="Write it as PNG; `pip install 'teamboard[png]'`.")
@click.option("--html", type=FILE, metavar="FILE", help="Write it as a web page.")
@click.option("--size", default="120x40", show_default=True, metavar="WxH", help="Columns and lines.")
@click.option("--theme", metavar="NAME", help="The colours; `teamboard themes` lists them.")
@look_options("big", "ascii")
@pass_session
def snapshot(
    session: Session,
    screen: Shot,
    member: str | None,
    svg: Path | None,
    png: Path | None,
    html: Path | None,
    size: str,
    theme: str | None,
) -> None:
    """Write a picture of a screen; no terminal is needed.

    \b
    teamboard snapshot --svg board.svg
    teamboard snapshot --screen member --member ana --png ana.png --theme paper
    """
    wanted = {form: path for form, path in zip(FORMS, (svg, png, html), strict=True) if path is not None}
    if not wanted:
        raise click.UsageError("Say what to write: --svg FILE, --png FILE or --html FILE.")
    for form, path in wanted.items():
        if str(path) != "-":
            check_output_file(path, session.path, BEGINS[form])
    picture = _taken(session, screen, member, _size(size), theme)
    for form, path in wanted.items():
        _write(picture, form, path)


def _taken(session: Session, screen: Shot, member: str | None, size: tuple[int, int], theme: str | None) -> Picture:
    store, shown, actor = session.open()
    about = _about(shown.board, screen, member or actor.member) if screen in ("member", "review") else ""
    if screen == "review":
        find_own_review(shown.board, about, actor.member)
    settings = load_settings()
    if theme is not None:
        if theme not in (themes := load_themes()[0]):
            raise NotFound(f"There is no theme {theme!r}; there are {', '.join(themes)}.")
        settings = replace(settings, theme=theme)
    settings = replace(settings, calm=True)
    return asyncio.run(take_picture(session, store, actor, screen, about, size, settings))


def _about(board: Board, screen: Shot, named: str | None) -> str:
    """The member, or the member's review, that the picture is about."""
    if named is None:
        raise Refused("This board does not know you: say whose screen with --member.")
    member = find_member(board, named)
    if screen == "member":
        return member.handle
    review = next_review(board, member) or max(board.reviews_of(member.handle), key=lambda r: r.on, default=None)
    if review is None:
        schedule = shell_command("review", "schedule", member.handle, "DAY")
        raise NotFound(f"{display_name(board, member)} has no review; {schedule} sets its day.")
    return review.id


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and 20 <= int(width) <= 500 and 5 <= int(height) <= 300):
        raise click.UsageError(f"{text!r} is not a size; write 120x40: 20 to 500 columns, 5 to 300 lines.")
    return int(width), int(height)


def _write(picture: Picture, form: str, path: Path) -> None:
    try:
        made = getattr(picture, form)()
    except ImportError:
        raise Refused("PNG needs one more library: pip install 'teamboard[png]'; --svg needs nothing.") from None
    data = made if isinstance(made, bytes) else made.encode()
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Refused(f"{path} can't be written: {describe_os_error(error)}.") from error
    print_aside(f"{path}: {len(data):,} bytes")
