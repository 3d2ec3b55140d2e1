"""The result of a period beside the one before."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from teamboard.domain.periods import all_periods
from teamboard.domain.report import PeriodReport, report, report_before
from teamboard.render.documents.report import report_markdown
from teamboard.render.report import report_lines
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged
from teamboard.ui.screens.base_screen import ONE_PANE
from teamboard.ui.screens.lines_screen import LinesScreen


class ReportScreen(LinesScreen[None]):
    """The report of a period: outcomes, progress, and revisions by reason."""

    LEGEND: ClassVar[legend.Legend] = legend.QUARTER
    CSS_PATH: ClassVar[Path] = ONE_PANE
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("less_than_sign", "turn(-1)", "Period before", key_display="<"),
        Binding("greater_than_sign", "turn(1)", "Period after", key_display=">"),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("n", "app.next_period", "Next period"),
        bound("edit", "app.periods", "Days"),
        Binding("escape", "back", "Back"),
        bound("quarter", "back", "Back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._back = 0
        """How many periods before the current one the report is about."""
        self._reports: tuple[PeriodReport, PeriodReport | None] | None = None

    async def on_mount(self) -> None:
        await self._load()

    @on(BoardChanged)
    async def _load(self) -> None:
        self.show_header()
        shown = self.shown
        periods = all_periods(shown.board)
        if not periods:
            return
        self._back = min(self._back, len(periods) - 1)
        period = periods[-1 - self._back]

        def both() -> tuple[PeriodReport, PeriodReport | None]:
            return report(shown, period), report_before(shown, period)

        # A past period is read from the history, which can take a while.
        reports = await self.board_app.read_history(both)
        if reports is None:
            return
        self._reports = now, before = reports
        self.lines.write(partial(report_lines, shown, now, before))

    def text_to_copy(self, *, as_markdown: bool) -> str:
        """The report, in Markdown as `period report --to md` prints it."""
        if as_markdown and self._reports is not None:
            return report_markdown(self.shown, *self._reports).rstrip()
        return super().text_to_copy(as_markdown=as_markdown)

    async def action_turn(self, periods: int) -> None:
        """Show the report of an earlier or later period."""
        self._back = max(self._back - periods, 0)
        self.lines.scroll_to(y=0, animate=False)
        await self._load()
