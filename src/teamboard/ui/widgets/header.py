"""The lines above a board: the header, and a banner for errors and celebrations."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.cells import cell_len

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.render.board_header import screen_header_line
from teamboard.render.line_layout import Line, SpanStyle, wrapped
from teamboard.ui.widgets.lines_view import LinesView

MAX_LINES = 2


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


class Banner(LinesView):
    """A text below the header, for errors, past days and celebrations; hidden while it is empty."""

    DEFAULT_CSS: ClassVar[str] = "Banner { height: 0; display: none; }"

    def say(self, text: str, style: SpanStyle) -> None:
        """Show a text, centred; hide the banner if it is empty."""
        self.display = bool(text)
        self.styles.height = len(self._pieces(text, self.app.size.width)) if text else 0
        self.write(lambda width: (self._centred(piece, style, width) for piece in self._pieces(text, width)))

    @staticmethod
    def _pieces(text: str, width: int) -> list[str]:
        return wrapped(text, max(width - 4, 10))[:MAX_LINES]

    @staticmethod
    def _centred(piece: str, style: SpanStyle, width: int) -> Line:
        return ((" " * max((width - cell_len(piece)) // 2, 1), ""), (piece, style))
