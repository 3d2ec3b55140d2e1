"""The legends of charts: the sign of each thing that is drawn, with its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.charts.attainment import AttainmentChart
from teamboard.domain.charts.burn_up import BurnUp
from teamboard.domain.goals.status import shares_of_pace
from teamboard.render.charts.burn_up import CONE_OPACITY, FORECAST_DASH, PACE_DASH, TODAY_DASH
from teamboard.render.charts.members import RUNNING_DASH, TO_COME_DASH
from teamboard.render.charts.shapes import Box, Path, Shape, Text, diamond, line, rectangle, text_width

LINE_HEIGHT = 1.6
"""The distance of two lines of a legend, in sizes of its text."""


class Key(Struct, frozen=True):
    """An entry of a legend: what is drawn how, and its name."""

    sign: str
    name: str


def burn_up_keys(courses: Iterable[BurnUp], *, with_today: bool = False) -> list[Key]:
    """The legend of some burn-ups: what one of them has, and `with_today` where none of them names that day."""
    found = list(courses)
    keys = [Key("value", "reached")] if any(c.values for c in found) else []
    keys += [Key("pace", "pace"), Key("target", "target")]
    keys += [Key("cone", "at this pace; half of all cases end in the band")] if any(c.cone for c in found) else []
    keys += [Key("call", "call")] if any(c.calls.call is not None for c in found) else []
    keys += [Key("best", "best case")] if any(c.calls.best is not None for c in found) else []
    return [*keys, Key("today", "today")] if found and with_today else keys


def bar_keys(chart: AttainmentChart) -> list[Key]:
    """The legend of the bars of members."""
    if all(row.attainment is None for row in chart.rows):
        return []
    has_forecast = any(row.at_this_pace is not None for row in chart.rows)
    return [Key("bar", "attainment"), Key("mark", "pace"), *([Key("dot", "at this pace")] if has_forecast else [])]


def heat_map_keys(board: Board, chart: AttainmentChart) -> list[Key]:
    """The legend of a heat map: the colours, by the settings of the team, and the marks that it has."""
    on_track, at_risk = (round(100 * share) for share in shares_of_pace(board))
    readings = [reading for row in chart.rows for reading in row.weeks]
    if not any(readings):
        return []
    keys = [
        Key("behind", f"behind: below {at_risk} % of pace"),
        Key("at risk", f"at risk: {at_risk} to {on_track} %"),
        Key("on track", f"on track: from {on_track} %"),
        Key("achieved", "target reached"),
    ]
    states = {week.state for week in chart.weeks}
    keys += [Key("running", "week not over")] if "running" in states else []
    keys += [Key("to come", "to come")] if "to come" in states else []
    begun = sum(week.state != "to come" for week in chart.weeks)
    is_bare = any(any(row.weeks) and None in row.weeks[:begun] for row in chart.rows)
    return [*keys, Key("–", "no check-in yet")] if is_bare else keys


def legend_shapes(
    keys: Iterable[Key], left: float, baseline: float, size: float, right: float, heading: str = ""
) -> list[Shape]:
    """Draw a legend on one line, or on more of them where one has no room; a heading stands before it."""
    shapes: list[Shape] = []
    x, y = left, baseline
    if heading:
        shapes.append(Text(x=x, y=y, text=heading, size=size, bold=True, name="heading"))
        x += text_width(heading, size, bold=True) + size * 1.4
    for key in keys:
        width = size * (1.9 if key.sign in ("value", "pace", "target", "cone") else 0.95)
        ends = x + width + size * 0.45 + text_width(key.name, size)
        if ends > right and x > left:
            x, y, ends = left, y + size * LINE_HEIGHT, ends - x + left
        shapes += _sign(key.sign, Box(x, y - size * 0.8, x + width, y + size * 0.1), size)
        shapes.append(Text(x=x + width + size * 0.45, y=y, text=key.name, size=size, colour="dim", name="legend"))
        x = ends + size * 0.9
    return shapes


def legend_bottom(shapes: Iterable[Shape], default: float) -> float:
    """The baseline of the last line of a legend; `default` for an empty one."""
    return max((shape.y for shape in shapes if isinstance(shape, Text)), default=default)


def _sign(sign: str, box: Box, size: float) -> Iterator[Shape]:
    middle, centre = (box.top + box.bottom) / 2, (box.left + box.right) / 2
    ends = ((box.left, middle), (box.right, middle))
    if sign == "value":
        yield line(ends, "value", size * 0.2, name="key")
    elif sign in ("pace", "target"):
        yield line(ends, sign, size * 0.11, dash=PACE_DASH if sign == "pace" else "", name="key")
    elif sign == "cone":
        corners = ((box.left, middle), (box.right, box.top), (box.right, box.bottom))
        yield Path(points=corners, fill="value", opacity=CONE_OPACITY, closed=True, name="key")
        yield line(ends, "value", size * 0.13, dash=FORECAST_DASH, name="key")
    elif sign in ("call", "best"):
        yield diamond(
            centre, middle, size * 0.4, fill="call" if sign == "call" else "background", stroke="call", name="key"
        )
    elif sign == "mark":
        yield line(((centre, box.top), (centre, box.bottom)), "ink", 3, name="key")
    elif sign == "dot":
        yield diamond(centre, middle, size * 0.28, fill="value", stroke="value", name="key")
    elif sign == "today":
        yield line(((centre, box.top), (centre, box.bottom)), "dim", 1.5, dash=TODAY_DASH, name="key")
    elif sign == "–":
        yield Text(x=centre, y=middle + size * 0.35, text=sign, size=size, colour="dim", anchor="middle", name="key")
    elif sign in ("running", "to come"):
        stroke, dash = ("ink", RUNNING_DASH) if sign == "running" else ("pace", TO_COME_DASH)
        yield rectangle(box, stroke=stroke, dash=dash, name="key")
    else:
        yield rectangle(box, fill=sign, name="key")
