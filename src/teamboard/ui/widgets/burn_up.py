"""The burn-up chart: a goal's value day by day, beside the straight line of its pace."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.color import Color
from textual_plotext import PlotextPlot

from teamboard.board.board import AnyGoal, Board
from teamboard.board.progress import course
from teamboard.exchange import phrases
from teamboard.ui.themes import PREFIX

DAY_LABELS = 5


class BurnUp(PlotextPlot):
    """Progress by day against pace, in the theme's colours."""

    DEFAULT_CSS: ClassVar[str] = "BurnUp { background: $background; padding: 0 1; width: 1fr; height: 12; }"

    def __init__(self) -> None:
        super().__init__()
        self.auto_theme = False
        self._shown: tuple[Board, AnyGoal, date] | None = None

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())

    def show(self, board: Board, goal: AnyGoal, today: date) -> None:
        """Draw a goal's course."""
        self._shown = (board, goal, today)
        self._draw()

    def _draw(self) -> None:
        if self._shown is None:
            return
        board, goal, today = self._shown
        points = course(board, goal, today)
        days = (goal.due - goal.starts).days
        plot = self.plt
        plot.clear_figure()
        plot.canvas_color(self._colour("background"))
        plot.axes_color(self._colour("background"))
        plot.ticks_color(self._colour(f"{PREFIX}dim"))
        plot.frame(False)
        plot.plot([0, days], [0.0, 1.0], color=self._colour(f"{PREFIX}track"), marker="braille")
        xs = [float((day - goal.starts).days) for day, _ in points]
        ys = [ratio for _, ratio in points]
        if xs:
            plot.plot(xs, ys, color=self._colour(f"{PREFIX}accent"), marker="hd")
        plot.xlim(min([0.0, *xs]), max([float(days), *xs]))
        low, high = min([0.0, *ys]), max([1.0, *ys])
        plot.ylim(low, high)
        ticks = [0.0, 0.5, 1.0]
        plot.yticks(ticks, [phrases.amount_at(goal, tick) for tick in ticks])
        marks = sorted({float(round(days * i / (DAY_LABELS - 1))) for i in range(DAY_LABELS)})
        plot.xticks(marks, [f"{date.fromordinal(goal.starts.toordinal() + int(d)):%d %b}" for d in marks])
        self.refresh()

    def _colour(self, variable: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[variable]).rgb
