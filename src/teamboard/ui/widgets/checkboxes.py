"""Checkboxes that show their state as `[x]` or `[ ]`, not by colour alone."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Checkbox, SelectionList

TICKED, NOT_TICKED = "[x]", "[ ]"


class Tick(Checkbox):
    """One checkbox with its label."""

    DEFAULT_CSS: ClassVar[str] = """
    Tick > .toggle--button, Tick.-on > .toggle--button { color: $accent; background: transparent; }
    """

    def render(self) -> Content:
        box = TICKED if self.value else NOT_TICKED
        label = Content(self.label.plain).pad(1, 1)
        return Content.assemble((box, self.get_visual_style("toggle--button")), label)


class Ticks(SelectionList[str]):
    """A list of checkboxes."""

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        index = self.scroll_offset.y + y
        if index >= self.option_count:
            return strip
        box = TICKED if self.get_option_at_index(index).value in self.selected else NOT_TICKED
        # Textual draws each box in three segments, the same ones whether it is ticked or not.
        _, inner, _, *rest = strip
        style = rest[0].style or Style()
        meta = inner.style.meta if inner.style else {}
        accent = Style(color=self.app.theme_variables["role-accent"], meta=meta)
        return Strip([Segment(box, style + accent), *rest], strip.cell_length)
