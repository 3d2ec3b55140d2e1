"""The columns of goals with their figures: which of them fit a width, and what stands in them."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from rich.cells import cell_len

from teamboard.domain.amounts import format_amount, split_currency
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.forecast.team import carrier_of
from teamboard.domain.goals.closing import team_goals_in_play
from teamboard.domain.records import Activity, Goal, Metric, TeamGoal
from teamboard.render import format
from teamboard.render.goals.carriers import COLUMNS, figure_text
from teamboard.render.line_layout import HELP_SIGN, Line, Span, SpanStyle, fit, right_aligned, state_span

GAP_CELLS = 2
NUMBER_CELLS = 5
"""A number without its currency: four digits, or three with a letter, and their comma or point."""
STATE_CELLS = 13
KIND_CELLS = 8
SHARE_CELLS = 6
NOW_CELLS = 7
LEAST_TITLE, MOST_TITLE = 6, 40
LEAST_BAR, MOST_BAR = 6, 24
OPTIONAL = (
    ("target", 12),
    ("share", 12),
    ("at this pace", 16),
    ("call", 18),
    ("kind", 18),
    ("bar", 18),
    ("now", 24),
)
"""The columns that may be left out, the most important first, each with the cells that it must leave for a title."""


class FigureColumns(NamedTuple):
    """The columns at a width: the cells of title and bar, and the names of the others that fit."""

    title: int
    bar: int
    names: frozenset[str]


class FigureTable:
    """The figures of a board's goals in columns that are the same for all of them.

    The widths rest on the units alone, so that a forecast is worked out when its line is drawn.
    """

    def __init__(self, shown: BoardOnDay) -> None:
        self.shown = shown
        self.forecasts = Forecasts(shown)
        self._columns: dict[int, FigureColumns] = {}

    @cached_property
    def is_called(self) -> bool:
        """True if a goal has a call; without one there is no column for it."""
        return any(self.forecasts.calls(goal).call is not None for goal in self.shown.board.open_goals)

    @cached_property
    def _number_cells(self) -> int:
        goals = (*team_goals_in_play(self.shown.board), *self.shown.board.open_goals)
        units = {goal.measure.unit for goal in goals if isinstance(goal.measure, Metric | Activity)}
        zeros = [format_amount(0.0, split_currency(u)[0], self.shown.board.number_format, short=True) for u in units]
        return NUMBER_CELLS + max((cell_len(zero) - 1 for zero in zeros), default=0)

    def _cells(self, name: str) -> int:
        """The cells of a column with the gap before it."""
        if name in COLUMNS:
            return GAP_CELLS + max(cell_len(name), self._number_cells + (1 if name == "gap" else 0))
        return {"share": SHARE_CELLS, "kind": KIND_CELLS, "now": NOW_CELLS, "bar": LEAST_BAR + 1}[name]

    def columns(self, room: int) -> FigureColumns:
        """The columns that fit beside a title into a number of cells."""
        if room not in self._columns:
            left = room - self._cells("value") - self._cells("gap") - GAP_CELLS - STATE_CELLS
            names, bar = {"value", "gap"}, 0
            for name, least_title in OPTIONAL:
                if name == "call" and not self.is_called:
                    continue
                if left - self._cells(name) < least_title:
                    break
                left -= self._cells(name)
                names.add(name)
                bar = LEAST_BAR if name == "bar" else bar
            title = max(min(left, MOST_TITLE), LEAST_TITLE)
            bar += min(max(left - title, 0), MOST_BAR - bar) if bar else 0
            self._columns[room] = FigureColumns(title, bar, frozenset(names))
        return self._columns[room]

    def heading(self, columns: FigureColumns) -> Line:
        """The headings of all columns after the title."""
        spans: list[Span] = [(fit("kind", KIND_CELLS), "dim")] if "kind" in columns.names else []
        spans += [(right_aligned(name, self._cells(name)), "dim") for name in COLUMNS if name in columns.names]
        spans += [(right_aligned("now", NOW_CELLS), "dim")] if "now" in columns.names else []
        spans.append((" " * GAP_CELLS + fit("status", STATE_CELLS), "dim"))
        if columns.bar:
            spans.append((" " + fit("share", columns.bar + SHARE_CELLS), "dim"))
        elif "share" in columns.names:
            spans.append((right_aligned("share", SHARE_CELLS), "dim"))
        return tuple(spans)

    def line(
        self, columns: FigureColumns, goal: AnyGoal, team_goal: TeamGoal | None = None, share: float | None = None
    ) -> Line:
        """What stands after the title of a goal, as it counts for a team goal, else for itself; no share with None."""
        board, now = self.shown.board, self.shown.standing(goal)
        carrier = carrier_of(self.forecasts, team_goal, goal)
        measure = team_goal.measure if team_goal is not None and team_goal.rolls_up == "sum" else goal.measure
        kind = goal.kind if isinstance(goal, Goal) else "team"
        spans: list[Span] = [(fit(kind, KIND_CELLS), "dim")] if "kind" in columns.names else []
        for name in COLUMNS:
            if name in columns.names:
                text = figure_text(name, carrier, measure, board.number_format)
                figure_style: SpanStyle = "strong" if name == "gap" and text else "text" if text else "dim"
                spans.append((right_aligned(text or "—", self._cells(name)), figure_style))
        if "now" in columns.names:
            spans.append((right_aligned(format.percent(now.progress), NOW_CELLS), "text"))
        status, style = state_span(goal, now, self.shown.day)
        flag = f" {HELP_SIGN}" if now.blocker else ""
        spans += [
            (" " * GAP_CELLS, ""),
            (status, style),
            (flag + " " * max(STATE_CELLS - cell_len(status) - cell_len(flag), 0), "help"),
        ]
        return (*spans, *share_spans(columns, share)) if share is not None else tuple(spans)

    def cells_before_share(self, columns: FigureColumns) -> int:
        """The cells between title and share."""
        kind = KIND_CELLS if "kind" in columns.names else 0
        figures = sum(self._cells(name) for name in COLUMNS if name in columns.names)
        return kind + figures + (NOW_CELLS if "now" in columns.names else 0) + GAP_CELLS + STATE_CELLS

    def number(self, columns: FigureColumns, text: str) -> Line:
        """A number in the column of targets; nothing if that is left out."""
        if "target" not in columns.names:
            return ()
        kind: Line = ((" " * KIND_CELLS, ""),) if "kind" in columns.names else ()
        return (*kind, (right_aligned(text, self._cells("target")), "text"))


def share_spans(columns: FigureColumns, share: float) -> Line:
    """A bar of a share, full at 100 %, and its percentage; as much of it as there are columns for."""
    if "share" not in columns.names:
        return ()
    percent: Span = (right_aligned(format.percent(share), SHARE_CELLS), "text")
    if not columns.bar:
        return (percent,)
    full = min(round(share * columns.bar), columns.bar)
    full = max(full, 1) if share > 0 else max(full, 0)
    return ((" ", ""), ("━" * full, "accent"), ("─" * (columns.bar - full), "track"), percent)
