"""Activities as lines: what was done week by week, above the result that it drives; and who drives what, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.cells import cell_len

from teamboard.domain.amounts import format_number
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.activity import WEEK_DAYS, WeekCount, driven, driving, weeks_so_far
from teamboard.domain.goals.progress import progress, value_range
from teamboard.domain.goals.standing import Standing
from teamboard.domain.records import Activity, Member
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.line_layout import Line, fit, sparkline

MOST_WEEKS = 26
LABEL_CELLS = 12


def describe_total(board: Board, goal: AnyGoal, now: Standing) -> str:
    """What all weeks of an activity count, of what they ask for: `62 of 132 calls`; "" for another measure."""
    if not isinstance(goal.measure, Activity):
        return ""
    asked = format.amount(value_range(board, goal)[1], goal.measure, board.number_format)
    return f"{format_number(now.value, board.number_format)} of {asked}"


def describe_drives(board: Board, goal: AnyGoal) -> str:
    """The goal to which an activity leads, `G12 ARR Iberia`; "" for none."""
    result = driven(board, goal)
    return format.goal_label(result) if result else ""


def describe_driven_by(board: Board, goal: AnyGoal) -> str:
    """The open activities that lead to a goal, `G41 Ten calls a week`; "" for none."""
    return ", ".join(format.goal_label(g) for g in driving(board, goal))


def curves(shown: BoardOnDay, goal: AnyGoal, width: int, *, indent: int = 0) -> Iterator[Line]:
    """Two curves above each other, a block a week: what was done, and the progress of the result that it drives.

    `goal` is the activity; nothing before its first week. As many weeks as the width has room for, the newest; `indent`
    is how many cells of it stay free at the left.
    """
    board, today = shown.board, shown.day
    weeks = weeks_so_far(board, goal, today)
    if not weeks or not isinstance(goal.measure, Activity):
        return
    driven_goal = driven(board, goal)
    unit = one_line(goal.measure.unit) or "done"
    values = [format.describe_value(goal.measure, shown.standing(goal), board.number_format)]
    rows = [(unit, [_share_done(week) for week in weeks])]
    if driven_goal is not None:
        ends = [min(week.starts + timedelta(days=WEEK_DAYS - 1), today) for week in weeks]
        now = shown.standing(driven_goal)
        values.append(
            f"{format.describe_value(driven_goal.measure, now, board.number_format)}, {format.percent(now.progress)}"
        )
        rows.append((driven_goal.id, [progress(board, driven_goal, day) for day in ends]))
    label_cells = min(max(cell_len(label) for label, _ in rows), LABEL_CELLS) + 1
    room = max(width - indent - label_cells - 2 - max(cell_len(value) for value in values), 6)
    cells = 2 if room >= 2 * len(weeks) else 1
    margin = _margin(indent)
    kept = weeks[-min(room, MOST_WEEKS) :]
    for (label, ratios), value in zip(rows, values, strict=True):
        blocks = "".join(block * cells for block in sparkline(tuple(ratios[-len(kept) :])))
        yield (*margin, (fit(label, label_cells), "dim"), (blocks, "accent"), (f"  {value}", "text"))
    days = _days_of(kept, cells * len(kept)).ljust(cells * len(kept))
    note = describe_partial(kept)
    if indent + label_cells + cell_len(days) + 2 + cell_len(note) > width:
        note = ""
    yield (*margin, (" " * label_cells, ""), (f"{days}  {note}".rstrip(), "dim"))


def _share_done(week: WeekCount) -> float:
    """What a week counts of what it asks for; of one that asks for nothing, as one away, all that was done, or 0."""
    return week.count / week.asked if week.asked > 0 else float(week.count > 0)


def describe_partial(weeks: Sequence[WeekCount]) -> str:
    """Which of some weeks, oldest first, are not whole: `first and last week not whole`; "" for none."""
    places = ["first"] if len(weeks) > 1 and weeks[0].is_partial else []
    places += ["last"] if weeks[-1].is_partial else []
    return f"{' and '.join(places)} week not whole" if places else ""


def _margin(cells: int) -> Line:
    return ((" " * cells, ""),) if cells else ()


def _days_of(weeks: list[WeekCount], cells: int) -> str:
    """The Mondays of the first week and, if there is room, the last, below their curve."""
    first, last = f"{weeks[0].starts:%d %b}", f"{weeks[-1].starts:%d %b}"
    return f"{first}{last:>{cells - len(first)}}" if cells > len(first) + len(last) else first


def member_curves(shown: BoardOnDay, member: Member, width: int, *, indent: int = 0) -> Iterator[Line]:
    """The curves of each open activity of a member below its title and what it drives; nothing without one."""
    for goal in shown.board.open_goals_of(member.handle):
        lines = list(curves(shown, goal, width, indent=indent))
        if lines:
            result = describe_drives(shown.board, goal)
            title = f"{format.goal_label(goal)}, drives {result}" if result else format.goal_label(goal)
            yield (*_margin(indent), (fit(title, width - indent).rstrip(), "text"))
            yield from lines
