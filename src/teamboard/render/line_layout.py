"""Lines of styled text: what the screens draw and the command line prints.

A line is a tuple of spans; a span is a text and the name of its style, a `SpanStyle`. Screens look the style up in
the theme. Widths are in terminal cells, so that wide and combining characters keep columns aligned.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from rich.cells import cell_len, chop_cells

from teamboard.domain.amounts import format_short
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.check_in_days import is_done_or_not
from teamboard.domain.goals.progress import clipped, confidence_in
from teamboard.domain.goals.revisions import open_proposal, unacknowledged
from teamboard.domain.goals.standing import Standing
from teamboard.domain.goals.status import Status
from teamboard.domain.records import FeedbackState, Goal, GoalOutcome, TeamGoal
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
LOW_CONFIDENCE = 4
"""Confidence of this or less has a sign on the board."""
WIDE_FROM = 104
NARROW_BELOW = 64
MIN_BAR_CELLS = 6
FLAG_CELLS = 3
STATUS_CELLS = 11
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
PERCENT_CELLS = 6
SPARK_CELLS = 6
ALIGN_CELLS = 6
AGE_CELLS = 5


class Columns(Struct, frozen=True):
    """The widths of a board's columns, in cells; sparkline and age are shown only where it is `wide`."""

    width: int
    margin: int
    id: int
    title: int
    bar: int
    wide: bool


@lru_cache(maxsize=64)
def columns_for(width: int, id_cells: int = 4) -> Columns:
    """The columns for a width, with `id_cells` cells for the longest id. In a narrow window `bar` may be 0."""
    wide, cramped = width >= WIDE_FROM, width < NARROW_BELOW
    margin = 2 if wide else 1
    id_width = max(id_cells, 3) + (2 if wide else 1)
    cells_after_bar = 1 + PERCENT_CELLS + 2 + STATUS_CELLS + FLAG_CELLS + (0 if cramped else ALIGN_CELLS)
    if wide:
        cells_after_bar += SPARK_CELLS + 2 + 1 + AGE_CELLS
    room = max(width - 2 * margin - 2 - id_width - cells_after_bar, 1)
    title = min(max(int(room * (0.46 if wide else 0.62)), 12), 52)
    bar_cells = room - title - 1
    if bar_cells < MIN_BAR_CELLS:
        title, bar_cells = room, 0
    return Columns(width, margin, id_width, title, bar_cells, wide)


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


def progress_bar(standing: Standing, cells: int, *, paced: bool = True, style: SpanStyle = "") -> Line:
    """A progress bar of `cells` cells, with the pace mark ┃ if `paced`; `style` replaces the status's own."""
    halves = round(clipped(standing.progress) * cells * 2)
    if clipped(standing.progress) > 0 and cells:
        halves = max(halves, 1)
    full, half = divmod(halves, 2)
    signs = ["━"] * full + (["╸"] if half else []) + ["─"] * (cells - full - half)
    styles: list[SpanStyle] = [style or STATUS_STYLES[standing.status]] * (full + half)
    styles += ["track"] * (cells - full - half)
    if paced and cells:
        mark = min(round(standing.pace * cells), cells - 1)
        signs[mark], styles[mark] = "┃", "pace"
    return _join_equal_styles(signs, styles)


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


def goal_line(shown: BoardOnDay, goal: AnyGoal, columns: Columns) -> Line:
    """The line of a goal or team goal on the board, exactly `columns.width` cells."""
    now = shown.standing(goal)
    state, style = state_span(goal, now, shown.day)
    is_team_goal = isinstance(goal, TeamGoal)
    indent = 0 if is_team_goal else 2
    title = columns.title + (2 if is_team_goal else 0)
    paced = has_pace(goal) and not goal.outcome
    spans: list[Span] = [
        (" " * (columns.margin + indent), ""),
        (fit(goal.id, columns.id), "accent"),
        (fit(goal.title, title - 1) + " ", "text"),
        *_week_and_bar(shown, goal, columns.bar, paced=paced, style=style),
        (right_aligned(format.percent(now.progress), PERCENT_CELLS + 1) + "  ", "text"),
    ]
    if columns.wide:
        trend = format.trend(now.trend) if is_team_goal else sparkline(now.series)
        spans.append((fit(trend, SPARK_CELLS) + "  ", "dim" if is_team_goal else style))
    spans.append((state, style))
    flag = f" {HELP_SIGN}" if now.blocker else ""
    proposal_sign = REVISION_SIGN if open_proposal(shown.board, goal.id) else ""
    flag += f" {proposal_sign}" if proposal_sign and not flag else proposal_sign
    confidence = confidence_in(shown.board, goal)
    # Help and a revision that waits say more; where both stand, there is no room for it.
    is_low = confidence is not None and confidence <= LOW_CONFIDENCE and len(flag) < FLAG_CELLS
    mark = f"{'' if flag else ' '}{LOW_CONFIDENCE_SIGN}" if is_low else ""
    padding = " " * (STATUS_CELLS + FLAG_CELLS - len(state) - len(flag) - len(mark))
    spans += [(flag, "help"), (mark, "dim"), (padding, "")] if mark else [(flag + padding, "help")]
    if isinstance(goal, Goal):
        spans.append((fit(_alignment_text(goal), ALIGN_CELLS), "dim"))
        if columns.wide:
            spans.append((" " + right_aligned(format.age(now.age_days), AGE_CELLS), "dim"))
    else:
        waiting = len(unacknowledged(shown.board, goal.id))
        if goal.serves:
            spans.append((fit(f"→ {goal.serves}", ALIGN_CELLS), "dim"))
        if waiting:
            room = columns.width - sum(cell_len(text) for text, _ in spans)
            label_lengths = tuple(f"{REVISION_SIGN} {waiting}{more}" for more in (" to acknowledge", " to ack", ""))
            label = next((w for w in label_lengths if cell_len(w) <= room), label_lengths[-1])
            spans.append((label, "warn"))
        elif any(notes := format.describe_assigned(shown.board, goal)):
            if not flag and not goal.serves:
                # The cells of a flag are room for the note.
                spans[-1] = (" " * (STATUS_CELLS + 1 - len(state)), "")
            room = columns.width - sum(cell_len(text) for text, _ in spans)
            spans.append((next((note for note in notes if cell_len(note) <= room), ""), "dim"))
    return filled(tuple(spans), columns.width)


def _week_and_bar(shown: BoardOnDay, goal: AnyGoal, cells: int, *, paced: bool, style: SpanStyle) -> Line:
    """This week of an activity, and its bar; of any other goal the bar alone.

    The words take the place of the bar's beginning, so that its end and its pace stand below those of the others; where
    these come earlier, the bar is a shorter one.
    """
    now = shown.standing(goal)
    words = _week_words(shown, goal, cells - MIN_BAR_CELLS - 1)
    if not words:
        return progress_bar(now, cells, paced=paced, style=style)
    before_end = int(min(now.pace, clipped(now.progress)) * cells) - 2
    if aligned := _week_words(shown, goal, min(before_end, cells - MIN_BAR_CELLS - 1)):
        bar = _without_beginning(progress_bar(now, cells, paced=paced, style=style), cell_len(aligned) + 1)
        return ((f"{aligned} ", "dim"), *bar)
    return ((f"{words} ", "dim"), *progress_bar(now, cells - cell_len(words) - 1, paced=paced, style=style))


def _without_beginning(bar: Line, cells: int) -> Iterator[Span]:
    """A bar without its first cells."""
    for text, style in bar:
        rest = text[cells:]
        cells = max(cells - len(text), 0)
        if rest:
            yield (rest, style)


def _week_words(shown: BoardOnDay, goal: AnyGoal, cells: int) -> str:
    """This week of an activity, as much of it as fits before the bar: `8 of 10 this week`, `8 of 10`; else nothing."""
    week = shown.standing(goal).week
    if week is None or goal.outcome:
        return ""
    done = " of ".join(format_short(number, shown.board.number_format) for number in (week.count, week.asked))
    return next((words for words in (f"{done} this week", done) if cell_len(words) <= cells), "")


def _alignment_text(goal: Goal) -> str:
    """The team goal that a goal is aligned to (`→ T3+1` with one more), or its kind."""
    if not goal.aligned:
        return goal.kind if goal.kind != "result" else "—"
    first, *others = goal.aligned
    return f"→ {first}" + (f"+{len(others)}" if others else "")
