"""`teamboard log` and `teamboard undo`."""

from __future__ import annotations

import click
import msgspec

from teamboard.actions.base import find_goal, find_member
from teamboard.actions.undo import Undo, commit_to_undo
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.errors import Refused
from teamboard.domain.handles import current_handle
from teamboard.domain.history.time_travel import with_archived, with_archived_since
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.render.activity_log import describe_commit, matching_commits
from teamboard.render.format import name_of
from teamboard.store.read_only import check_board_may_be_written


@click.command()
@board_options
@click.option("--since", metavar="DAY", help="From that day on: 2026-11-01, today or today-7.")
@click.option("--member", metavar="MEMBER", help="What somebody did, or what was about them.")
@click.option("--goal", type=to_record_id, metavar="GOAL", help="What was about a goal.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def log(session: Session, since: str | None, member: str | None, goal: RecordId | None, as_json: bool) -> None:
    """List what happened, newest first."""
    board = session.store().load()
    day = parse_day(since, session.today(board))
    board = with_archived(board) if day is None else with_archived_since(board, day)
    # All of them before the first is printed: one may be damaged.
    handle = find_member(board, member).handle if member else None
    goal_id = find_goal(board, goal).id if goal else None
    about = {goal_id} if goal_id else {g.id for g in board.goals_of(handle)} if handle else set()
    # All of them before the first is printed: one may be damaged.
    found = [
        (number, entry, describe_commit(board, entry, about))
        for number, entry in matching_commits(board, since=day, member=handle, goal=goal_id)
    ]
    if as_json:
        print_json([{"revision": n, "sentence": text, **msgspec.to_builtins(e)} for n, e, text in found])
        return
    for number, entry, text in found:
        click.echo(f"{number:>5}  {board.local_time(entry.at):%Y-%m-%d %H:%M}  {text}")


@click.command()
@board_options
@click.option(
    "--of", default="", metavar="MEMBER", help="Undo the last change made by somebody who leaves, not by you."
)
@click.option("-y", "--yes", is_flag=True, help="With --of: do not ask for confirmation.")
@pass_session
def undo(session: Session, of: str, yes: bool) -> None:
    """Undo your own last change; refused if others have built on it.

    `--of mara` undoes the last change made BY mara, who leaves: for those above her, or any manager if nobody is. What
    others changed about her is theirs to undo. It says which change that is, and of which day, and asks; where it can't
    ask, it needs --yes.
    """
    store = session.store()
    board = store.load()
    actor = session.actor(board)
    revision, entry = commit_to_undo(board, actor, of)
    sentence = describe_commit(board, entry)
    if not yes and current_handle(board, entry.by) != actor.member:
        Undo(undoes=revision)(board, actor, session.now())
        told = f"The last change by {name_of(board, entry.by or '')} is of {board.day_of(entry.at)}: {sentence}."
        if not has_screen():
            raise Refused(f"{told} Add --yes to undo that.")
        check_board_may_be_written()
        click.echo(told)
        if not click.confirm("Undo it?"):
            click.echo("Nothing was changed.")
            return
    store.commit(Undo(undoes=revision), actor)
    click.echo(f"Undone: {sentence}")
