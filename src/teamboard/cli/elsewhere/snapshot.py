"""`teamboard snapshot`: a picture of a screen for a mail or a wiki, or a chart for a slide."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click
from msgspec.structs import replace

from teamboard.actions.base import find_goal, find_member
from teamboard.actions.reviews import find_own_review
from teamboard.cli.periods import chosen_period
from teamboard.cli.shared.options import board_options, look_options
from teamboard.cli.shared.output_file import check_output_file, refuse_board_file, write_output_files
from teamboard.cli.shared.screens import take_picture
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.standard_streams import print_aside
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import view_of_period
from teamboard.domain.due import next_review
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.handles import display_name
from teamboard.domain.history.time_travel import with_archived_record
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.report import report
from teamboard.domain.sanitize import shell_command
from teamboard.personal.settings import load_settings
from teamboard.personal.themes import ThemeFile, load_themes
from teamboard.render.charts.slides import goal_slide, report_slide, team_slide
from teamboard.render.charts.svg import ChartPicture

if TYPE_CHECKING:
    from teamboard.cli.shared.screens import Picture, Shot

Chart = Literal["goal", "team", "report"]
FORMS = ("svg", "png", "html")
BEGINS = {"svg": (b"<svg", b"<?xml"), "png": (b"\x89png",), "html": (b"<!doctype html", b"<html")}
"""How a file of each form begins, in lower case."""
ENDINGS = {"svg": (".svg",), "png": (".png",), "html": (".html", ".htm")}
"""How the name of a file of each form ends, in lower case."""
OTHER_ENDINGS = (".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".pptx")
"""How the names of pictures and slides end that are not written. Any other name is free."""
CHARTS: tuple[Chart, ...] = get_args(Chart)
"""What is drawn as a chart; the others are screens of the board."""
SIZE = "120x40"
FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@click.command()
@board_options
@click.option(
    "--screen",
    type=click.Choice(["board", "member", "standup", "review", *CHARTS]),
    default="board",
    show_default=True,
    help="What to show; goal, team and report are charts for a slide.",
)
@click.option("--member", metavar="MEMBER", help="Whose screen or review; yours, if you don't say.")
@click.option("--goal", type=to_record_id, metavar="GOAL", help="The goal of --screen goal.")
@click.option("--period", metavar="NAME", help="The period of --screen report: its name or its first day.")
@click.option("--svg", type=FILE, metavar="FILE", help="Write it as SVG; - is standard output.")
@click.option("--png", type=FILE, metavar="FILE", help="Write it as PNG; `pip install 'teamboard[png]'`.")
@click.option("--html", type=FILE, metavar="FILE", help="Write it as a web page.")
@click.option("--size", metavar="WxH", help=f"Columns and lines of a screen; {SIZE}, if you don't say.")
@click.option("--theme", metavar="NAME", help="The colours; `teamboard themes` lists them. A chart is light or dark.")
@look_options("big", "ascii")
@pass_session
def snapshot(
    session: Session,
    screen: Shot | Chart,
    member: str | None,
    goal: RecordId | None,
    period: str | None,
    svg: Path | None,
    png: Path | None,
    html: Path | None,
    size: str | None,
    theme: str | None,
) -> None:
    """Write a picture of a screen, or a chart for a slide; no terminal is needed.

    \b
    teamboard snapshot --svg board.svg
    teamboard snapshot --screen member --member ana --png ana.png --theme paper
    teamboard snapshot --screen goal --goal G12 --svg arr.svg
    teamboard snapshot --screen team --png team.png
    teamboard snapshot --screen report --period "Q3 2026" --svg q3.svg
    """
    wanted = {form: path for form, path in zip(FORMS, (svg, png, html), strict=True) if path is not None}
    _check_options(screen, member=member, goal=goal, period=period, size=size)
    _check_files(session, wanted)
    picture: Picture | ChartPicture
    match screen:
        case "goal" | "team" | "report":
            picture = _chart(session, screen, goal, period, theme)
        case _:
            picture = _taken(session, screen, member, _size(size or SIZE), theme)
    pictures = {path: _encoded(picture, form) for form, path in wanted.items()}
    write_output_files({path: data for path, data in pictures.items() if str(path) != "-"})
    for path, data in pictures.items():
        if str(path) == "-":
            sys.stdout.buffer.write(data)
        else:
            print_aside(f"{path}: {len(data):,} bytes")


def _check_options(
    screen: Shot | Chart, *, member: str | None, goal: RecordId | None, period: str | None, size: str | None
) -> None:
    """Raise UsageError for an option that says nothing about what is shown."""
    if screen == "goal" and goal is None:
        raise click.UsageError("Say which goal: --screen goal --goal G12.")
    for option, value, needed in (("--goal", goal, "goal"), ("--period", period, "report")):
        if value is not None and screen != needed:
            raise click.UsageError(f"{option} goes with --screen {needed}.")
    for option, value in (("--member", member), ("--size", size)):
        if value is not None and screen in CHARTS:
            raise click.UsageError(
                f"{option} does not go with --screen {screen}, a chart of 1600x900 that fits any size."
            )


def _check_files(session: Session, wanted: dict[str, Path]) -> None:
    """Raise UsageError or Refused if the files can't all be written, each in its form."""
    if not wanted:
        raise click.UsageError("Say what to write: --svg FILE, --png FILE or --html FILE.")
    if len({str(path) for path in wanted.values()}) < len(wanted):
        raise click.UsageError("Give each form a file of its own.")
    files = {form: path for form, path in wanted.items() if str(path) != "-"}
    for form, path in files.items():
        refuse_board_file(path, session.path)
        if path.name.lower().endswith(OTHER_ENDINGS):
            raise Refused(f"{path} has the name of another kind of file: snapshot writes .svg, .png and .html.")
        named = next((f for f, endings in ENDINGS.items() if path.name.lower().endswith(endings)), form)
        if named != form:
            raise Refused(f"{path} has the name of another kind of file: write --{named} {path}, or give another name.")
    for form, path in files.items():
        check_output_file(path, session.path, BEGINS[form])


def _chart(
    session: Session, screen: Chart, goal: RecordId | None, period: str | None, theme: str | None
) -> ChartPicture:
    _, shown, _ = session.open()
    if goal is not None and shown.board.goal(goal) is None:
        shown = session.shown(with_archived_record(shown.loaded, goal))
    if screen == "goal":
        picture = goal_slide(shown, find_goal(shown.board, goal or ""))
    elif screen == "team":
        picture = team_slide(shown, chosen_period(shown.board, None))
    else:
        found = chosen_period(shown.board, period)
        picture = report_slide(view_of_period(shown, found), report(shown, found))
    return ChartPicture(picture, dark=theme is not None and _theme(theme).dark)


def _theme(name: str) -> ThemeFile:
    """The theme of a name; raises NotFound, with the names there are."""
    themes = load_themes()[0]
    if name not in themes:
        raise NotFound(f"There is no theme {name!r}; there are {', '.join(themes)}.")
    return themes[name]


def _taken(session: Session, screen: Shot, member: str | None, size: tuple[int, int], theme: str | None) -> Picture:
    store, shown, actor = session.open()
    about = _about(shown.board, screen, member or actor.member) if screen in ("member", "review") else ""
    if screen == "review":
        find_own_review(shown.board, about, actor.member)
    settings = load_settings()
    if theme is not None:
        settings = replace(settings, theme=_theme(theme).name)
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


def _encoded(picture: Picture | ChartPicture, form: str) -> bytes:
    """The bytes of a picture's file in a form: svg, png or html. Raises Refused for PNG without its library."""
    try:
        written = getattr(picture, form)()
    except ImportError:
        raise Refused("PNG needs one more library: pip install 'teamboard[png]'; --svg needs nothing.") from None
    return written if isinstance(written, bytes) else written.encode()
