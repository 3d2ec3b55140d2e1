"""`teamboard align`: who carries what, and moving a goal to another team goal."""

from __future__ import annotations

import click

from teamboard.actions.alignment import AlignGoal, AlignTeamGoal
from teamboard.actions.base import Actor, find_goal
from teamboard.cli.shared.completion import complete_goals
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_number
from teamboard.domain.alignment import alignment
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Goal, TeamGoal
from teamboard.render.alignment import AlignmentTable
from teamboard.render.board import describe_alignment, describe_serving
from teamboard.render.board_json import branch_json
from teamboard.render.format import goal_label
from teamboard.store.base import Store


@click.command()
@board_options
@click.argument("goal", type=to_record_id, required=False, shell_complete=complete_goals)
@click.argument("shares", nargs=-1, metavar="[T3 | T3=60 T4=40]", shell_complete=complete_goals)
@click.option("--none", "nothing", is_flag=True, help="Align GOAL to no team goal.")
@click.option("--by-member", is_flag=True, help="Arrange the tree by member, not by team goal.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def align(
    session: Session, goal: RecordId | None, shares: tuple[str, ...], nothing: bool, by_member: bool, as_json: bool
) -> None:
    """Show who carries which team goal, or align GOAL to other ones.

    \b
    teamboard align                     the tree
    teamboard align G12 T3              G12 serves T3 alone
    teamboard align G12 T3=60 T4=40     G12 is shared: percentages that add up to 100
    teamboard align G12 --none          G12 serves no team goal
    teamboard align T4 T1               the team goal T4 serves T1, and adds up into it
    """
    store, shown, actor = session.open()
    board = shown.board
    if goal is None:
        _print_tree(shown, by_member=by_member, as_json=as_json)
        return
    if bool(shares) == nothing:
        raise click.UsageError("Say which team goals, such as T3 or T3=60 T4=40, or --none.")
    found = find_goal(board, goal)
    if isinstance(found, TeamGoal):
        click.echo(_align_team_goal(store, actor, found, shares))
        return
    aligned = parse_shares(shares, session, board)
    seen = getattr(found, "aligned", {})
    board = store.commit(AlignGoal(goal=found.id, aligned=aligned, seen=seen), actor).board

    now = board.goal(found.id)
    assert isinstance(now, Goal)
    click.echo(f"{goal_label(now)} is aligned to {describe_alignment(board, now)}.")


def _align_team_goal(store: Store, actor: Actor, goal: TeamGoal, shares: tuple[str, ...]) -> str:
    """Let a team goal serve another one, or none; return the answer in one line."""
    if len(shares) > 1 or any("=" in text for text in shares):
        raise click.UsageError(f"{goal.id} is a team goal: say the one that it serves, such as T1, or --none.")
    serves = to_record_id(shares[0]) if shares else None
    board = store.commit(AlignTeamGoal(goal=goal.id, serves=serves, seen=goal.serves), actor).board
    now = board.goal(goal.id)
    assert isinstance(now, TeamGoal)
    return f"{goal_label(now)} serves {describe_serving(board, now)}."


def parse_shares(shares: tuple[str, ...], session: Session, board: Board) -> dict[RecordId, float]:
    """`T3`, or `T3=60 T4=40` in percent (or as ratios, `T3=0.6`), as ratios; equal shares where none is given."""
    found: dict[RecordId, float] = {}
    for text in shares:
        named, _, share = text.partition("=")
        name = to_record_id(named)
        if name in found:
            raise Refused(f"{name} is named twice.")
        found[name] = parse_number(share, session, board) if share else 100.0 / len(shares)
    # In percent, unless every share is a ratio.
    whole = 100.0 if any(value > 1 for value in found.values()) else 1.0
    return {name: value / whole for name, value in found.items()}


def _print_tree(shown: BoardOnDay, *, by_member: bool, as_json: bool) -> None:
    if as_json:
        forecasts = Forecasts(shown)
        print_json([branch_json(shown, found, forecasts) for found in alignment(shown)])
        return
    cells = width()
    table = AlignmentTable(shown, "member" if by_member else "team goal")
    print_lines([table.caption(cells), *(row.draw(cells) for row in table.rows)])
