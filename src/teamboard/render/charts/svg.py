"""Write a picture as SVG, from a template: text stays text, in a font of the system, and nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from teamboard.render.charts.palette import DARK, LIGHT
from teamboard.render.charts.shapes import Path, Picture, Point, Shape, Text
from teamboard.render.documents.environment import png_of_svg, render_template

FONTS = "'Helvetica Neue', 'Segoe UI', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


class ChartPicture:
    """A picture, to be written as SVG, PNG or HTML; on a dark background where `dark` is true."""

    def __init__(self, picture: Picture, *, dark: bool) -> None:
        self._picture, self._dark = picture, dark

    def svg(self) -> str:
        """The text of an SVG file."""
        return _svg(self._picture, alone=True, dark=self._dark)

    def html(self) -> str:
        """A self-contained HTML page with the picture alone."""
        colours = DARK if self._dark else LIGHT
        svg = _svg(self._picture, alone=False, dark=self._dark)
        return render_template(
            "chart", "html", title=self._picture.title, background=colours["background"], picture=svg
        )

    def png(self) -> bytes:
        """The picture as PNG. Raises ImportError if typst, which renders it, is not installed."""
        return png_of_svg(self.svg())


def inline_svg(picture: Picture) -> str:
    """A picture as an element of a light HTML page, as wide as the page lets it be."""
    return _svg(picture, alone=False, dark=False)


def _svg(picture: Picture, *, alone: bool, dark: bool) -> str:
    return render_template(
        "chart",
        "svg",
        alone=alone,
        title=picture.title,
        width=_number(picture.width),
        height=_number(picture.height),
        fonts=FONTS,
        colours=DARK if dark else LIGHT,
        shapes=[_plain(shape) for shape in picture.shapes],
    )


def _plain(shape: Shape) -> dict[str, Any]:
    """A shape as the template reads it, its lengths rounded to a tenth."""
    fields: dict[str, Any] = {
        name: _number(value) if isinstance(value, float | int) and not isinstance(value, bool) else value
        for name in shape.__struct_fields__
        if not isinstance(value := getattr(shape, name), tuple)
    }
    if isinstance(shape, Path):
        return {"kind": "path", **fields, "path": _path(shape.points, closed=shape.closed), "opacity": shape.opacity}
    return {"kind": "text" if isinstance(shape, Text) else "circle", **fields}


def _path(points: Iterable[Point], *, closed: bool) -> str:
    places = " L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return f"M{places}{'Z' if closed else ''}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
