"""`teamboard show`: the board, a member or a goal, as text or JSON."""

from __future__ import annotations

from datetime import date

import click

from teamboard.actions.base import find_goal, find_member
from teamboard.cli.shared.options import board_options, look_options
from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.history.time_travel import board_on, holding
from teamboard.domain.revisions import in_effect
from teamboard.render import board_json


def past_board(board: Board, day: date) -> Board:
    """The board as it stood at the end of a day; Refused before there was one."""
    past = board_on(board, day)
    if past is None:
        raise Refused(f"There was no board on {day} yet.")
    return past


@click.command()
@board_options
@look_options("ascii")
@click.option("--member", metavar="MEMBER", help="One member only.")
@click.option("--goal", metavar="GOAL", help="One goal only, with its check-ins.")
@click.option("--as-of", metavar="DAY", help="The board as it stood at the end of that day.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def show(session: Session, member: str | None, goal: str | None, as_of: str | None, as_json: bool) -> None:
    """Print the board, a member or a goal."""
    if member and goal:
        raise click.UsageError("Give --member or --goal, not both.")
    board = session.store().load()
    today = session.today(board)
    day = parse_day(as_of, today) or today
    if day > today:
        raise Refused(f"{day} is still to come.")
    past = day < today
    board, today = in_effect(past_board(board, day) if past else board, day), day
    board = holding(board, goal) if goal and not past else board
    if as_json:
        if goal:
            print_json(board_json.goal_json(board, find_goal(board, goal), today, checkins=True))
        elif member:
            print_json(board_json.member_json(board, find_member(board, member), today))
        else:
            print_json(board_json.board_json(board, today, past=past))
        return
    # Drawing lines takes 15 ms to import, which JSON does not need.
    from teamboard.cli.board import print_board, print_goal, print_member

    if goal:
        print_goal(board, find_goal(board, goal), today, past=past)
    elif member:
        print_member(board, find_member(board, member), today, past=past)
    else:
        print_board(board, today, past=past)
