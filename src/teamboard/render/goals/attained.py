"""What members and team goals attained in a period: the cells of tables, and tables as lines that fit their window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len

from teamboard.domain.amounts import NumberFormat, as_estimated, as_shown, format_amount, ratio_as_shown
from teamboard.domain.board import Board
from teamboard.domain.forecast.attained import Attained, MemberAttained, Total
from teamboard.domain.handles import display_name
from teamboard.domain.records import DoneOrNot, Measure, Milestones
from teamboard.domain.report import PeriodReport
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.goals.carriers import GAP_CELLS, room_beside
from teamboard.render.goals.forecasts import figures_json, number_json
from teamboard.render.line_layout import Line, Span, SpanStyle, fit, right_aligned

MEMBERS_TITLE = "What each attained"
MEMBERS_NOTE = "% by weight"
TEAM_GOALS_TITLE = "Team goals"
COLUMNS = ("target", "attained", "gap", "%", "at this pace", "call")
"""The columns by their headings, from left to right."""
LEAST_IMPORTANT = ("gap", "call")
"""The columns that are left out where names would have less than FEWEST_NAME_CELLS, the first one first."""
FEWEST_NAME_CELLS, MOST_NAME_CELLS = 16, 40
MOST_FIGURE_CELLS = 16
"""Of a target, as its unit may be long."""
INDENT = 2
FEWEST_NOTE_CELLS = 12
"""A note is shown where there is room for that many cells of it."""


class Row(NamedTuple):
    """A row of a table: the id of a goal or "", its title or a name, figures by column, and a note behind them.

    `missing` stands in the place of a figure that is not known. `callers` is said before the note, or below.
    """

    id: str
    name: str
    figures: dict[str, str]
    note: str = ""
    name_style: SpanStyle = "text"
    missing: str = "—"
    callers: str = ""


def goal_figures(found: Attained, numbers: NumberFormat | None) -> dict[str, str]:
    """The figures of a goal by column: the target with its unit, the others without one; none of what is unknown."""
    measure, figures = found.goal.measure, found.figures
    texts = {"%": format.percent(figures.attainment)}
    if isinstance(measure, DoneOrNot):
        return texts
    if isinstance(measure, Milestones):
        texts["target"] = format_amount(found.target, "milestones", numbers, short=True)
    else:
        texts["target"] = format.amount(as_shown(found.target), measure, numbers, short=True)
    ending = figures.at_this_pace
    amounts = {
        "attained": as_shown(found.value),
        "gap": None if figures.gap is None else as_shown(figures.gap),
        "at this pace": None if ending is None else as_estimated(ending.value),
        "call": figures.calls.call,
    }
    return texts | _known_amounts(amounts, measure, numbers)


def member_figures(found: MemberAttained, numbers: NumberFormat | None) -> dict[str, str]:
    """The figures of a member by column; *at this pace* is the attainment where the goals do not add up."""
    texts = {"%": format.percent(found.attainment)}
    if found.total is not None:
        return texts | _total_figures(found.total, found.goals[0].goal.measure, numbers)
    return texts if found.at_this_pace is None else texts | {"at this pace": format.percent(found.at_this_pace)}


def _total_figures(total: Total, measure: Measure, numbers: NumberFormat | None) -> dict[str, str]:
    amounts = {
        "attained": as_shown(total.value),
        "gap": as_shown(total.target - total.value),
        "at this pace": None if total.at_this_pace is None else as_estimated(total.at_this_pace),
        "call": total.call,
    }
    texts = {"target": format.amount(as_shown(total.target), measure, numbers, short=True)}
    return texts | _known_amounts(amounts, measure, numbers)


def _known_amounts(
    amounts: Mapping[str, float | None], measure: Measure, numbers: NumberFormat | None
) -> dict[str, str]:
    """The amounts that are known, by column, without a unit other than a currency."""
    return {name: format.amount_on_axis(v, measure, numbers) for name, v in amounts.items() if v is not None}


def attained_json(found: Attained) -> dict[str, Any]:
    """Target, value and figures of a goal as JSON values, rounded as they are shown."""
    figures = figures_json(found.figures)
    names = ("attainment", "gap", "at_this_pace", "call", "best")
    return {"target": as_shown(found.target), "value": as_shown(found.value), **{name: figures[name] for name in names}}


def member_attained_json(found: MemberAttained) -> dict[str, Any]:
    """What a member attained as JSON values; `total` is null where their goals have no one total."""
    total = found.total
    return {
        "handle": found.member.handle,
        "attainment": ratio_as_shown(found.attainment),
        "attainment_at_this_pace": number_json(found.at_this_pace, ratio_as_shown),
        "total": None if total is None else total_json(total),
        "goals": [goal.goal.id for goal in found.goals],
    }


def total_json(total: Total) -> dict[str, Any]:
    """Target and value of goals that add up, as JSON values."""
    return {
        "unit": total.unit,
        "target": as_shown(total.target),
        "value": as_shown(total.value),
        "at_this_pace": number_json(total.at_this_pace, as_estimated),
        "call": number_json(total.call),
    }


def member_rows(board: Board, report: PeriodReport) -> Iterator[Row]:
    """Yield a row for each member with result goals, below it their goals where these have no one total."""
    numbers = board.number_format
    for found in report.members:
        figures = member_figures(found, numbers)
        name, missing = display_name(board, found.member), "" if found.total is None else "—"
        yield Row("", name, figures, name_style="strong", missing=missing)
        if found.total is None:
            for goal in found.goals:
                yield Row(goal.goal.id, goal.goal.title, goal_figures(goal, numbers))


def table_lines(title: str, rows: Sequence[Row], width: int, *, note: str = "", indent: int = 0) -> Iterator[Line]:
    """A title with the columns' headings, and the rows: id, name, and right-aligned figures.

    Columns that nobody has a figure for are left out. `indent` is that of the rows with an id. The `note` stands behind
    the headings, those of rows behind their figures, where there is room.
    """
    texts = {name: [row.figures.get(name, "") for row in rows] for name in COLUMNS}
    cells = {
        name: min(max(cell_len(t) for t in (name, *column)), MOST_FIGURE_CELLS)
        for name, column in texts.items()
        if any(column)
    }
    id_cells = indent + max((len(row.id) + 1 for row in rows if row.id), default=0)
    room = width - INDENT
    for name in LEAST_IMPORTANT:
        if room_beside(room, cells) < id_cells + FEWEST_NAME_CELLS:
            cells.pop(name, None)
    wanted = max((cell_len(one_line(row.name)) + (id_cells if row.id else 0) for row in rows), default=0)
    names = min(room_beside(room, cells), max(wanted, cell_len(title)), id_cells + MOST_NAME_CELLS)
    names = max(names, id_cells + 4)
    left = room_beside(width - INDENT - names, cells)
    head: list[Span] = [(f" {fit(title, names + INDENT - 1)}", "strong")]
    yield (*head, *(_figure(name, cells[name], "dim") for name in cells), *_note(note, left))
    for row in rows:
        first: list[Span] = [(" " * INDENT, "")]
        if row.id:
            first += [(f"{' ' * indent}{row.id}".ljust(id_cells), "accent")]
        first.append((fit(row.name, names - (id_cells if row.id else 0)), row.name_style))
        figures = [_figure(row.figures.get(name, row.missing), cells[name], "text") for name in cells]
        has_room = cell_len(row.callers) <= left - GAP_CELLS
        told = (row.callers, row.note) if has_room else (row.note,)
        yield (*first, *figures, *_note(" · ".join(filter(None, told)), left))
        if row.callers and not has_room:
            yield ((" " * (INDENT + id_cells) + fit(row.callers, width - INDENT - id_cells).rstrip(), "dim"),)


def _figure(text: str, cells: int, style: SpanStyle) -> Span:
    if cell_len(text) > cells:
        text = fit(text, cells)
    return " " * GAP_CELLS + right_aligned(text, cells), "dim" if text == "—" else style


def _note(text: str, room: int) -> Line:
    if not text or room - GAP_CELLS < FEWEST_NOTE_CELLS:
        return ()
    return ((" " * GAP_CELLS + fit(text, room - GAP_CELLS).rstrip(), "dim"),)
