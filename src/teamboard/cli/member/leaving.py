"""`teamboard member leave` and `teamboard member return`: who leaves the team, who takes over, who comes back."""

from __future__ import annotations

import click

from teamboard.actions.base import find_member
from teamboard.actions.leaving import LeaveTeam, ReturnToTeam
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.errors import Refused
from teamboard.domain.sanitize import one_line
from teamboard.render.team.leaving import closing_lines, copy_lines, describe_leaving, describe_staying, mean_lines


@click.command("leave")
@board_options
@click.argument("handle")
@click.argument("day", metavar="DAY")
@click.option("--goals-to", default="", metavar="MEMBER", help="Who takes the open results; or dropped, to close them.")
@click.option(
    "--goal",
    "goals",
    multiple=True,
    metavar="GOAL=MEMBER",
    help="Who takes one goal, or achieved, missed or dropped; may be repeated.",
)
@click.option(
    "--reports-to", default="", metavar="MEMBER", help="Who takes reports and team goals; their manager else."
)
@pass_session
def leave(session: Session, handle: str, day: str, goals_to: str, goals: tuple[str, ...], reports_to: str) -> None:
    """Put down that the member HANDLE leaves: from DAY on they are off the board.

    Their results go to who is named, as with `goal hand-over`, what has reached its target is achieved, other skill and
    career goals are dropped, and what waits for them is closed: at once,
    also if DAY is in the future; only their own meetings before it stay, and until it they check in on what was theirs.
    The past keeps them under their name. `undo`
    takes all of it back, `member return` brings them back.

    \b
    teamboard member leave ben 2026-11-20 --goals-to marty
    teamboard member leave ben today --goal G5=marty --goal G7=dropped --reports-to mara
    """
    store, shown, actor = session.open()
    first = parse_day(day, shown.day)
    if first is None:
        raise Refused("Give the first day on which they are off the board, such as 2026-11-20.")
    action = LeaveTeam(member=handle, day=first, goals_to=goals_to, goals=parse_receivers(goals), reports_to=reports_to)
    commit = store.commit(action, actor)
    found = find_member(commit.board, handle)
    summary = describe_leaving(commit.board, commit.entry)
    click.echo(
        f"{found.name} ({found.handle}) is off the board from {found.left} on{f': {summary}' if summary else ''}."
    )
    for closed in closing_lines(shown.board, {i: commit.board.get(i) for i in commit.entry.changes}):
        click.echo(f"  {one_line(closed)}")
    for copied in copy_lines(commit.board, commit.entry.changes):
        click.echo(f"  {one_line(copied)}")
    for mean in mean_lines(shown.board, commit.board, commit.entry.changes):
        click.echo(f"  {one_line(mean)}")


@click.command("return")
@board_options
@click.argument("handle")
@click.option("--manager", metavar="MEMBER", help="Who manages them now; the manager they had, if you don't say.")
@pass_session
def come_back(session: Session, handle: str, manager: str | None) -> None:
    """Bring the member HANDLE, who has left, back onto the board.

    What was handed over stays where it is, and a login that somebody else has by now stays theirs; `undo` right after
    `leave` gives back all of it.
    """
    store, _, actor = session.open()
    board = store.commit(ReturnToTeam(member=handle, manager=manager), actor).board
    found = find_member(board, handle)
    under = f", manager {found.manager}" if found.manager else ""
    staying = describe_staying(board, found)
    click.echo(f"{found.name} ({found.handle}) is back on the board{under}.{f' {staying}.' if staying else ''}")


def parse_receivers(texts: tuple[str, ...]) -> dict[str, str]:
    """Who takes each goal, by id, from texts such as `G5=marty`. Raises Refused."""
    receivers: dict[str, str] = {}
    for text in texts:
        goal_id, equals, to = (part.strip() for part in text.partition("="))
        if not (goal_id and equals and to):
            raise Refused(f"{text!r} does not say who takes which goal: write G5=marty, or G5=dropped.")
        if goal_id.upper() in receivers:
            raise Refused(f"{goal_id.upper()} is there twice: say once who takes it.")
        receivers[goal_id.upper()] = to
    return receivers
