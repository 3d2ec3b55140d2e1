"""A widget that draws lines: the way every part of the board is drawn."""

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
"""The lines for a width in cells."""


class LinesView(ScrollView, can_focus=False):
    """Draws lines of styled text, fitted to its width, and scrolls them. Nothing in a text is markup.

    It takes no focus: what scrolls it is a key of the screen.
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
        """The styles of the theme that is on now."""
        if self._span_styles is None:
            self._span_styles = SpanStyles(self.app.theme_variables)
        return self._span_styles

    @property
    def drawn(self) -> Sequence[Line]:
        """All the lines there are, the hidden ones too."""
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
        """Take the colours of a new theme."""
        self._span_styles = None
        self.refresh()

    def write(self, lines_for: LinesFor) -> None:
        """Show other lines, now and whenever the width changes."""
        self._lines_for = lines_for
        self.rewrite()

    def rewrite(self) -> None:
        """Fit the lines to the width again."""
        width = self.scrollable_content_region.width
        if self._lines_for is None or not width:
            return
        self._lines = tuple(self._lines_for(width))
        self.virtual_size = Size(0, len(self._lines))
        self.refresh(layout=self.styles.auto_dimensions)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its lines are many, where its styles say `height: auto`."""
        return len(tuple(self._lines_for(width))) if self._lines_for is not None and width else 0

    def render_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        line: Line = self._lines[row] if row < len(self._lines) else ()
        return self.strip(line, self.span_styles.background)

    def strip(self, line: Line, background: str) -> Strip:
        """A line on a background, as wide as the widget."""
        width = self.scrollable_content_region.width
        styles = self.span_styles
        segments = [Segment(text, styles.rich_style(style, background)) for text, style in filled(line, width)]
        return Strip(segments, width)
