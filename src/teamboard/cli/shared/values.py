"""Parse values typed on the command line: days, numbers, milestones."""

from __future__ import annotations

import re
from datetime import date

import click

from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import MINUS, parse_amount, parse_date, parse_milestone
from teamboard.domain.records import Milestone

_NEGATIVE = re.compile(r"^-(?=[\d.])")


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


def parse_number(text: str) -> float:
    """Parse a typed number such as 812k. Raises Refused if it is not a number."""
    try:
        return parse_amount(text)
    except ValueError as error:
        raise Refused(f"{error}.") from None


def parse_milestones(milestones: tuple[str, ...]) -> tuple[Milestone, ...]:
    """Parse typed milestones, `Exam` or `Exam=2` with its weight. Raises Refused for another weight."""
    try:
        return tuple(map(parse_milestone, milestones))
    except ValueError as error:
        raise Refused(f"{error}.") from None
