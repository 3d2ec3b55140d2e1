"""The line of a goal or team goal on the board: title, value and target, per cent, bar, status, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from msgspec import Struct
from rich.cells import cell_len

from teamboard.domain.amounts import NumberFormat, format_amount, format_short, split_currency
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.assigned import assigned_of
from teamboard.domain.goals.progress import confidence_in, value_range
from teamboard.domain.goals.revisions import open_proposal, unacknowledged
from teamboard.domain.goals.standing import Standing
from teamboard.domain.records import Activity, Goal, Metric, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.line_layout import (
    HELP_SIGN,
    LOW_CONFIDENCE,
    LOW_CONFIDENCE_SIGN,
    REVISION_SIGN,
    WIDE_FROM,
    Line,
    Span,
    filled,
    fit,
    has_pace,
    progress_bar,
    right_aligned,
    sparkline,
    state_span,
)

SPARK_FROM = 112
"""From this width on there is room for the sparkline and the age of the last check-in."""
NARROW_BELOW = 72
"""Below this width a goal's line does not say to what it is aligned."""
MIN_BAR_CELLS = 6
MIN_TITLE_CELLS = 12
MAX_TITLE_CELLS = 52
FLAG_CELLS = 3
STATUS_CELLS = 11
PERCENT_CELLS = 6
SPARK_CELLS = 6
ALIGN_CELLS = 6
AGE_CELLS = 5
NOTHING: Line = ()


class Columns(Struct, frozen=True):
    """The widths of a board's columns, in cells; sparkline and age are shown only where it is `wide`.

    `title` and `value` include the space behind them, `gap` stands on both sides of the bar.
    """

    width: int
    margin: int
    id: int
    title: int
    value: int
    gap: int
    bar: int
    wide: bool

    @property
    def before_status(self) -> int:
        """The cells from the end of the title to the status."""
        return self.value + PERCENT_CELLS + 2 * self.gap + self.bar + (SPARK_CELLS + 2 if self.wide else 0)


@lru_cache(maxsize=64)
def columns_for(width: int, id_cells: int = 4) -> Columns:
    """The columns for a width, with `id_cells` cells for the longest id.

    In a narrow window the bar shrinks first, then it goes, and then the value goes: `bar` or `value` is 0.
    """
    wide, cramped = width >= SPARK_FROM, width < NARROW_BELOW
    margin, more = (2, 2) if width >= WIDE_FROM else (1, 1)
    id_width = max(id_cells, 3) + more
    value_cells = 20 if wide else 16
    layout = Columns(width, margin, id_width, 0, value_cells, 2 if wide else 1, 0, wide)
    after = STATUS_CELLS + FLAG_CELLS + (0 if cramped else ALIGN_CELLS) + (1 + AGE_CELLS if wide else 0)
    room = width - 2 * margin - 2 - id_width - layout.before_status - after
    title = min(max(int(room * (0.6 if wide else 0.76)), MIN_TITLE_CELLS), MAX_TITLE_CELLS)
    if room < MIN_TITLE_CELLS:
        room, value_cells = room + value_cells, 0
        title = max(int(room * 0.62), MIN_TITLE_CELLS)
    bar = room - title
    if bar < MIN_BAR_CELLS:
        title, bar = max(room, 1), 0
    return Columns(width, margin, id_width, title, value_cells, layout.gap, bar, wide)


def goal_line(shown: BoardOnDay, goal: AnyGoal, columns: Columns) -> Line:
    """The line of a goal or team goal on the board, exactly `columns.width` cells."""
    now = shown.standing(goal)
    state, style = state_span(goal, now, shown.day)
    is_team_goal = isinstance(goal, TeamGoal)
    indent = 0 if is_team_goal else 2
    title = columns.title + (2 if is_team_goal else 0)
    spans: list[Span] = [
        (" " * (columns.margin + indent), ""),
        (fit(goal.id, columns.id), "accent"),
        (fit(goal.title, title - 1) + " ", "text"),
        (fit(value_text(shown.board, goal, now, columns.value - 1), columns.value), "text"),
        (right_aligned(format.percent(now.progress), PERCENT_CELLS) + " " * columns.gap, "text"),
        *progress_bar(
            now,
            columns.bar,
            paced=has_pace(goal) and not goal.outcome,
            call=shown.missed_call(goal),
            style=style,
        ),
        (" " * columns.gap, ""),
    ]
    if columns.wide:
        trend = format.trend(now.trend) if is_team_goal else sparkline(now.series)
        spans.append((fit(trend, SPARK_CELLS) + "  ", "dim" if is_team_goal else style))
    spans.append((state, style))
    flag = f" {HELP_SIGN}" if now.blocker else ""
    waits = open_proposal(shown.board, goal.id) or (not is_team_goal and unacknowledged(shown.board, goal.id))
    proposal_sign = REVISION_SIGN if waits else ""
    flag += f" {proposal_sign}" if proposal_sign and not flag else proposal_sign
    confidence = confidence_in(shown.board, goal)
    # Help and a revision that waits say more; where both stand, there is no room for it.
    is_low = confidence is not None and confidence <= LOW_CONFIDENCE and len(flag) < FLAG_CELLS
    mark = f"{'' if flag else ' '}{LOW_CONFIDENCE_SIGN}" if is_low else ""
    spans += [span for span in ((flag, "help"), (mark, "dim")) if span[0]]
    used = cell_len(state) + len(flag) + len(mark)
    if isinstance(goal, TeamGoal):
        room = columns.width - sum(cell_len(text) for text, _ in spans)
        spans += _waiting(shown, goal, room, used)
    else:
        spans.append((" " * (STATUS_CELLS + FLAG_CELLS - used), ""))
        if columns.width >= NARROW_BELOW:
            spans.append((fit(_alignment_text(goal), ALIGN_CELLS), "dim"))
        if columns.wide:
            spans.append((" " + right_aligned(format.age(now.age_days), AGE_CELLS), "dim"))
    return filled(tuple(spans), columns.width)


def _alignment_text(goal: Goal) -> str:
    """The team goal that a goal is aligned to (`→ T3+1` with one more), or its kind."""
    if not goal.aligned:
        return goal.kind if goal.kind != "result" else "—"
    first, *others = goal.aligned
    return f"→ {first}" + (f"+{len(others)}" if others else "")


# -- value and target


def value_text(board: Board, goal: AnyGoal, now: Standing, cells: int) -> str:
    """A goal's value beside its target: `€812k of €1.2M`, `14 of 20`, `9.8 of 12.5 %`, `done`; what of it fits.

    A value that is to fall has an arrow to its target: `68 → 48 %`. Of an activity it is this week's.
    """
    if cells <= 0 or (isinstance(goal, TeamGoal) and goal.rolls_up != "own" and not isinstance(goal.measure, Metric)):
        return ""
    return next((text for text in _value_texts(board, goal, now) if cell_len(text) <= cells), "")


def _value_texts(board: Board, goal: AnyGoal, now: Standing) -> tuple[str, ...]:
    """The texts for a goal's value, the longest first."""
    numbers, measure = board.number_format, goal.measure
    if isinstance(measure, Metric):
        return _metric_texts(now.value, measure.target, measure.target < measure.start, measure.unit, numbers)
    if isinstance(measure, Activity):
        if now.week is not None and not goal.outcome:
            words = f"{format_short(now.week.count, numbers)} of {format_short(now.week.asked, numbers)}"
            return f"{words} this week", words
        return _metric_texts(now.value, value_range(board, goal)[1], False, measure.unit, numbers)
    return (format.amount(now.value, measure, numbers, short=True),)


@lru_cache(maxsize=4096)
def _metric_texts(value: float, target: float, falls: bool, unit: str, numbers: NumberFormat | None) -> tuple[str, ...]:
    """The texts for a number, the longest first; a currency, per cent and units of up to two cells are shown."""
    unit = one_line(unit)
    currency = split_currency(unit)[0]
    behind = "" if currency else " %" if unit.startswith("%") else f" {unit}" if cell_len(unit) <= 2 else ""
    joined = " → " if falls else " of "
    now, asked = (format_amount(number, currency, numbers, short=True) for number in (value, target))
    shorter = format_short(target, numbers) if currency else asked
    return (
        f"{now}{joined}{asked}{behind}".rstrip(),
        f"{now}{joined}{shorter}{behind}".rstrip(),
        f"{now}{joined}{asked}",
        f"{now}{behind}".rstrip(),
        now,
    )


# -- what waits for a team goal, and what nobody has


def _waiting(shown: BoardOnDay, team_goal: TeamGoal, room: int, used: int) -> Line:
    """What a team goal serves, who is to acknowledge a revision, and what is assigned, in at most `room` cells.

    `used` are the cells of the status and its signs. The texts stand below each other in a column of their own where
    they fit, and directly behind the status where they don't; there they are in short.
    """
    waiting = len(unacknowledged(shown.board, team_goal.id))
    labels = [f"{REVISION_SIGN} {waiting}{more}" for more in (" to acknowledge", " to ack", "")] if waiting else [""]
    serves = f"→ {team_goal.serves}" if team_goal.serves else ""
    found = _assigned_notes(shown.board, team_goal)
    # What is assigned to nobody says more than how many are to acknowledge: that goes first.
    for notes, marks in ((found, labels), (found[-1:], [REVISION_SIGN][:waiting]), ((NOTHING,), labels)):
        # The cells of a sign are room for a note where there is no sign.
        indented = notes == (NOTHING,) or serves or used > STATUS_CELLS
        column = STATUS_CELLS + (FLAG_CELLS if indented else 1)
        for start, note, label in product((column, used + 1), notes, marks):
            parts: list[Line] = [((serves.ljust(ALIGN_CELLS - 1), "dim"),)] if serves else []
            parts += [((label, "warn"),)] if label else []
            parts += [note] if note else []
            line = (" " * (start - used), ""), *_joined(parts)
            if sum(cell_len(text) for text, _ in line) <= room:
                return line
    return ()


def _joined(parts: list[Line]) -> Iterator[Span]:
    for i, part in enumerate(parts):
        if i:
            yield " ", ""
        yield from part


def _assigned_notes(board: Board, team_goal: TeamGoal) -> tuple[Line, ...]:
    """What of a team goal is assigned to nobody, or beyond its target; nothing if all fits.

    The texts, the longest first: `6: 3 assigned to nobody`, in short `3 to nobody`, `3 nobody`;
    `€680k: €740k assigned`, in short `€60k over`.
    """
    found = assigned_of(board, team_goal)
    if found is None or not found.differs or team_goal.outcome:
        return ()
    whole, assigned, rest = (
        format.amount_on_axis(value, team_goal.measure, board.number_format)
        for value in (found.assigned + found.unassigned, found.assigned, abs(found.unassigned))
    )
    if found.unassigned < 0:
        texts = [f"{whole}: {assigned} assigned", f"{assigned} assigned", f"{rest} over"]
    else:
        texts = [f"{whole}: {rest} assigned to nobody", *(f"{rest} {w}nobody" for w in ("assigned to ", "to ", ""))]
    return tuple(((text, "dim"),) for text in texts)
