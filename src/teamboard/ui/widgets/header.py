"""The lines above a board: who and when, what is wrong, what there is to celebrate."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.cells import cell_len

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.sanitize import one_line
from teamboard.render.board_header import describe_period, past_mark
from teamboard.render.line_layout import REVISION_SIGN, Line, Span, SpanStyle, fit, wrapped
from teamboard.ui.widgets.lines_view import LinesView

MOST_LINES = 2


def header_line(shown: BoardOnDay, *, live: bool, past: bool, member: str, width: int, waiting: int = 0) -> Line:
    """Team, period, whether the board is live, or past, and at which revision; what waits for whoever looks at it."""
    board = shown.board
    margin = 2 if width >= 104 else 1
    # However long the names are, there is room for what the board is.
    team = _short(board.team.name if board.team else "teamboard", width)
    when = describe_period(shown)
    state = ("● live", "on-track") if live else ("▲ not live", "behind")
    if past:
        state = (past_mark(shown.day), "warn")
    revision = f" · revision {board.revision}"
    # Whether the board is live is said before what waits for somebody is said at length.
    member = _short(member, width)
    needed = cell_len(f"{team}   {when}   {state[0]}  {member}") + 2 * margin
    words = (f"{REVISION_SIGN} {waiting} for you   ", f"{REVISION_SIGN} {waiting}  ") if waiting else ("",)
    asked = next((word for word in words if needed + cell_len(word) <= width), words[-1])
    who = asked + member
    room = width - 2 * margin - cell_len(who) - 2
    parts: list[Span] = [(team, "strong")]
    used = cell_len(team)
    middle: list[Span] = []
    # What the board is, live or of which day, is said before anything else there is room for.
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
    """One line: team, period and day, live or not, revision, and who you are."""

    DEFAULT_CSS: ClassVar[str] = "BoardHeader { height: 1; }"

    def __init__(self, member: str) -> None:
        super().__init__()
        self._member = member

    def show(self, shown: BoardOnDay, *, live: bool, past: bool = False, waiting: int = 0) -> None:
        """Show a board on a day: live or not, or one of the past; and how many revisions wait for the person."""
        line = partial(header_line, shown, live=live, past=past, member=self._member, waiting=waiting)
        self.write(lambda width: [line(width=width)])


class Banner(LinesView):
    """Lines that are there only while there is something to say: trouble first, else a celebration."""

    DEFAULT_CSS: ClassVar[str] = "Banner { height: 0; display: none; }"

    def say(self, text: str, style: SpanStyle) -> None:
        """Show a text in the middle of the line, or, with no text, nothing."""
        self.display = bool(text)
        self.styles.height = len(self._pieces(text, self.app.size.width)) if text else 0
        self.write(lambda width: (self._centred(piece, style, width) for piece in self._pieces(text, width)))

    @staticmethod
    def _pieces(text: str, width: int) -> list[str]:
        return wrapped(text, max(width - 4, 10))[:MOST_LINES]

    @staticmethod
    def _centred(piece: str, style: SpanStyle, width: int) -> Line:
        return ((" " * max((width - cell_len(piece)) // 2, 1), ""), (piece, style))
