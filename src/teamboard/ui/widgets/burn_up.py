"""The burn-up chart: a goal's value day by day, beside its pace and the steps of its target."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.color import Color
from textual_plotext import PlotextPlot

from teamboard.board.board import AnyGoal, Board
from teamboard.board.progress import course, span
from teamboard.exchange import phrases
from teamboard.ui.themes import PREFIX

DAY_LABELS = 5


class BurnUp(PlotextPlot):
    """Value by day against pace and target, in the theme's colours."""

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
        xs = [float((point.day - goal.starts).days) for point in points]
        plot.plot(xs, [p.expected for p in points], color=self._colour(f"{PREFIX}track"), marker="braille")
        if len({p.target for p in points}) > 1:
            plot.plot(xs, [p.target for p in points], color=self._colour(f"{PREFIX}warn"), marker="braille")
        so_far = [(x, p.value) for x, p in zip(xs, points, strict=True) if p.day <= today]
        if so_far:
            plot.plot(
                [x for x, _ in so_far], [y for _, y in so_far], color=self._colour(f"{PREFIX}accent"), marker="hd"
            )
        plot.xlim(min([0.0, *xs]), max([float(days), *xs]))
        low, high = span(goal)
        values = [low, high, *(p.target for p in points), *(y for _, y in so_far)]
        plot.ylim(min(values), max(values))
        ticks = [low, (low + high) / 2, *sorted({p.target for p in points})]
        plot.yticks(ticks, [phrases.amount_on_axis(tick, goal.measure) for tick in ticks])
        marks = sorted({float(round(days * i / (DAY_LABELS - 1))) for i in range(DAY_LABELS)})
        plot.xticks(marks, [f"{date.fromordinal(goal.starts.toordinal() + int(d)):%d %b}" for d in marks])
        self.refresh()

    def _colour(self, variable: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[variable]).rgb
