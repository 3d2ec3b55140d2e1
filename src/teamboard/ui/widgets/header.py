"""The lines above a board: the header, and a banner for errors and celebrations."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.cells import cell_len

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.sanitize import one_line
from teamboard.render.board_header import describe_period, past_mark
from teamboard.render.line_layout import REVISION_SIGN, Line, Span, SpanStyle, fit, wrapped
from teamboard.ui.widgets.lines_view import LinesView

MAX_LINES = 2


def header_line(shown: BoardOnDay, *, live: bool, past: bool, member: str, width: int, waiting: int = 0) -> Line:
    """Team, period, live or past, revision; then the number of revisions that wait for the person, and their name."""
    board = shown.board
    margin = 2 if width >= 104 else 1
    # Long names are cut, so that the state of the board always has room.
    team = _short(board.team.name if board.team else "teamboard", width)
    when = describe_period(shown)
    state = ("● live", "on-track") if live else ("▲ not live", "behind")
    if live and board.set_aside:
        state = (f"▲ {len(board.set_aside)} set aside", "warn")
    if past:
        state = (past_mark(shown.day), "warn")
    revision = f" · revision {board.revision}"
    # The state of the board has priority over the long form of what waits.
    member = _short(member, width)
    needed = cell_len(f"{team}   {when}   {state[0]}  {member}") + 2 * margin
    words = (f"{REVISION_SIGN} {waiting} for you   ", f"{REVISION_SIGN} {waiting}  ") if waiting else ("",)
    asked = next((word for word in words if needed + cell_len(word) <= width), words[-1])
    who = asked + member
    room = width - 2 * margin - cell_len(who) - 2
    parts: list[Span] = [(team, "strong")]
    used = cell_len(team)
    middle: list[Span] = []
    # The state has priority over the period, the period over the revision.
    for pieces in (((when, "dim"), state, (revision, "dim")), ((when, "dim"), state), (state,)):
        cells = sum(cell_len(text) for text, _ in pieces) + 3 * len(pieces) - 3 * ((revision, "dim") in pieces)
        if used + cells <= room:
            middle = [span for piece in pieces for span in (("" if piece[0] is revision else "   ", ""), piece)]
            used += cells
            break
    if used > room:
        parts = [(fit(team, max(room, 1)), "strong")]
        used = max(room, 1)
    space = max(width - 2 * margin - used - cell_len(who), 1)
    return ((" " * margin, ""), *parts, *middle, (" " * space, ""), (asked, "warn"), (member, "accent"))


def _short(name: str, width: int) -> str:
    return fit(name, min(cell_len(one_line(name)), max(width // 3, 8)))


class BoardHeader(LinesView):
    """The line at the top of a screen: team, period, state of the board, revision, and who acts."""

    DEFAULT_CSS: ClassVar[str] = "BoardHeader { height: 1; }"

    def __init__(self, member: str) -> None:
        super().__init__()
        self._member = member

    def show(self, shown: BoardOnDay, *, live: bool, past: bool = False, waiting: int = 0) -> None:
        """Show a view of the board; `live` is False while it can't be read, `waiting` counts revisions to answer."""
        line = partial(header_line, shown, live=live, past=past, member=self._member, waiting=waiting)
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
