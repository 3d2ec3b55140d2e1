"""A bar chart of an activity: what was done week by week, on the days of the goal that it drives."""

from __future__ import annotations

from datetime import timedelta

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.activity import WEEK_DAYS, weeks_so_far
from teamboard.render import format
from teamboard.ui.widgets.burn_up import day_marks
from teamboard.ui.widgets.chart import Chart

TICK_CELLS = 6
"""The width of the axis of values, the same as that of the chart below it."""


class ActivityChart(Chart):
    """The count of each week as a bar, and what it asks for as a line."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[BoardOnDay, AnyGoal, AnyGoal] | None = None

    def show(self, shown: BoardOnDay, activity: AnyGoal, result: AnyGoal) -> None:
        """Draw the weeks of an activity on the days of the chart of `result`, which is below it."""
        self._shown = (shown, activity, result)
        self.draw()

    def draw(self) -> None:
        """Draw one bar for each week so far, and the number that each asks for."""
        self.blank()
        if self._shown is None:
            return
        shown, activity, result = self._shown
        weeks = weeks_so_far(shown.board, activity, shown.day)
        middle = timedelta(days=WEEK_DAYS // 2)
        xs = [float((week.starts + middle - result.starts).days) for week in weeks]
        most = max([*(week.count for week in weeks), *(week.asked for week in weeks), 1.0])
        plot = self.plt
        if weeks:
            plot.bar(xs, [week.count for week in weeks], color=self.colour("accent"), width=0.4, marker="sd")
            plot.plot(xs, [week.asked for week in weeks], color=self.colour("warn"), marker="braille")
        marks = day_marks(result)
        plot.xlim(0.0, max([marks[-1][0], *xs]))
        plot.ylim(0.0, most)
        ticks = sorted({0.0, most, *(week.asked for week in weeks[-1:])})
        plot.yticks(
            ticks,
            [
                format.amount_on_axis(tick, activity.measure, shown.board.number_format).rjust(TICK_CELLS)
                for tick in ticks
            ],
        )
        plot.xticks([x for x, _ in marks], [label for _, label in marks])
        self.refresh()
