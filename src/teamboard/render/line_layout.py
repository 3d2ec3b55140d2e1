"""Lines of styled text: what the screens draw and the command line prints.

A line is a tuple of spans; a span is a text and the name of its style, a `SpanStyle`. Screens look the style up in
the theme. Widths are in terminal cells, so that wide and combining characters keep columns aligned.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from rich.cells import cell_len, chop_cells

from teamboard.domain.board import AnyGoal
from teamboard.domain.goals.check_in_days import is_done_or_not
from teamboard.domain.goals.progress import clipped
from teamboard.domain.goals.standing import Standing
from teamboard.domain.goals.status import Status
from teamboard.domain.records import FeedbackState, GoalOutcome
from teamboard.domain.sanitize import one_line, plain
from teamboard.render import format

SpanStyle = Literal[
    "",
    "text",
    "strong",
    "dim",
    "accent",
    "track",
    "pace",
    "help",
    "warn",
    "bad",
    "achieved",
    "on-track",
    "at-risk",
    "behind",
    "stale",
    "not-started",
]
"""The styles of a span; `""` for padding, which has no colour of its own."""
Span = tuple[str, SpanStyle]
Line = tuple[Span, ...]

BLOCKS = "▁▂▃▄▅▆▇█"
HELP_SIGN = "⚑"
REVISION_SIGN = "⟳"
LOW_CONFIDENCE_SIGN = "▿"
CALL_SIGN = "◆"
"""On a bar and in the chart of a goal."""
LOW_CONFIDENCE = 4
"""Confidence of this or less has a sign on the board."""
WIDE_FROM = 104
FEEDBACK_SIGNS: dict[FeedbackState, str] = {"open": "○", "acknowledged": "◐", "resolved": "✓", "declined": "✗"}
STATUS_STYLES: dict[Status, SpanStyle] = {
    "proposed": "dim",
    "achieved": "achieved",
    "on track": "on-track",
    "at risk": "at-risk",
    "behind": "behind",
    "stale": "stale",
    "new": "not-started",
    "handed over": "dim",
}
OUTCOME_STYLES: dict[GoalOutcome, SpanStyle] = {"achieved": "achieved", "missed": "behind", "dropped": "stale"}


def fit(text: str, cells: int) -> str:
    """Text in one line, cut with … or padded with spaces to exactly `cells` cells."""
    text = one_line(text)
    length = cell_len(text)
    if length > cells:
        if cells <= 0:
            return ""
        text = _cut(text, cells - 1) + "…"
        length = cell_len(text)
    return text + " " * (cells - length)


def _cut(text: str, cells: int) -> str:
    """The beginning of a text, at most `cells` cells, without splitting a wide character."""
    if cells <= 0:
        return ""
    pieces = chop_cells(text, cells)
    return pieces[0].rstrip() if pieces and cell_len(pieces[0]) <= cells else ""


def wrapped(text: str, cells: int) -> list[str]:
    """Text wrapped between words to lines of at most `cells` cells; its own line breaks stay."""
    lines: list[str] = []
    for paragraph in plain(text).split("\n"):
        line = ""
        for word in paragraph.split():
            if line and cell_len(line) + 1 + cell_len(word) > cells:
                lines.append(line)
                line = ""
            line = f"{line} {word}" if line else word
            if cell_len(line) > cells:
                *full, line = chop_cells(line, cells)
                lines += full
        lines.append(line)
    return lines


def right_aligned(text: str, cells: int) -> str:
    """Text padded on the left to `cells` cells; longer text is not cut."""
    text = one_line(text)
    return " " * (cells - cell_len(text)) + text


def filled(line: Line, width: int) -> Line:
    """A line cut or padded to exactly `width` cells."""
    spans: list[Span] = []
    left = width
    for whole, style in line:
        text, cells = whole, cell_len(whole)
        if cells > left:
            # Leading spaces position the text in its column, so `fit`, which strips them, gets the rest only.
            content = whole.lstrip(" ")
            indent = min(len(whole) - len(content), left)
            text, cells = " " * indent + (fit(content, left - indent) if content else " " * (left - indent)), left
        if text:
            spans.append((text, style))
        left -= cells
    if left > 0:
        spans.append((" " * left, ""))
    return tuple(spans)


def progress_bar(
    standing: Standing, cells: int, *, paced: bool = True, call: float | None = None, style: SpanStyle = ""
) -> Line:
    """A progress bar of `cells` cells, with the pace mark ┃ if `paced`; `style` replaces the status's own.

    A `call` that misses the target, as a ratio, has the mark ◆; on the cell of the pace it stands beside that.
    """
    halves = round(clipped(standing.progress) * cells * 2)
    if clipped(standing.progress) > 0 and cells:
        halves = max(halves, 1)
    full, half = divmod(halves, 2)
    signs = ["━"] * full + (["╸"] if half else []) + ["─"] * (cells - full - half)
    styles: list[SpanStyle] = [style or STATUS_STYLES[standing.status]] * (full + half)
    styles += ["track"] * (cells - full - half)
    pace_mark = _cell_at(standing.pace, cells) if paced else None
    if call is not None and cells:
        mark = _cell_at(call, cells)
        if mark == pace_mark:
            # On the side on which it is, unless the bar ends there.
            mark = mark - 1 if mark and (call < standing.pace or mark == cells - 1) else min(mark + 1, cells - 1)
        signs[mark], styles[mark] = CALL_SIGN, "dim"
    if pace_mark is not None and cells:
        signs[pace_mark], styles[pace_mark] = "┃", "pace"
    return _join_equal_styles(signs, styles)


def _cell_at(ratio: float, cells: int) -> int:
    """The cell of a bar at which a ratio is marked."""
    return min(round(clipped(ratio) * cells), cells - 1)


def _join_equal_styles(signs: list[str], styles: list[SpanStyle]) -> Line:
    """One span for each run of signs with the same style."""
    spans: list[Span] = []
    for sign, style in zip(signs, styles, strict=True):
        if spans and spans[-1][1] == style:
            spans[-1] = (spans[-1][0] + sign, style)
        else:
            spans.append((sign, style))
    return tuple(spans)


def sparkline(series: tuple[float, ...]) -> str:
    """A sparkline: one block for each value, 0 to 1 (clipped)."""
    return "".join(BLOCKS[min(int(clipped(v) * len(BLOCKS)), len(BLOCKS) - 1)] for v in series)


def state_span(goal: AnyGoal, standing: Standing, today: date | None = None) -> Span:
    """A goal's outcome if it is closed and not handed over, else its status in short, with its style.

    On the day `today` a new goal has the weekday of its first check-in; see `format.status_word`.
    """
    if goal.outcome and standing.status != "handed over":
        return goal.outcome, OUTCOME_STYLES[goal.outcome]
    return format.status_word(standing, today), STATUS_STYLES[standing.status]


def full_state_span(goal: AnyGoal, standing: Standing, today: date) -> Span:
    """As `state_span`, with the status in full; see `format.describe_status`."""
    if goal.outcome and standing.status != "handed over":
        return goal.outcome, OUTCOME_STYLES[goal.outcome]
    return format.describe_status(standing, today), STATUS_STYLES[standing.status]


def has_pace(goal: AnyGoal) -> bool:
    """Whether a goal has a pace to show; a goal that is done or not has none."""
    return not is_done_or_not(goal)
