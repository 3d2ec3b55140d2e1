"""What a person types for a value, in a form or on the command line."""

from __future__ import annotations

from teamboard.actions.base import Refused
from teamboard.exchange.team_form import amount

MINUS = "\u2212"
_WORDS = {"done": 1.0, "yes": 1.0, "not done": 0.0, "no": 0.0}


def parse_value(text: str) -> tuple[float | None, float | None]:
    """A typed value as (value, change): `812k` sets, `+4` and `-4` add, `=-4` sets below zero.

    Raises Refused for what is no number.
    """
    typed = text.strip().replace(MINUS, "-")
    if typed.casefold() in _WORDS:
        return _WORDS[typed.casefold()], None
    try:
        if typed.startswith("="):
            return amount(typed[1:]), None
        if typed[:1] in ("+", "-"):
            return None, amount(typed)
        return amount(typed.lstrip("€$£ ")), None
    except ValueError as error:
        raise Refused(f"{error}.") from None
