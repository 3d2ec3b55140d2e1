"""The widget that draws styled lines, the base of all lists and panes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from teamboard.render.line_layout import Line, filled
from teamboard.ui.themes import SpanStyles

LinesFor = Callable[[int], Iterable[Line]]
"""Returns the lines for a width in cells."""


class LinesView(ScrollView, can_focus=False):
    """Draws lines of styled text, fitted to its width, and scrolls them. Nothing in a text is markup.

    It takes no focus; keys of the screen scroll it.
    """

    DEFAULT_CSS: ClassVar[str] = """
    LinesView { background: $background; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; }
    """

    def __init__(self, lines_for: LinesFor | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines_for = lines_for
        self._lines: Sequence[Line] = ()
        self._span_styles: SpanStyles | None = None

    @property
    def span_styles(self) -> SpanStyles:
        """The styles of the current theme."""
        if self._span_styles is None:
            self._span_styles = SpanStyles(self.app.theme_variables)
        return self._span_styles

    @property
    def drawn(self) -> Sequence[Line]:
        """All lines, also those scrolled out of sight."""
        return self._lines

    @property
    def line_count(self) -> int:
        return len(self._lines)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.restyle())
        self.virtual_size = Size(0, self.line_count)

    def on_resize(self) -> None:
        self.rewrite()

    def restyle(self) -> None:
        """Repaint in the colours of another theme."""
        self._span_styles = None
        self.refresh()

    def write(self, lines_for: LinesFor) -> None:
        """Show the lines that `lines_for` returns, now and whenever the width changes."""
        self._lines_for = lines_for
        self.rewrite()

    def rewrite(self) -> None:
        """Compute the lines again."""
        width = self.scrollable_content_region.width
        if self._lines_for is None or not width:
            return
        self._lines = tuple(self._lines_for(width))
        self.virtual_size = Size(0, len(self._lines))
        self.refresh(layout=self.styles.auto_dimensions)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines, for `height: auto`."""
        return len(tuple(self._lines_for(width))) if self._lines_for is not None and width else 0

    def render_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        line: Line = self._lines[row] if row < len(self._lines) else ()
        return self.strip(line, self.span_styles.background)

    def strip(self, line: Line, background: str) -> Strip:
        """A line on a background colour, cut or padded to the widget's width."""
        width = self.scrollable_content_region.width
        styles = self.span_styles
        segments = [Segment(text, styles.rich_style(style, background)) for text, style in filled(line, width)]
        return Strip(segments, width)
