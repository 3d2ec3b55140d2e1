"""A bar chart of an activity: what was done week by week, on the days of the goal that it drives."""

from __future__ import annotations

from datetime import timedelta

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.activity import WEEK_DAYS, weeks_so_far
from teamboard.render import format
from teamboard.render.line_layout import Line, Span
from teamboard.ui.widgets.burn_up import day_marks
from teamboard.ui.widgets.chart import PARTIAL_SIGN, WHOLE_SIGN, Chart

TICK_CELLS = 6
"""The width of the axis of values, the same as that of the chart below it."""
HALF_BAR = 0.25
"""Half the width of a bar, in weeks."""
ASKED_SIGN = "┄"


class ActivityChart(Chart):
    """The count of each week as a bar, and what it asks for as a line."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[BoardOnDay, AnyGoal, AnyGoal] | None = None

    def show(self, shown: BoardOnDay, activity: AnyGoal, result: AnyGoal) -> None:
        """Draw the weeks of an activity on the days of the chart of `result`, which is below it."""
        self._shown = (shown, activity, result)
        self.draw()

    def legend(self) -> Line:
        """The unit of the counts, and the signs of what is drawn."""
        if self._shown is None:
            return ()
        shown, activity, _ = self._shown
        unit = format.unit_on_axis(activity.measure)
        line: list[Span] = [(WHOLE_SIGN * 2, "accent"), (" a week  ", "dim")]
        if any(week.is_partial for week in weeks_so_far(shown.board, activity, shown.day)):
            line += [(PARTIAL_SIGN * 2, "accent"), (f" {format.PARTIAL_WEEK}  ", "dim")]
        line += [(ASKED_SIGN * 2, "warn"), (" asked for  ", "dim"), (f"({unit})" if unit else "", "dim")]
        return tuple(line)

    def draw(self) -> None:
        """Draw one bar for each week so far, in another pattern for one that is not whole, and what each asks for."""
        self.blank()
        if self._shown is None:
            return
        shown, activity, result = self._shown
        weeks = weeks_so_far(shown.board, activity, shown.day)
        middle = timedelta(days=WEEK_DAYS // 2)
        xs = [float((week.starts + middle - result.starts).days) for week in weeks]
        most = max([*(week.count for week in weeks), *(week.asked for week in weeks), 1.0])
        plot = self.plt
        half = HALF_BAR * WEEK_DAYS
        for x, week in zip(xs, weeks, strict=True):
            self.bar(x, half, week.count, is_partial=week.is_partial)
        if weeks:
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
