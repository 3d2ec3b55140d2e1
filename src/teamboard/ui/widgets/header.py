"""The header line of a screen."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.render.board_header import screen_header_line
from teamboard.ui.widgets.lines_view import LinesView


class BoardHeader(LinesView):
    """The line at the top of a screen: team, period, state of the board, revision, and who acts."""

    DEFAULT_CSS: ClassVar[str] = "BoardHeader { height: 1; }"

    def __init__(self, member: str) -> None:
        super().__init__()
        self._member = member

    def show(self, shown: BoardOnDay, *, live: bool, past: bool = False, waiting: int = 0) -> None:
        """Show a view of the board; `live` is False while it can't be read, `waiting` counts revisions to answer."""
        line = partial(screen_header_line, shown, live=live, past=past, member=self._member, waiting=waiting)
        self.write(lambda width: [line(width=width)])
