"""A board, a goal or a member, printed."""

from __future__ import annotations

from teamboard.cli.shared.output import print_lines, width
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.records import Member, Team
from teamboard.render.board import board_lines, goal_lines
from teamboard.render.board_header import header_line
from teamboard.render.goals.forecasts import figure_lines, member_figure_lines
from teamboard.render.goals.hints import hint_lines, hint_table_lines
from teamboard.render.team.member import member_lines


def print_board(shown: BoardOnDay, *, past: bool = False) -> None:
    """Print the whole board, of now or of a past day."""
    print_lines(board_lines(shown, width(), past=past))


def print_goal(shown: BoardOnDay, goal: AnyGoal, *, past: bool = False) -> None:
    """Print a goal with its check-ins, of now or of a past day."""
    _print_day(shown, past=past)
    print_lines(goal_lines(shown, goal, width(), figure_lines(shown, goal)))


def print_member(shown: BoardOnDay, member: Member, reader: Member | None, *, past: bool = False) -> None:
    """Print a member with their goals, of now or of a past day, and what is for the reader alone."""
    _print_day(shown, past=past)
    print_lines([*member_lines(shown, member, width()), *member_figure_lines(shown, member, reader)])
    print_member_hints(shown, member, reader)


def print_member_hints(shown: BoardOnDay, member: Member, reader: Member | None) -> None:
    """Print what is worth a word with a member, below an empty line; nothing without a hint that the reader may see."""
    lines = list(hint_lines(shown, member, reader, width(), " "))
    print_lines([(), *lines] if lines else [])


def print_hints(team: Team) -> None:
    """Print every hint: whether the team has it on, what it says, and why it exists."""
    print_lines(hint_table_lines(team, width()))


def _print_day(shown: BoardOnDay, *, past: bool) -> None:
    """What is printed of a past day says so."""
    if past:
        print_lines([header_line(shown, past=True), ()])
