"""The base of the charts, in the theme's colours."""

from __future__ import annotations

from typing import ClassVar

from textual.color import Color
from textual_plotext import PlotextPlot

from teamboard.render.line_layout import SpanStyle
from teamboard.ui.themes import PREFIX

WHOLE_SIGN, PARTIAL_SIGN = "█", "▒"
"""The patterns of a bar of a whole week, and of one that is not whole or not over."""
BAR_POINTS = 24
"""The points drawn on each side of a bar's middle, so that no cell is left out."""


class Chart(PlotextPlot):
    """A plot in the colours of the theme, drawn again when the theme changes."""

    DEFAULT_CSS: ClassVar[str] = "Chart { background: $background; padding: 0 1; width: 1fr; height: 12; }"

    def __init__(self) -> None:
        super().__init__()
        self.auto_theme = False

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.draw())

    def draw(self) -> None:
        """Draw the chart; called again when the theme changes."""
        raise NotImplementedError

    def blank(self) -> None:
        """Clear the chart and set its colours."""
        self.plt.clear_figure()
        self.plt.canvas_color(self._variable("background"))
        self.plt.axes_color(self._variable("background"))
        self.plt.ticks_color(self.colour("dim"))
        self.plt.frame(False)

    def bar(self, x: float, half: float, height: float, *, is_partial: bool) -> None:
        """Draw a bar of a week around `x`, of `half` the width to each side; nothing for a height of 0."""
        if height > 0:
            across = [x + half * i / BAR_POINTS for i in range(-BAR_POINTS, BAR_POINTS + 1)]
            marker = PARTIAL_SIGN if is_partial else WHOLE_SIGN
            colour = self.colour("accent")
            self.plt.scatter(across, [height] * len(across), marker=marker, color=colour, fillx=True)

    def colour(self, style: SpanStyle) -> tuple[int, int, int]:
        """The colour of a style, as red, green and blue from 0 to 255."""
        return self._variable(f"{PREFIX}{style}")

    def _variable(self, name: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[name]).rgb
