"""`teamboard show`: the board, a member or a goal, as text or JSON."""

from __future__ import annotations

import click

from teamboard.actions.base import find_goal, find_member
from teamboard.cli.commands import load
from teamboard.cli.shared.options import board_options, look_options
from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import view_of_closed
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.history.time_travel import with_archived_record
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Member
from teamboard.render import board_json
from teamboard.services.views import view_of_past

PRINTING = "teamboard.cli.board"
"""What prints lines: importing it takes 15 ms, and JSON does not need it."""


@click.command()
@board_options
@look_options("ascii")
@click.option("--member", metavar="MEMBER", help="One member only.")
@click.option("--goal", type=to_record_id, metavar="GOAL", help="One goal only, with its check-ins.")
@click.option("--as-of", metavar="DAY", help="The board as it stood at the end of that day.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def show(session: Session, member: str | None, goal: RecordId | None, as_of: str | None, as_json: bool) -> None:
    """Print the board, a member or a goal."""
    if member and goal:
        raise click.UsageError("Give --member or --goal, not both.")
    board = session.store().load()
    today = session.today(board)
    day = parse_day(as_of, today) or today
    if day > today:
        raise Refused(f"{day} is still to come.")
    past = day < today
    shown = view_of_past(board, day) if past else session.shown(with_archived_record(board, goal) if goal else board)
    board = shown.board
    if goal:
        shown = view_of_closed(shown, find_goal(board, goal))
        board = shown.board
    if as_json:
        if goal:
            print_json(board_json.goal_json(shown, find_goal(board, goal), checkins=True))
        elif member:
            print_json(board_json.member_json(shown, find_member(board, member), reader=_reader(session, board)))
        else:
            print_json(board_json.board_json(shown, past=past))
        return
    if goal:
        load(f"{PRINTING}:print_goal")(shown, find_goal(board, goal), past=past)
    elif member:
        load(f"{PRINTING}:print_member")(shown, find_member(board, member), _reader(session, board), past=past)
    else:
        load(f"{PRINTING}:print_board")(shown, past=past)


def _reader(session: Session, board: Board) -> Member | None:
    """The member who reads; None for somebody who is not one, and with a name that the board does not know."""
    try:
        return board.member(session.actor(board).member)
    except (NotFound, Refused):
        return None
