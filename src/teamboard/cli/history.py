"""`teamboard log` and `teamboard undo`."""

from __future__ import annotations

import click
import msgspec

from teamboard.actions.base import find_goal, find_member
from teamboard.actions.undo import Undo, commit_to_undo
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.history.time_travel import with_archived, with_archived_since
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.render.activity_log import describe_commit, matching_commits


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
    found = list(
        matching_commits(
            board,
            since=day,
            member=find_member(board, member).handle if member else None,
            goal=find_goal(board, goal).id if goal else None,
        )
    )
    if as_json:
        print_json([{"revision": n, "sentence": describe_commit(board, e), **msgspec.to_builtins(e)} for n, e in found])
        return
    for number, entry in found:
        stamp = f"{board.local_time(entry.at):%Y-%m-%d %H:%M}"
        click.echo(f"{number:>5}  {stamp}  {describe_commit(board, entry)}")


@click.command()
@board_options
@click.option("--of", default="", metavar="MEMBER", help="Undo the last change of somebody who has left.")
@pass_session
def undo(session: Session, of: str) -> None:
    """Undo your own last change; refused if others have built on it.

    What somebody did last who has left, such as leaving, a manager can undo: `teamboard undo --of mara`.
    """
    store = session.store()
    board = store.load()
    actor = session.actor(board)
    revision, entry = commit_to_undo(board, actor, of)
    store.commit(Undo(undoes=revision), actor)
    click.echo(f"Undone: {describe_commit(board, entry)}")
