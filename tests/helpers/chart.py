"""A chart as a test reads it: its texts and shapes by name, and the numbers and days that they stand for."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


class Chart:
    """A picture that was written as SVG."""

    def __init__(self, svg: str) -> None:
        self.root = ET.fromstring(svg)
        self.nodes = [(node.tag.removeprefix(SVG), node.get("class", ""), node) for node in self.root.iter()]

    def texts(self, name: str = "") -> list[str]:
        """The texts of a name, or all of them, in the order in which they are drawn."""
        return ["".join(node.itertext()) for tag, found, node in self.nodes if tag == "text" and name in ("", found)]

    def places(self, name: str) -> list[Point]:
        """Where the texts or dots of a name are."""
        return [
            (float(node.get("x") or node.get("cx") or 0), float(node.get("y") or node.get("cy") or 0))
            for tag, found, node in self.nodes
            if tag in ("text", "circle") and found == name
        ]

    def paths(self, name: str) -> list[list[Point]]:
        """The points of each line or area of a name."""
        return [
            [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", node.get("d", ""))]
            for tag, found, node in self.nodes
            if tag == "path" and found == name
        ]

    def value_at(self, y: float) -> float:
        """The value at a height, by the labels of the axis and the lines beside them."""
        values = [_number(text) for text in self.texts("value-tick")]
        lines = self.paths("grid")[: len(values)]
        bottom, top = lines[0][0][1], lines[-1][0][1]
        return values[0] + (y - bottom) / (top - bottom) * (values[-1] - values[0])


def _number(text: str) -> float:
    """The number of a label: `€500k`, `12`."""
    size = {"k": 1e3, "M": 1e6, "B": 1e9}
    plain = text.strip("€ %")
    return float(plain.rstrip("kMB")) * size.get(plain[-1], 1.0)
