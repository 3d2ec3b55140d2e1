"""The colours of charts: blue for what goes well, orange for what does not, which colour-blind people tell apart too.

A test checks that text is legible on what it stands on.
"""

from __future__ import annotations

from teamboard.domain.charts.attainment import Level

LIGHT = {
    "background": "#ffffff",
    "ink": "#1b2430",
    "dim": "#55606e",
    "grid": "#e4e8ed",
    "pace": "#7d8794",
    "target": "#1b2430",
    "value": "#0b5fa5",
    "call": "#b4430c",
    "bar": "#7fb2dd",
    "achieved": "#0b5fa5",
    "on track": "#a9cdea",
    "at risk": "#f8cf96",
    "behind": "#bf4a12",
}
DARK = {
    "background": "#12171e",
    "ink": "#eef2f6",
    "dim": "#a9b4c1",
    "grid": "#2b3540",
    "pace": "#8e99a6",
    "target": "#eef2f6",
    "value": "#6fb6f2",
    "call": "#f79a5b",
    "bar": "#3d78a8",
    "achieved": "#8cc8f9",
    "on track": "#24557f",
    "at risk": "#754a12",
    "behind": "#f2894c",
}
ON_LEVEL: dict[Level, str] = {"achieved": "background", "on track": "ink", "at risk": "ink", "behind": "background"}
"""The colour of a text on the colour of a level."""
