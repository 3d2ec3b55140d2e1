"""Printing on standard output: styled lines, and JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
import msgspec

from teamboard.cli.shared.session import Session, is_capable_terminal
from teamboard.cli.shared.standard_streams import MAX_COLUMNS
from teamboard.domain.sanitize import escaped
from teamboard.render.ascii_fallback import to_ascii

if TYPE_CHECKING:
    from teamboard.render.line_layout import Line, SpanStyle

PLAIN_WIDTH = 100

_ANSI: dict[SpanStyle, dict[str, Any]] = {
    "strong": {"bold": True},
    "dim": {"dim": True},
    "track": {"dim": True},
    "accent": {"fg": "cyan"},
    "achieved": {"fg": "green", "bold": True},
    "on-track": {"fg": "green"},
    "at-risk": {"fg": "yellow"},
    "behind": {"fg": "red"},
    "stale": {"dim": True},
    "not-started": {"dim": True},
    "warn": {"fg": "yellow"},
    "bad": {"fg": "red"},
    "help": {"fg": "yellow", "bold": True},
}


def print_lines(lines: Iterable[Line]) -> None:
    """Print styled lines: in colour on a terminal, as plain text elsewhere or with NO_COLOR."""
    coloured = sys.stdout.isatty() and is_capable_terminal() and not os.environ.get("NO_COLOR")
    context = click.get_current_context(silent=True)
    session = context.find_object(Session) if context else None
    write = to_ascii if session is not None and session.in_letters else str
    for line in lines:
        spans = [(write(text), _ANSI.get(style)) for text, style in line]
        text = "".join(click.style(t, **ansi) if coloured and ansi else t for t, ansi in spans)
        click.echo(text.rstrip(), color=coloured)


def print_json(value: object) -> None:
    """Print plain values as indented JSON."""
    click.echo(json_text(value))


def json_text(value: object) -> str:
    """Plain values as indented JSON."""
    return escaped(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def width() -> int:
    """The width to print at: the terminal's, or COLUMNS, or 100."""
    columns = os.environ.get("COLUMNS", "")
    found = int(columns) if columns.isascii() and columns.isdigit() and len(columns) < 10 else 0
    if not found:
        # As shutil.get_terminal_size, whose import takes 3 ms.
        with suppress(AttributeError, ValueError, OSError):
            found = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
    return min(max(found or PLAIN_WIDTH, 40), MAX_COLUMNS)
