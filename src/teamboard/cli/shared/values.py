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
        return super().parse_args(ctx, [_NEGATIVE.sub(MINUS, a, count=1) if _NEGATIVE.match(a) else a for a in args])


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
