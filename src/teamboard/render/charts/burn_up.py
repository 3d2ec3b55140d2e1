"""The burn-up of a goal as shapes: what was reached, the pace, the target as it was revised, and the forecast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from teamboard.domain.amounts import NumberFormat, as_estimated
from teamboard.domain.board import AnyGoal
from teamboard.domain.charts.axis import day_ticks, number_ticks
from teamboard.domain.charts.burn_up import BurnUp
from teamboard.domain.check_ins import Calls
from teamboard.render import format
from teamboard.render.charts.shapes import (
    Anchor,
    Box,
    Circle,
    Path,
    Point,
    Scale,
    Shape,
    Text,
    diamond,
    fitted,
    line,
    rectangle,
    text_width,
)
from teamboard.render.goals.forecasts import amount_without_unit

CONE_OPACITY = 0.2
PACE_DASH, FORECAST_DASH, TODAY_DASH = "9 6", "4 5", "2 4"
BETWEEN_LINES = 1.25
"""The distance of two lines of text, in sizes of the text."""
DAYS_OF_A_YEAR = 366
MOST_DOTS = 30
"""The check-ins that have a dot each; of more only the last one has."""


class Style(Struct, frozen=True, kw_only=True):
    """How a burn-up is drawn: the size of its texts, the width of its lines, and how many ticks its axes have.

    `label_room` is what the names of the lines have to the right of the axes, 0 for none.
    """

    size: float
    stroke: float
    value_ticks: int
    day_ticks: int
    label_room: float = 0.0


LARGE = Style(size=21, stroke=5, value_ticks=6, day_ticks=9, label_room=310)
SMALL = Style(size=15, stroke=3, value_ticks=3, day_ticks=3)


class _Plot(Struct, frozen=True):
    """The axes of a burn-up."""

    box: Box
    days: Scale
    values: Scale

    def at(self, day: date, value: float) -> Point:
        return self.days.at(day.toordinal()), self.values.at(value)


def burn_up_shapes(
    course: BurnUp, goal: AnyGoal, numbers: NumberFormat | None, today: date, box: Box, style: Style
) -> Iterator[Shape]:
    """Draw a burn-up with its axes in a box."""

    def write(value: float) -> str:
        return amount_without_unit(numbers, goal, value)

    ticks = number_ticks(course.bottom, course.top, style.value_ticks)
    label_width = max(text_width(write(tick), style.size) for tick in ticks)
    first, last = course.points[0].day, max(course.points[-1].day, goal.due)
    right = box.right - style.label_room
    inner = Box(box.left + label_width + style.size * 0.7, box.top, right, box.bottom - style.size * 1.7)
    plot = _Plot(
        inner,
        Scale(first.toordinal(), last.toordinal(), inner.left, inner.right),
        Scale(ticks[0], ticks[-1], inner.bottom, inner.top),
    )
    for tick in ticks:
        y = plot.values.at(tick)
        yield line(((inner.left, y), (inner.right, y)), "grid", 1.5, name="grid")
        yield Text(
            x=inner.left - style.size * 0.6,
            y=y + style.size * 0.35,
            text=write(tick),
            size=style.size,
            colour="dim",
            anchor="end",
            name="value-tick",
        )
    yield from _days(plot, first, last, style)
    yield from _today(plot, today, first, last, style)
    yield from _lines(course, plot, style)
    yield from _call_signs(course.calls, plot, goal.due, style)
    if not course.values:
        middle = (inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2
        size = style.size * 1.2
        width = text_width("no check-in yet", size) / 2 + size * 0.4
        behind = Box(middle[0] - width, middle[1] - size, middle[0] + width, middle[1] + size * 0.4)
        yield rectangle(behind, fill="background", name="behind-text")
        yield Text(x=middle[0], y=middle[1], text="no check-in yet", size=size, colour="dim", anchor="middle")
    if style.label_room:
        yield from _earlier_targets(course, plot, style, write)
        yield from _names(course, plot, style, write)


def _days(plot: _Plot, first: date, last: date, style: Style) -> Iterator[Shape]:
    """The axis of days; a small one has its first and last day alone."""
    box = plot.box
    if style.label_room:
        days = day_ticks(first, last, style.day_ticks)
        # The due day always has its label, and a day just before it none.
        room = plot.days.at(last.toordinal()) - style.size * 4.4
        days = [*(day for day in days if plot.days.at(day.toordinal()) < room), last]
        ticks: list[tuple[date, Anchor]] = [(day, "middle") for day in days]
    else:
        ticks = [(first, "start"), (last, "end")]
    for day, anchor in ticks:
        x = plot.days.at(day.toordinal())
        yield line(((x, box.bottom), (x, box.bottom + style.size * 0.35)), "pace", 1.5, name="grid")
        # With the year on an axis of years.
        text = f"{day:%b %Y}" if (last - first).days > DAYS_OF_A_YEAR else format.short_day(day)
        y = box.bottom + style.size * 1.5
        yield Text(x=x, y=y, text=text, size=style.size, colour="dim", anchor=anchor, name="day-tick")


def _today(plot: _Plot, today: date, first: date, last: date, style: Style) -> Iterator[Shape]:
    if not first <= today < last:
        return
    x, box = plot.days.at(today.toordinal()), plot.box
    yield line(((x, box.top), (x, box.bottom)), "dim", 1.5, dash=TODAY_DASH, name="today")
    if style.label_room:
        size = style.size * 0.85
        yield Text(x=x, y=box.top - size * 0.5, text="today", size=size, colour="dim", anchor="middle", name="today")


def _lines(course: BurnUp, plot: _Plot, style: Style) -> Iterator[Shape]:
    """The pace, the forecast over it, the target, and what was reached over all."""
    pace = [plot.at(p.day, p.expected) for p in course.points]
    yield line(pace, "pace", style.stroke * 0.5, dash=PACE_DASH, name="pace")
    if cone := course.cone:
        begin, end = plot.at(cone.begins, cone.value), plot.at(cone.due, cone.ending.value)
        low, high = (plot.at(cone.due, value) for value in (cone.ending.low, cone.ending.high))
        yield Path(points=(begin, high, low), fill="value", opacity=CONE_OPACITY, closed=True, name="cone")
        yield line((begin, end), "value", style.stroke * 0.6, dash=FORECAST_DASH, name="at-this-pace")
    yield line(list(_steps(course, plot)), "target", style.stroke * 0.5, name="target")
    # Up to the day from which the forecast leads on: a line beside it to today would say that nothing was gained since.
    values = [p for p in course.values if not course.cone or p.day <= course.cone.begins]
    if values:
        yield line([plot.at(p.day, p.value) for p in values], "value", style.stroke, name="value")
        checked_in = [p for p in values if p.day in course.check_in_days]
        is_sparse = style.label_room and len(checked_in) <= MOST_DOTS
        for point in checked_in if is_sparse else values[-1:]:
            x, y = plot.at(point.day, point.value)
            yield Circle(x=x, y=y, radius=style.stroke * 1.1, fill="value", name="value-dot")


def _steps(course: BurnUp, plot: _Plot) -> Iterator[Point]:
    """The line of the target: steps, no slopes, as a target holds up to the day on which it is another."""
    yield plot.at(course.points[0].day, course.points[0].target)
    for before, point in pairwise(course.points):
        if before.target != point.target:
            yield plot.at(point.day, before.target)
            yield plot.at(point.day, point.target)
    yield plot.at(course.points[-1].day, course.points[-1].target)


def _call_signs(calls: Calls, plot: _Plot, due: date, style: Style) -> Iterator[Shape]:
    radius = style.stroke * 2
    for name, value, fill in (("best-case", calls.best, "background"), ("call", calls.call, "call")):
        if value is not None:
            x, y = plot.at(due, value)
            yield diamond(x, y, radius, fill=fill, stroke="call", name=name)


def _earlier_targets(course: BurnUp, plot: _Plot, style: Style, write: Callable[[float], str]) -> Iterator[Shape]:
    """What the target was before each revision, above its line."""
    size = style.size * 0.85
    begins = course.points[0]
    for point in course.points[1:]:
        if point.target != begins.target:
            x, y = plot.at(begins.day, begins.target)
            text = f"target {write(begins.target)}"
            yield Text(x=x + size * 0.5, y=y - size * 0.5, text=text, size=size, colour="dim", name="earlier-target")
            begins = point


def _names(course: BurnUp, plot: _Plot, style: Style, write: Callable[[float], str]) -> Iterator[Shape]:
    """The target, where the goal ends and what is called, beside the right end of the axes, none over another."""
    target = course.points[-1].target
    labels: list[tuple[float, str, tuple[str, ...]]] = [(target, "target", (f"target {write(target)}",))]
    if course.cone:
        end = course.cone.ending
        value, low, high = (write(as_estimated(v)) for v in (end.value, end.low, end.high))
        labels.append((end.value, "value", (f"at this pace {value}", f"{low} to {high}")))
    for word, called in (("call", course.calls.call), ("best case", course.calls.best)):
        if called is not None:
            labels.append((called, "call", (f"{word} {write(called)}",)))
    size, line_height = style.size, style.size * BETWEEN_LINES
    labels.sort(reverse=True, key=lambda label: label[0])
    heights = [(len(lines) + 0.25) * line_height for _, _, lines in labels]
    wanted = [plot.values.at(place) - size * 0.65 for place, _, _ in labels]
    begin, x = plot.box.right + style.stroke * 2.6, plot.box.right + size * 2
    for (place, colour, lines), top in zip(labels, apart(wanted, heights, plot.box.bottom + size), strict=True):
        leader = ((begin, plot.values.at(place)), (x - size * 0.4, top + size * 0.65))
        yield line(leader, colour, 1.5, name="leader")
        for i, text in enumerate(lines):
            yield Text(
                x=x,
                y=top + size + i * line_height,
                text=fitted(text, size, style.label_room - size * 2),
                size=size,
                colour="dim" if i else colour,
                bold=not i,
                name="name",
            )


def apart(wanted: Sequence[float], heights: Sequence[float], bottom: float) -> list[float]:
    """Where labels begin, from top to bottom, so that none is over another and none ends below `bottom`.

    Each is as near as can be to where it is wanted: those that would overlap are put together around the middle of
    where they are wanted.
    """
    groups: list[tuple[float, list[int]]] = []
    for i, top in enumerate(wanted):
        begin, members = top, [i]
        while groups and groups[-1][0] + sum(heights[j] for j in groups[-1][1]) > begin:
            members = [*groups.pop()[1], *members]
            offsets = [sum(heights[j] for j in members[:n]) for n in range(len(members))]
            begin = sum(wanted[j] - offset for j, offset in zip(members, offsets, strict=True)) / len(members)
        begin = min(begin, bottom - sum(heights[j] for j in members))
        groups.append((begin, members))
    places: list[float] = []
    for begin, members in groups:
        places += [begin + sum(heights[j] for j in members[:n]) for n in range(len(members))]
    return places
