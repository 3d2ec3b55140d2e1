"""`teamboard goal close` and `goal reopen`."""

from __future__ import annotations

import click

from teamboard.actions.base import Action, find_goal
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.cli.shared.completion import complete_goals
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import GoalOutcome
from teamboard.render.format import goal_label
from teamboard.render.goals.confirmations import describe_closed, describe_still_serving
from teamboard.render.revisions import describe_asked

WHY = click.option("-m", "--why", default="", metavar="TEXT", help="A word on why; it is required.")


@click.command()
@board_options
@click.argument("goal", type=to_record_id, shell_complete=complete_goals)
@click.option("--achieved", is_flag=True, help="It was reached.")
@click.option("--missed", is_flag=True, help="It was not reached.")
@click.option("--dropped", is_flag=True, help="It does not matter any more.")
@WHY
@pass_session
def close(session: Session, goal: RecordId, achieved: bool, missed: bool, dropped: bool, why: str) -> None:
    """Close GOAL today. Its owner is asked to acknowledge it, if somebody else closes it.

    What is aligned to a team goal stays so, and counts with it, until the period ends.

    \b
    teamboard goal close G12 --achieved -m "Signed three weeks early"
    teamboard goal close G14 --dropped -m "Portugal goes to the partner"
    """
    given: dict[GoalOutcome, bool] = {"achieved": achieved, "missed": missed, "dropped": dropped}
    outcomes = [outcome for outcome, is_given in given.items() if is_given]
    if len(outcomes) != 1:
        raise click.UsageError("Say how it ended: --achieved, --missed or --dropped.")
    click.echo(_commit(session, goal, CloseGoal(goal=goal, outcome=outcomes[0], why=why)))


@click.command()
@board_options
@click.argument("goal", type=to_record_id, shell_complete=complete_goals)
@WHY
@pass_session
def reopen(session: Session, goal: RecordId, why: str) -> None:
    """Open GOAL again, which was closed in this period.

    A goal that was closed in a period that is over stays closed.
    """
    click.echo(_commit(session, goal, ReopenGoal(goal=goal, why=why)))


def _commit(session: Session, goal_id: RecordId, action: Action) -> str:
    """Commit an action; what became of the goal in one line."""
    store, _, actor = session.open()
    board = store.commit(action, actor).board
    goal = find_goal(board, goal_id)
    asked = describe_asked(board, goal.id)
    what = f"closed: {describe_closed(board, goal)}" if goal.outcome else "open again"
    asked = f" {asked} to acknowledge it." if asked else ""
    serving = describe_still_serving(board, goal) if goal.outcome else ""
    return f"{goal_label(goal)} is {what}.{asked}{f' {serving}.' if serving else ''} `undo` takes it back."
