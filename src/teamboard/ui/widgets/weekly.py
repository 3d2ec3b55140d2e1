"""A bar chart of counts by week."""

from __future__ import annotations

from teamboard.domain.pulse import Week
from teamboard.ui.widgets.chart import Chart


class WeeklyChart(Chart):
    """The amount of feedback by week, as bars."""

    def __init__(self) -> None:
        super().__init__()
        self._weeks: tuple[Week, ...] = ()

    def show(self, weeks: tuple[Week, ...]) -> None:
        """Draw some weeks, oldest first."""
        self._weeks = weeks
        self.draw()

    def draw(self) -> None:
        """Draw one bar for each week, labelled with its first day."""
        self.blank()
        counts = [week.feedback for week in self._weeks]
        if counts:
            places = [float(i) for i in range(len(counts))]
            most = max([*counts, 1])
            self.plt.bar(places, counts, color=self.colour("accent"), width=0.5, marker="sd")
            self.plt.ylim(0, most)
            self.plt.yticks([0, most], ["0", str(most)])
            self.plt.xticks(places, [f"{week.starts:%d %b}" for week in self._weeks])
        self.refresh()
