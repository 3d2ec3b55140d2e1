"""`teamboard goal hand-over`."""

from __future__ import annotations

import click

from teamboard.actions.base import find_goal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.cli.shared.completion import complete_goals, complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.cli.shared.values import parse_number
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Goal
from teamboard.domain.sanitize import one_line
from teamboard.render.format import goal_label, name_of
from teamboard.render.goals.confirmations import describe_hand_over
from teamboard.render.revisions import describe_asked
from teamboard.store.read_only import check_board_may_be_written


@click.command("hand-over")
@board_options
@click.argument("goal", type=to_record_id, shell_complete=complete_goals)
@click.option("--to", required=True, metavar="MEMBER", shell_complete=complete_members, help="Who takes it.")
@click.option("--target", metavar="NUMBER", help="The target of what is left; all of the rest, if you don't say.")
@click.option("-m", "--why", default="", metavar="TEXT", help="A word on why, for both to read.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask; without a terminal it never asks.")
@pass_session
def hand_over(session: Session, goal: RecordId, to: str, target: str | None, why: str, yes: bool) -> None:
    """Hand GOAL over to another member, who is asked to acknowledge it.

    Its value and history go along. Of a goal that a team goal sums up, what was reached stays with the owner before;
    the rest is a new goal. One with a number per week is split by weeks: this one goes along while nothing is counted
    in it, else the owner before counts on in it until Sunday. Any other goal goes as a whole.
    Somebody who is away can't take it; a newcomer can, and check-ins are due from their first day.

    \b
    teamboard goal hand-over G12 --to ben
    teamboard goal hand-over G23 --to ana --target 500k -m "Ana takes the Nordics"
    """
    store, shown, actor = session.open()
    rest = None if target is None else parse_number(target, session, shown.board)
    action = HandOverGoal(goal=goal, to=to, target=rest, why=why)
    check_board_may_be_written()
    now = session.now()
    action(shown.board, actor, now)
    planned, _ = action.planned(shown.board, find_goal(shown.board, goal), actor, now)
    what = describe_hand_over(shown.board, planned, shown.day)
    if not yes and has_screen():
        click.echo(f"{planned.before.id} {one_line(planned.before.title)}: {what}.")
        if not click.confirm("Hand it over?"):
            click.echo("Nothing was changed.")
            return
    commit = store.commit(action, actor)
    board = commit.board
    made = commit.all_created(Goal)
    new = made[0] if made else find_goal(board, goal)
    asked = describe_asked(board, new.id, planned.before.id)
    what += f". {asked} to acknowledge it" if asked else ""
    click.echo(f"{goal_label(new)} is {name_of(board, new.owner)}'s: {what}. `undo` takes it back.")
