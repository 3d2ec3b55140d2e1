"""The burn-up chart: a goal's value by day, its pace, and its target where it was revised."""

from __future__ import annotations

from datetime import date

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.course import daily_course
from teamboard.domain.goals.progress import value_range
from teamboard.render import format
from teamboard.ui.widgets.chart import Chart

DAY_LABELS = 5


class BurnUp(Chart):
    """Value by day against pace and target."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[BoardOnDay, AnyGoal] | None = None
        self._tick_cells = 0

    def show(self, shown: BoardOnDay, goal: AnyGoal, *, tick_cells: int = 0) -> None:
        """Draw the chart of a goal; its axis of values is at least `tick_cells` wide."""
        self._shown, self._tick_cells = (shown, goal), tick_cells
        self.draw()

    def draw(self) -> None:
        """Draw the values so far and the expected ones."""
        if self._shown is None:
            return
        shown, goal = self._shown
        points = daily_course(shown.board, goal, shown.day)
        days = (goal.due - goal.starts).days
        self.blank()
        plot = self.plt
        xs = [float((point.day - goal.starts).days) for point in points]
        plot.plot(xs, [p.expected for p in points], color=self.colour("track"), marker="braille")
        if len({p.target for p in points}) > 1:
            plot.plot(xs, [p.target for p in points], color=self.colour("warn"), marker="braille")
        so_far = [(x, p.value) for x, p in zip(xs, points, strict=True) if p.day <= shown.day]
        if so_far:
            plot.plot([x for x, _ in so_far], [y for _, y in so_far], color=self.colour("accent"), marker="hd")
        plot.xlim(min([0.0, *xs]), max([float(days), *xs]))
        low, high = value_range(shown.board, goal)
        values = [low, high, *(p.target for p in points), *(y for _, y in so_far)]
        plot.ylim(min(values), max(values))
        ticks = [low, (low + high) / 2, *sorted({p.target for p in points})]
        labels = [format.amount_on_axis(tick, goal.measure, shown.board.number_format) for tick in ticks]
        plot.yticks(ticks, [label.rjust(self._tick_cells) for label in labels])
        marks = day_marks(goal)
        plot.xticks([x for x, _ in marks], [label for _, label in marks])
        self.refresh()


def day_marks(goal: AnyGoal) -> list[tuple[float, str]]:
    """The labels of the axis of days, by the number of days since the goal's first."""
    days = (goal.due - goal.starts).days
    marks = sorted({float(round(days * i / (DAY_LABELS - 1))) for i in range(DAY_LABELS)})
    return [(x, f"{date.fromordinal(goal.starts.toordinal() + int(x)):%d %b}") for x in marks]
