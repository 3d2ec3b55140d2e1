"""What a chart is drawn from: texts, lines, areas and rectangles, in a picture of a width and a height.

Lengths are in units of the picture, from its top left corner. Colours are names in the palette.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from rich.cells import cell_len

from teamboard.domain.sanitize import one_line

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
NARROW, WIDE = " .,:;'’|!()[]ijlftIr-·", "mwMW%@—€"
"""Letters that are narrower and wider than others."""
BOLD = 1.12
"""How much wider bold letters are."""


class Text(Struct, frozen=True, kw_only=True):
    """A text with its baseline at `y`; `name` is its class in the SVG, as of the other shapes."""

    x: float
    y: float
    text: str
    size: float
    colour: str = "ink"
    anchor: Anchor = "start"
    bold: bool = False
    name: str = "label"


class Path(Struct, frozen=True, kw_only=True):
    """A line, or with `closed` an area, through some points, without the line or the area where it has no colour.

    `dash` has the lengths of a dash and of the gap after it, "" for a full line.
    """

    points: tuple[Point, ...]
    stroke: str = ""
    fill: str = ""
    width: float = 1.0
    dash: str = ""
    opacity: float = 1.0
    closed: bool = False
    name: str = "line"


class Circle(Struct, frozen=True, kw_only=True):
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str
    name: str = "dot"


Shape = Text | Path | Circle


class Picture(Struct, frozen=True):
    """The shapes of a picture, in the order in which they are drawn; `title` is what it shows, for who can't see it."""

    title: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


class Box(Struct, frozen=True):
    """Where something is drawn."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


class Scale(Struct, frozen=True):
    """Where a number is on an axis: `low` at `begin`, `high` at `end`."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        whole = self.high - self.low
        return self.begin + (value - self.low) / whole * (self.end - self.begin) if whole else self.begin


def line(points: Sequence[Point], stroke: str, width: float, *, dash: str = "", name: str) -> Path:
    """A line through some points."""
    return Path(points=tuple(points), stroke=stroke, width=width, dash=dash, name=name)


def rectangle(box: Box, *, fill: str = "", stroke: str = "", dash: str = "", name: str) -> Path:
    """A rectangle, filled or with a border."""
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    return Path(points=corners, fill=fill, stroke=stroke, width=1.5, dash=dash, closed=True, name=name)


def diamond(x: float, y: float, radius: float, *, fill: str, stroke: str = "", name: str) -> Path:
    """A diamond, the sign of a call and of where bars end at this pace."""
    corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
    return Path(points=corners, fill=fill, stroke=stroke, width=2.5, closed=True, name=name)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is in a font without serifs: the fonts of who opens the picture are not known."""
    return size * sum(_letter_width(letter) for letter in text) * (BOLD if bold else 1.0)


def _letter_width(letter: str) -> float:
    if letter in NARROW:
        return 0.35
    if letter in WIDE:
        return 0.92
    if not letter.isascii():
        return 0.6 * max(cell_len(letter), 1)
    return 0.72 if letter.isupper() else 0.62


def fitted(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """A text on one line, cut to a width."""
    text, size = one_line(text), size * (BOLD if bold else 1.0)
    if text_width(text, size) <= width:
        return text
    room, kept = width - text_width("…", size), 0
    while kept < len(text) and (room := room - size * _letter_width(text[kept])) >= 0:
        kept += 1
    return f"{text[:kept].rstrip()}…"
