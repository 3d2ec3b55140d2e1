"""`teamboard show`, and the board itself: on a terminal the app, elsewhere plain text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from teamboard.actions.base import Actor, find_goal, find_member
from teamboard.cli.session import (
    Session,
    board_options,
    has_screen,
    look_options,
    parse_day,
    pass_session,
    print_json,
    print_lines,
    warn,
    width,
)
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.history.history import holding
from teamboard.domain.revisions import in_effect
from teamboard.store.base import BoardMissing, Store

if TYPE_CHECKING:
    from textual.screen import Screen

    from teamboard.ui.app import FirstScreen


def open_board(session: Session) -> None:
    """Open the board: the app where there is a terminal, else its text."""
    store = session.store()
    try:
        board = store.load()
    except BoardMissing:
        if not session.may_ask:
            raise
        from teamboard.cli.start.onboarding import first_minutes

        first_minutes(session, store)
        return
    actor = session.actor(board)
    if actor.member is None and session.may_ask:
        from teamboard.cli.start.onboarding import ask_who

        actor, board = ask_who(session, store, board, actor)
    open_store(session, store, board, actor)


def open_store(session: Session, store: Store, board: Board, actor: Actor, *, own: bool = False) -> None:
    """Open a board that has been loaded; `own` says that it is nobody's but the caller's."""
    if has_screen():
        run_app(session, store, board, actor, own=own)
    else:
        print_board(session.in_effect(board), session.today(board))


def run_app(
    session: Session,
    store: Store,
    board: Board,
    actor: Actor,
    *,
    first: FirstScreen = "board",
    about: str = "",
    standup: Screen[Any] | None = None,
    own: bool = False,
) -> None:
    """Run the app on a board that has been loaded, on its `first` screen, which may be `about` a review.

    The first key is made for whoever acts if the board is the caller's `own`, else for who is known to be the caller.
    """
    from teamboard.ui.app import BoardApp

    app = BoardApp(
        store,
        board,
        actor,
        first=first,
        about=about,
        with_keys=True,
        own=own or session.is_own(board, actor),
        standup=standup,
        given=session.looks_given,
    )
    app.answered()
    if app.reviews.key_trouble:
        # A toast is gone by now.
        warn(app.reviews.key_trouble)


def print_board(board: Board, today: date, *, past: bool = False) -> None:
    """Print the whole board, of now or of a past day."""
    from teamboard.render.board import board_lines

    print_lines(board_lines(board, today, width(), past=past))


def past_board(board: Board, day: date) -> Board:
    """The board as it stood at the end of a day; Refused before there was one."""
    from teamboard.domain.history.history import board_on

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
        from teamboard.render import board_json

        if goal:
            print_json(board_json.goal_json(board, find_goal(board, goal), today, checkins=True))
        elif member:
            print_json(board_json.member_json(board, find_member(board, member), today))
        else:
            print_json(board_json.board_json(board, today, past=past))
        return
    from teamboard.render import board as board_text
    from teamboard.render import board_header

    if past and (goal or member):
        print_lines([board_header.header_line(board, today, past=True), ()])
    if goal:
        print_lines(board_text.goal_lines(board, find_goal(board, goal), today, width()))
    elif member:
        print_lines(board_text.member_lines(board, find_member(board, member), today, width()))
    else:
        print_board(board, today, past=past)
