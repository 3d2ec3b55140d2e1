"""What is worth a word with a member, as lines and JSON; and the list of all hints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.hints.table import HINTS, Hint, hints
from teamboard.domain.permissions import may_read_coaching
from teamboard.domain.records import Member, Team
from teamboard.render.line_layout import Line, wrapped

TITLE = "Worth a word"
SEEN_BY = "for the member and the managers above"
NAME_CELLS = 12


def hints_for(shown: BoardOnDay, member: Member, reader: Member | None) -> tuple[Hint, ...]:
    """The hints about a member that a reader is shown: none but to the member and the managers above."""
    return hints(Forecasts(shown), member) if may_read_coaching(shown.board, reader, member) else ()


def hint_lines(
    shown: BoardOnDay, member: Member, reader: Member | None, width: int, indent: str = "  "
) -> Iterator[Line]:
    """The hints about a member under their title, each wrapped; nothing without one, and for who may not read them."""
    found = hints_for(shown, member, reader)
    if found:
        yield ((f"{indent}{TITLE}", "strong"), (f"   {SEEN_BY}", "dim"))
    for hint in found:
        for number, piece in enumerate(wrapped(hint.text, max(width - len(indent) - 4, 20))):
            yield ((f"{indent}{'  ' if number else '· '}{piece}", "text"),)


def hints_json(shown: BoardOnDay, member: Member, reader: Member | None) -> list[dict[str, Any]] | None:
    """The hints about a member as JSON values; None for who may not read them."""
    if not may_read_coaching(shown.board, reader, member):
        return None
    return [msgspec.to_builtins(hint) for hint in hints_for(shown, member, reader)]


def hint_table_lines(team: Team, width: int) -> Iterator[Line]:
    """Every hint: its name, whether it is on, what it says and why it exists."""
    for name, rule in HINTS.items():
        words = re.sub(r"\{\w+\}", "…", rule.words)
        off = name in team.hints_off
        yield ((f"{name:<{NAME_CELLS}}", "accent"), ("off  " if off else "on   ", "dim"))
        for text in (words, rule.why):
            yield from (((f"  {piece}", "text" if text is words else "dim"),) for piece in wrapped(text, width - 4))
