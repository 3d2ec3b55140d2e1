"""A bar chart of counts by week."""

from __future__ import annotations

from teamboard.domain.pulse import Week
from teamboard.render.format import PARTIAL_WEEK, short_day
from teamboard.render.line_layout import Line
from teamboard.ui.widgets.chart import PARTIAL_SIGN, Chart

HALF_BAR = 0.25
"""Half the width of a bar, in weeks."""


class WeeklyChart(Chart):
    """The amount of feedback by week, as bars."""

    def __init__(self) -> None:
        super().__init__()
        self._weeks: tuple[Week, ...] = ()

    def show(self, weeks: tuple[Week, ...]) -> None:
        """Draw some weeks, oldest first."""
        self._weeks = weeks
        self.draw()

    def legend(self) -> Line:
        """The sign of a week that is not whole; empty without one."""
        if not any(week.is_partial for week in self._weeks):
            return ()
        return (("   ", ""), (PARTIAL_SIGN * 2, "accent"), (f" {PARTIAL_WEEK}", "dim"))

    def draw(self) -> None:
        """Draw one bar for each week, labelled with its first day; one that is not whole in another pattern."""
        self.blank()
        if self._weeks:
            places = [float(i) for i in range(len(self._weeks))]
            most = max([*(week.feedback for week in self._weeks), 1])
            for place, week in zip(places, self._weeks, strict=True):
                self.bar(place, HALF_BAR, week.feedback, is_partial=week.is_partial)
            self.plt.xlim(-0.5, len(places) - 0.5)
            self.plt.ylim(0, most)
            self.plt.yticks([0, most], [f"  {0:>{len(str(most))}}", f"  {most}"])
            self.plt.xticks(places, [short_day(week.starts) for week in self._weeks])
        self.refresh()
