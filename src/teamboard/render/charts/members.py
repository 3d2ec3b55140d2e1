"""Attainment by member as shapes: bars on one scale, and a heat map by week. Both have a row for each member."""

from __future__ import annotations

from collections.abc import Iterator

from teamboard.domain.amounts import plural
from teamboard.domain.board import Board
from teamboard.domain.charts.attainment import AttainmentChart, MemberRow, Week
from teamboard.domain.charts.axis import number_ticks
from teamboard.domain.handles import display_name
from teamboard.render import format
from teamboard.render.charts.palette import ON_LEVEL
from teamboard.render.charts.shapes import Anchor, Box, Scale, Shape, Text, diamond, fitted, line, rectangle, text_width

LONGEST_BAR = 2.0
"""The attainment with which the scale of bars ends at the latest; what is beyond is written."""
SCALE_TICKS = 5
TO_COME_DASH, RUNNING_DASH = "3 4", "7 4"
TEXT_OF_ROW = 0.66
"""The largest size of a text in a row, of the row's height."""
GAP = 3.0
"""Between two cells."""
NO_GOALS = "no result goal"


class Rows:
    """The rows of members in a box: their places and names, and the line between them if some are left out."""

    def __init__(self, board: Board, chart: AttainmentChart, box: Box, name_width: float, size: float) -> None:
        """`box` has the rows alone; the names are at its left."""
        self.board, self.chart, self.box, self.name_width = board, chart, box, name_width
        self._gap_row = chart.above if chart.left_out and 0 < chart.above < len(chart.rows) else None
        count = len(chart.rows) + (self._gap_row is not None)
        self.height = box.height / count if count else box.height
        self.size = min(size, self.height * TEXT_OF_ROW)

    def __iter__(self) -> Iterator[tuple[MemberRow, float, float]]:
        """Yield each row with its top and its bottom, without the gap between rows."""
        for i, row in enumerate(self.chart.rows):
            place = i + (self._gap_row is not None and i >= self._gap_row)
            top = self.box.top + place * self.height
            yield row, top + GAP / 2, top + self.height - GAP / 2

    def names(self) -> Iterator[Shape]:
        """The names, and how many members are left out."""
        for row, top, bottom in self:
            name = fitted(display_name(self.board, row.member) or row.member.handle, self.size, self.name_width - 14)
            yield self.text(self.box.left, top, bottom, name, name="member")
        if self.chart.left_out:
            place = self._gap_row if self._gap_row is not None else len(self.chart.rows)
            top = self.box.top + place * self.height
            left_out = f"{plural(self.chart.left_out, 'member')} left out"
            yield self.text(self.box.left, top, top + self.height, left_out, colour="dim", name="left-out")

    def text(
        self,
        x: float,
        top: float,
        bottom: float,
        text: str,
        *,
        colour: str = "ink",
        anchor: Anchor = "start",
        bold: bool = False,
        name: str,
    ) -> Text:
        """A text in a row."""
        y, size = (top + bottom) / 2 + self.size * 0.36, self.size
        return Text(x=x, y=y, text=text, size=size, colour=colour, anchor=anchor, bold=bold, name=name)


def bar_shapes(rows: Rows, left: float, right: float) -> Iterator[Shape]:
    """A bar of attainment for each member, with its pace, and a dot where it ends at this pace; its scale is above."""
    known = [value for row in rows.chart.rows for value in (row.attainment, row.at_this_pace) if value is not None]
    ticks = number_ticks(0.0, min(max([1.0, *known]), LONGEST_BAR), SCALE_TICKS)
    size = rows.size
    begin = left + text_width("1000 %", size)
    scale = Scale(0.0, ticks[-1], begin, right - text_width("100 %", size))
    for tick in ticks:
        x = scale.at(tick)
        is_target = abs(tick - 1.0) < 1e-9
        yield line(((x, rows.box.top), (x, rows.box.bottom)), "pace" if is_target else "grid", 1.5, name="grid")
        y = rows.box.top - size * 0.6
        yield Text(x=x, y=y, text=f"{tick * 100:.0f} %", size=size * 0.85, colour="dim", anchor="middle", name="tick")
    for row, top, bottom in rows:
        if row.attainment is None or row.pace is None:
            yield rows.text(begin + 8, top, bottom, NO_GOALS, colour="dim", name="without")
            continue
        inset = (bottom - top) * 0.18
        end = scale.at(min(max(row.attainment, 0.0), ticks[-1]))
        number = format.percent(row.attainment)
        yield rows.text(begin - size * 0.6, top, bottom, number, anchor="end", bold=True, name="attainment")
        yield rectangle(Box(begin, top + inset, max(end, begin + 1), bottom - inset), fill="bar", name="bar")
        x = scale.at(row.pace)
        yield line(((x, top + 1), (x, bottom - 1)), "ink", 3, name="pace-mark")
        if row.at_this_pace is not None and row.at_this_pace > row.attainment:
            ends = scale.at(min(row.at_this_pace, ticks[-1]))
            middle = (top + bottom) / 2
            yield line(((end, middle), (ends, middle)), "value", 2.5, dash="2 5", name="at-this-pace")
            yield diamond(ends, middle, size * 0.3, fill="value", name="at-this-pace")
            at_end, begins = format.percent(row.at_this_pace), ends + size * 0.6
            if begins - size * 0.3 < x < begins + text_width(at_end, size):
                # Not over the mark of the pace.
                begins = x + size * 0.5
            yield rows.text(begins, top, bottom, at_end, colour="value", name="at-this-pace")


def heat_map_shapes(rows: Rows, left: float, right: float) -> Iterator[Shape]:
    """A cell for each member and week with the attainment at its end, in the colour of how that was to the pace."""
    weeks = rows.chart.weeks
    if not weeks:
        return
    width = (right - left) / len(weeks)
    size = min(rows.size, (width - GAP) / text_width("100 %", 1.2))
    label_size = min(rows.size * 0.9, (width - 2 * GAP) / text_width("30 Nov", 1.0))
    for i, week in enumerate(weeks):
        yield from _week_label(week, left + (i + 0.5) * width, rows.box.top, label_size)
    for row, top, bottom in rows:
        if row.attainment is None and not any(row.weeks):
            yield rows.text(left + 8, top, bottom, NO_GOALS, colour="dim", name="without")
            continue
        for i, (week, reading) in enumerate(zip(weeks, row.weeks, strict=True)):
            cell = Box(left + i * width + GAP / 2, top, left + (i + 1) * width - GAP / 2, bottom)
            if reading is None:
                # An empty cell with a border is a week to come, a bare one a week without a check-in.
                if week.state == "to come":
                    yield rectangle(cell, stroke="grid", dash=TO_COME_DASH, name="to-come")
                else:
                    yield _cell_text(cell, "–", size, "dim", name="no-check-in")
                continue
            is_running = week.state == "running"
            dash, border = (RUNNING_DASH, "ink") if is_running else ("", "")
            yield rectangle(
                cell, fill=reading.level, stroke=border, dash=dash, name=f"cell {reading.level.replace(' ', '-')}"
            )
            yield _cell_text(cell, format.percent(reading.attainment), size, ON_LEVEL[reading.level], name="cell-text")


def _week_label(week: Week, x: float, top: float, size: float) -> Iterator[Shape]:
    """The first day of a week, and what is partial about it."""
    partial = "so far" if week.state == "running" else f"{week.days} d" if week.days < 7 else ""
    colour = "dim" if week.state == "to come" else "ink"
    day = format.short_day(week.starts)
    yield Text(x=x, y=top - size * 0.6, text=day, size=size, colour=colour, anchor="middle", name="week")
    if partial:
        y = top - size * 1.75
        yield Text(x=x, y=y, text=partial, size=size, colour="dim", anchor="middle", name="partial-week")


def _cell_text(cell: Box, text: str, size: float, colour: str, *, name: str) -> Text:
    x, y = (cell.left + cell.right) / 2, (cell.top + cell.bottom) / 2 + size * 0.36
    return Text(x=x, y=y, text=text, size=size, colour=colour, anchor="middle", name=name)
