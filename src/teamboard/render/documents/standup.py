"""A standup as Markdown, for a chat."""

from __future__ import annotations

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.records import Standup
from teamboard.domain.standup import round_up
from teamboard.render.documents.environment import render_template
from teamboard.render.format import first_name
from teamboard.render.standup import describe_not_called, format_minutes, round_up_parts


def standup_markdown(board: Board, standup: Standup, then: BoardOnDay) -> str:
    """Who spoke for how long, and the round-up of `then`, the board as it was when the standup ended."""
    summary = round_up(then)
    return render_template(
        "standup",
        "md",
        day=str(then.day),
        time=format_minutes(sum(standup.seconds.values())),
        speakers=[{"name": first_name(board, h), "time": format_minutes(s)} for h, s in standup.seconds.items()],
        not_called=describe_not_called(then.board, summary),
        parts=[{"title": title, "lines": lines} for title, lines in round_up_parts(then, summary)],
    )
