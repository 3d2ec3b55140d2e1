"""The burn-up chart: a goal's value by day, its pace and target as they were revised, where it ends, what is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.cells import cell_len

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.charts.axis import number_ticks
from teamboard.domain.charts.burn_up import BurnUp, burn_up
from teamboard.domain.forecast.at_this_pace import Ending
from teamboard.domain.forecast.figures import Forecasts
from teamboard.render import format
from teamboard.render.line_layout import CALL_SIGN, Line, Span
from teamboard.ui.widgets.chart import Chart

DAY_LABELS = 5
MOST_TICKS = 4
VALUE_SIGN, LINE_SIGN, CONE_SIGN, BEST_SIGN = "▀", "┄", "░", "◇"


class BurnUpChart(Chart):
    """Value by day against pace and target, with the forecast to the right of it."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[BoardOnDay, AnyGoal, BurnUp] | None = None
        self._tick_cells = 0

    def on_resize(self) -> None:
        self.draw()

    def show(self, shown: BoardOnDay, goal: AnyGoal, *, tick_cells: int = 0) -> None:
        """Draw the chart of a goal; its axis of values is at least `tick_cells` wide."""
        self._shown, self._tick_cells = (shown, goal, burn_up(Forecasts(shown), goal)), tick_cells
        self.draw()

    def legend(self, width: int) -> Line:
        """The sign of each line that is drawn, and the unit of the values; closer together where it does not fit."""
        if self._shown is None:
            return ()
        _, goal, course = self._shown
        unit = format.unit_on_axis(goal.measure)
        spans = [span for sign, word in self._signs(course) for span in (sign, (f" {word}  ", "dim"))]
        line: Line = (*spans, (f"({unit})" if unit else "", "dim"))
        if sum(cell_len(text) for text, _ in line) <= width:
            return line
        return tuple((text.removesuffix(" ") if text.endswith("  ") else text, style) for text, style in line)

    def _signs(self, course: BurnUp) -> Iterator[tuple[Span, str]]:
        if course.values:
            yield (VALUE_SIGN * 2, "accent"), "value"
        yield (LINE_SIGN * 2, "track"), "pace"
        yield (LINE_SIGN * 2, "warn"), "target"
        if course.cone:
            yield (CONE_SIGN * 2, "accent"), "at this pace"
        if course.calls.call is not None:
            yield (CALL_SIGN, "strong"), "call"
        if course.calls.best is not None:
            yield (BEST_SIGN, "strong"), "best"

    def draw(self) -> None:
        """Draw the expected values, over them the forecast, the target, and the values so far."""
        self.blank()
        if self._shown is None:
            return
        shown, goal, course = self._shown
        plot, points, values = self.plt, course.points, course.values

        def place(day: date) -> float:
            return float((day - goal.starts).days)

        xs = [place(point.day) for point in points]
        last = max([place(goal.due), *xs])
        plot.plot(xs, [p.expected for p in points], color=self.colour("track"), marker="braille")
        if course.cone:
            begin = place(course.cone.begins), course.cone.value
            room = self._cone(begin, place(course.cone.due), course.cone.ending, last, course.top - course.bottom)
            cone = list(room)
            plot.scatter([x for x, _ in cone], [y for _, y in cone], color=self.colour("accent"), marker=CONE_SIGN)
        plot.plot(xs, [p.target for p in points], color=self.colour("warn"), marker="braille")
        if values:
            drawn = [place(p.day) for p in values], [p.value for p in values]
            plot.plot(*drawn, color=self.colour("accent"), marker="hd")
        for sign, value in ((BEST_SIGN, course.calls.best), (CALL_SIGN, course.calls.call)):
            if value is not None:
                plot.scatter([place(goal.due)], [value], color=self.colour("strong"), marker=sign)
        plot.xlim(min([0.0, *xs]), last)
        plot.ylim(course.bottom, course.top)
        low, high = course.start, course.target
        ticks = [low, (low + high) / 2, *sorted({p.target for p in points})]
        ticks += _ticks_beyond(course, ticks)
        labels = [format.amount_on_axis(tick, goal.measure, shown.board.number_format) for tick in ticks]
        plot.yticks(ticks, [label.rjust(self._tick_cells) for label in labels])
        marks = day_marks(goal)
        plot.xticks([x for x, _ in marks], [label for _, label in marks])
        self.refresh()

    def _cone(
        self, begin: tuple[float, float], due: float, ending: Ending, days: float, height: float
    ) -> Iterator[tuple[float, float]]:
        """Points that fill the room between the quartiles, from the last value to the due day, a point for a cell."""
        (x, value), columns, rows = begin, max(self.size.width, 20), max(self.size.height, 8)
        width, step = days / columns / 1.5 or 1.0, height / rows / 1.5 or 1.0
        while x <= due and due > begin[0]:
            share = (x - begin[0]) / (due - begin[0])
            low, high = (value + share * (end - value) for end in (ending.low, ending.high))
            yield x, high
            for i in range(int((high - low) / step) + 1):
                yield x, low + i * step
            x += width


def _ticks_beyond(course: BurnUp, ticks: Sequence[float]) -> list[float]:
    """Round values that are drawn far beyond all `ticks`, so that what is there has a scale too."""
    first, last = min(ticks), max(ticks)
    room = (last - first) / 2
    return [
        tick
        for tick in number_ticks(course.bottom, course.top, MOST_TICKS)
        if course.bottom <= tick <= course.top and (tick < first - room or tick > last + room)
    ]


def day_marks(goal: AnyGoal) -> list[tuple[float, str]]:
    """The labels of the axis of days, by the number of days since the goal's first."""
    days = (goal.due - goal.starts).days
    marks = sorted({float(round(days * i / (DAY_LABELS - 1))) for i in range(DAY_LABELS)})
    return [(x, format.short_day(date.fromordinal(goal.starts.toordinal() + int(x)))) for x in marks]
