"""A standup as Markdown, for a chat."""

from __future__ import annotations

from teamboard.domain.board import Board
from teamboard.domain.records import Standup
from teamboard.render.documents.environment import render_template
from teamboard.render.format import first_name
from teamboard.render.standup import board_at_standup, format_minutes, round_up_parts


def standup_markdown(board: Board, standup: Standup) -> str:
    """Who spoke for how long, and the round-up as it was then."""
    return render_template(
        "standup",
        "md",
        day=str(board.day_of(standup.at)),
        time=format_minutes(sum(standup.seconds.values())),
        speakers=[{"name": first_name(board, h), "time": format_minutes(s)} for h, s in standup.seconds.items()],
        parts=[{"title": title, "lines": lines} for title, lines in round_up_parts(*board_at_standup(board, standup))],
    )
