"""What the carriers of a team goal add to it: the figures as texts, and as a table that fits its window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.cells import cell_len

from teamboard.domain.amounts import NumberFormat, as_estimated
from teamboard.domain.board import Board
from teamboard.domain.forecast.team import Carrier, TeamForecast
from teamboard.domain.goals.tree import rolls_up
from teamboard.domain.records import DoneOrNot, Measure, Metric
from teamboard.render import format
from teamboard.render.line_layout import Line, Span, fit, right_aligned

GAP_CELLS = 2
NAME_CELLS = (8, 18)
"""The fewest and the most cells of a carrier's owner."""
MOST_CELLS = 7
"""The most cells of a figure with all its digits."""
Figure = Callable[[Carrier], float | None]
COLUMNS: dict[str, Figure] = {
    "target": lambda carrier: carrier.target,
    "value": lambda carrier: carrier.value,
    "gap": lambda carrier: carrier.gap,
    "at this pace": lambda carrier: carrier.at_this_pace.value if carrier.at_this_pace else None,
    "call": lambda carrier: carrier.call,
}
"""The columns by their headings, from left to right."""
LEAST_IMPORTANT = ("call", "at this pace", "target")
"""The columns that are left out where they do not fit, the first one first."""


def carrier_lines(board: Board, found: TeamForecast, width: int) -> Iterator[Line]:
    """Yield a heading and a line for each carrier of a sum: goal, owner and figures; none for a mean.

    Figures are right-aligned. A column that nobody has a figure for is left out.
    """
    if found.team_goal.rolls_up != "sum" or not found.carriers:
        return
    measure, numbers = found.team_goal.measure, board.number_format
    texts = {name: [figure_text(name, c, measure, numbers) for c in found.carriers] for name in COLUMNS}
    texts = {name: column for name, column in texts.items() if any(column)}
    cells = {name: max(cell_len(text) for text in (name, *column)) for name, column in texts.items()}
    id_cells = max(len(c.goal.id) for c in found.carriers) + 1
    fewest, most = NAME_CELLS
    for name in LEAST_IMPORTANT:
        if room_beside(width - id_cells, cells) < fewest:
            cells.pop(name, None)
    name_cells = max(min(room_beside(width - id_cells, cells), most), fewest)
    yield _line((("carried by", "dim"),), id_cells + name_cells, [(right_aligned(n, cells[n]), "dim") for n in cells])
    for i, carrier in enumerate(found.carriers):
        owner = fit(format.name_of(board, carrier.goal.owner), name_cells)
        figures: list[Span] = [(right_aligned(texts[n][i] or "—", cells[n]), "text") for n in cells]
        yield _line(((carrier.goal.id.ljust(id_cells), "accent"), (owner, "text")), id_cells + name_cells, figures)


def room_beside(width: int, cells: dict[str, int]) -> int:
    """What the columns leave of a width."""
    return width - sum(GAP_CELLS + column for column in cells.values())


def _line(first: Line, first_cells: int, figures: list[Span]) -> Line:
    padding = " " * (first_cells - sum(cell_len(text) for text, _ in first))
    spans: list[Span] = [*first, (padding, "")]
    for figure in figures:
        spans += [(" " * GAP_CELLS, ""), figure]
    return tuple(spans)


def figure_text(name: str, carrier: Carrier, measure: Measure, numbers: NumberFormat | None) -> str:
    """A figure of a carrier by the heading of its column; of the unit of `measure` only currency and % are written.

    A forecast has three digits, as more would say more than is known, and so has what would be too long. "" where there
    is none.
    """
    value = COLUMNS[name](carrier)
    if value is None or (isinstance(measure, DoneOrNot) and not rolls_up(carrier.goal)):
        return ""
    if isinstance(measure, DoneOrNot):
        return format.percent(value)
    text = format.amount_on_axis(value, measure, numbers)
    if name == "at this pace" or cell_len(text) > MOST_CELLS:
        text = format.amount_on_axis(as_estimated(value), measure, numbers)
    is_percent = isinstance(measure, Metric) and measure.unit.strip().startswith("%")
    return f"{text} %" if is_percent else text
