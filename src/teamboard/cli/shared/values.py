"""Parse values typed on the command line: days, numbers, milestones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import click

from teamboard.cli.shared.session import Session
from teamboard.domain.amounts import MINUS, AmbiguousNumber, parse_amount
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import parse_date, parse_milestone
from teamboard.domain.records import Milestone

T = TypeVar("T")
_NEGATIVE = re.compile(r"^-(?=[\d.,€$£])")


class ValueCommand(click.Command):
    """A command whose argument may begin with a minus: `-4` is a value, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = (p for p in self.params if isinstance(p, click.Option) and not p.is_flag)
        takes = {name: option.nargs for option in options for name in option.opts}
        marked: list[str] = []
        values = 0
        for arg in args:
            # What follows an option is its value as it is, a text too.
            marked.append(arg if values else _NEGATIVE.sub(MINUS, arg, count=1))
            values = values - 1 if values else takes.get(arg, 0)
        return super().parse_args(ctx, marked)


def parse_day(text: str | None, today: date) -> date | None:
    """Parse a typed date; None for an empty text. Raises Refused if it is not a date."""
    try:
        return parse_date(text, today) if text else None
    except ValueError as error:
        raise Refused(f"{error}.") from None


def parse_number(text: str, session: Session, board: Board) -> float:
    """Parse a typed number such as 812k, as the board's team writes numbers; ask if it can be read in two ways.

    Raises Refused if it is not a number, or can be read in two ways and nobody can be asked.
    """
    return in_one_way(lambda typed: parse_amount(typed, board.number_format), text, session)


def in_one_way(parse: Callable[[str], T], text: str, session: Session) -> T:
    """What `parse` reads in a text; if it can be read in two ways, in the way that the person chooses."""
    try:
        return parse(text)
    except AmbiguousNumber as ambiguous:
        if not session.may_ask:
            raise
        click.echo(f"{ambiguous.text!r} can be read in two ways:", err=True)
        for i, reading in enumerate(ambiguous.readings, start=1):
            click.echo(f"  {i}  {reading}", err=True)
        chosen = click.prompt("Which one do you mean?", type=click.Choice(["1", "2"]), err=True)
        return parse(ambiguous.readings[int(chosen) - 1])


def parse_milestones(milestones: tuple[str, ...], session: Session, board: Board) -> tuple[Milestone, ...]:
    """Parse typed milestones, `Exam` or `Exam=2` with its weight. Raises Refused for another weight."""
    numbers = board.number_format
    return tuple(in_one_way(lambda typed: parse_milestone(typed, numbers), text, session) for text in milestones)
