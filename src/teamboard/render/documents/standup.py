"""A standup as Markdown, for a chat."""

from __future__ import annotations

from teamboard.domain.board import Board
from teamboard.domain.records import Standup
from teamboard.render.documents.environment import render_template
from teamboard.render.names import first_name
from teamboard.render.standup import as_it_was, clock, round_up_parts


def standup_markdown(board: Board, standup: Standup) -> str:
    """Who spoke for how long, and the round-up as it was then."""
    return render_template(
        "standup.md",
        day=str(board.day_of(standup.at)),
        time=clock(sum(standup.seconds.values())),
        speakers=[{"name": first_name(board, h), "time": clock(s)} for h, s in standup.seconds.items()],
        parts=[{"title": title, "lines": lines} for title, lines in round_up_parts(*as_it_was(board, standup))],
    )
