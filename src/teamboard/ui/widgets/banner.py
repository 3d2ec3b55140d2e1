"""The banner below the header of a screen, for errors, past days and celebrations."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len

from teamboard.render.line_layout import Line, SpanStyle, wrapped
from teamboard.ui.widgets.lines_view import LinesView

MAX_LINES = 2


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
