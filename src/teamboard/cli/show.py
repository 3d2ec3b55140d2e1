"""`teamboard show`, and the board itself: on a terminal the app, elsewhere plain text."""

from __future__ import annotations

import sys
from datetime import date

import click

from teamboard.actions.base import Actor, Refused, find_goal, find_member
from teamboard.board.board import Board
from teamboard.cli.session import Session, board_options, parse_day, pass_session, print_json, print_lines, width
from teamboard.store.file import FileStore


def open_board(session: Session) -> None:
    """Open the board: the app where there is a terminal, else its text."""
    store = session.store()
    board = store.load()
    actor = session.actor(board)
    open_store(session, store, board, actor)


def open_store(session: Session, store: FileStore, board: Board, actor: Actor) -> None:
    """Open a board that has been loaded."""
    if not (sys.stdout.isatty() and sys.stdin.isatty()):
        print_board(board, session.today(board))
        return
    from teamboard.ui.app import BoardApp

    app = BoardApp(store, board, actor)
    app.run()
    if app.crash is not None:
        raise app.crash


def print_board(board: Board, today: date) -> None:
    """Print the whole board."""
    from teamboard.exchange.board_text import board_lines

    print_lines(board_lines(board, today, width()))


def past_board(board: Board, day: date) -> tuple[Board, date]:
    """The board as it stood on a day, marked as such on standard error; Refused before there was one."""
    from teamboard.board.history import as_of, revision_on

    revision = revision_on(board, day)
    if not revision:
        raise Refused(f"There was no board on {day} yet.")
    past = as_of(board, revision)
    click.echo(f"As of {day}, revision {revision}; the board is at revision {board.revision} now.", err=True)
    return past, day


@click.command()
@board_options
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
    if as_of:
        board, today = past_board(board, parse_day(as_of, today) or today)
    if as_json:
        from teamboard.exchange import board_json

        if goal:
            print_json(board_json.goal_json(board, find_goal(board, goal), today, checkins=True))
        elif member:
            print_json(board_json.member_json(board, find_member(board, member), today))
        else:
            print_json(board_json.board_json(board, today))
        return
    from teamboard.exchange import board_text

    if goal:
        print_lines(board_text.goal_lines(board, find_goal(board, goal), today, width()))
    elif member:
        print_lines(board_text.member_lines(board, find_member(board, member), today, width()))
    else:
        print_board(board, today)
