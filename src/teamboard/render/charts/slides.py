"""Charts as pictures: slides of one goal, of the team and of a period; and the parts of them for a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.charts.attainment import AttainmentChart, attainment_chart
from teamboard.domain.charts.burn_up import burn_up
from teamboard.domain.errors import Refused
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.goals.closing import team_goals_in_play
from teamboard.domain.records import EarlierPeriod, Period, TeamGoal
from teamboard.domain.report import PeriodReport
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.render import format
from teamboard.render.board_header import day_of_period, team_name
from teamboard.render.charts.burn_up import LARGE, SMALL, burn_up_shapes
from teamboard.render.charts.legends import bar_keys, burn_up_keys, heat_map_keys, legend_bottom, legend_shapes
from teamboard.render.charts.members import Rows, bar_shapes, heat_map_shapes
from teamboard.render.charts.shapes import Box, Picture, Shape, Text, fitted, text_width
from teamboard.render.charts.svg import inline_svg
from teamboard.render.goals.activities import describe_total
from teamboard.render.goals.forecasts import (
    describe_callers,
    describe_gap,
    describe_value_and_target,
    forecast_fields,
    has_figures,
)
from teamboard.render.report import describe_days, describe_tally, report_title

WIDTH, HEIGHT, MARGIN = 1600.0, 900.0, 64.0
WEEKS = "Attainment by week"
PAGE_WIDTH = 860.0
"""The width of the pictures of a document, so that their text has the size of the document's."""
PAGE_NAMES = 170.0
"""What the names of members have of it."""
MOST_TEAM_GOALS = 8
MOST_IN_A_ROW = 4
MOST_ROWS, MOST_ROWS_OF_A_PAGE = 18, 40
MOST_ROWS_BELOW_GOALS = {0: 14, 1: 10, 2: 7}
"""The most members of a team's slide, by the rows of team goals above them."""
ROW_HEIGHT = 62.0
"""The most that a row of a member is high on a slide."""


def goal_slide(shown: BoardOnDay, goal: AnyGoal) -> Picture:
    """The burn-up of a goal; raises Refused for one that is done or not, which has no values to draw."""
    if not has_figures(goal):
        raise Refused(
            f"{goal.id} is done or not: it has no values to draw. {shell_command('show', '--goal', goal.id)} shows it."
        )
    forecasts = Forecasts(shown)
    course, now = burn_up(forecasts, goal), shown.standing(goal)
    unit = format.unit_on_axis(goal.measure)
    gap = describe_gap(shown.board.number_format, goal, forecasts.of(goal))
    reached = f"{_reached(forecasts, goal)}{gap}"
    about = [
        goal.id,
        format.name_of(shown.board, goal.owner),
        format.days(goal.starts, goal.due, shown.day),
        format.describe_status(now, shown.day),
    ]
    about += [called] if (called := describe_callers(course.calls)) else []
    shapes: list[Shape] = list(_heading(shown, one_line(goal.title), reached, " · ".join(about)))
    shapes += legend_shapes(burn_up_keys([course]), MARGIN, 236, 20, WIDTH - MARGIN)
    box = Box(MARGIN, 290, WIDTH - MARGIN, HEIGHT - MARGIN - 10)
    if unit:
        shapes.append(Text(x=MARGIN, y=box.top - 20, text=fitted(unit, 18, 400), size=18, colour="dim", name="unit"))
    shapes += burn_up_shapes(course, goal, shown.board.number_format, shown.day, box, LARGE)
    return Picture(format.goal_label(goal), WIDTH, HEIGHT, tuple(shapes))


def team_slide(shown: BoardOnDay, period: Period) -> Picture:
    """The team goals, each with its burn-up, above the attainment of members by week."""
    forecasts = Forecasts(shown)
    goals, left_out = _team_goals(shown)
    rows = -(-len(goals) // MOST_IN_A_ROW)
    chart = attainment_chart(forecasts, period, MOST_ROWS_BELOW_GOALS[rows])
    title = team_name(shown.board)
    about = [one_line(period.name), day_of_period(period, shown.day)]
    about += [f"{plural(left_out, 'more team goal')} left out"] if left_out else []
    shapes: list[Shape] = list(_heading(shown, title, "", " · ".join(about)))
    courses = [burn_up(forecasts, goal) for goal in goals if has_figures(goal)]
    top = 150.0
    if goals:
        legend = legend_shapes(burn_up_keys(courses, with_today=True), MARGIN, 166, 17, WIDTH - MARGIN)
        begin = legend_bottom(legend, 166) + 34
        bottom = begin + (260 if rows == 1 else 2 * 190)
        shapes += legend
        shapes += _cards(forecasts, goals, Box(MARGIN, begin, WIDTH - MARGIN, bottom), min(len(goals), MOST_IN_A_ROW))
        top = bottom + 20
    shapes += _heat_map(shown, chart, Box(MARGIN, top, WIDTH - MARGIN, HEIGHT - 44), 210, 17, WEEKS)
    return Picture(f"{title}, {one_line(period.name)}", WIDTH, HEIGHT, tuple(shapes))


def report_slide(shown: BoardOnDay, report: PeriodReport) -> Picture:
    """A period at a glance: the attainment of members as bars on one scale, and by week."""
    chart = attainment_chart(Forecasts(shown), report.period, MOST_ROWS)
    about = f"{describe_tally(report.tally)} · {describe_days(report)}"
    shapes: list[Shape] = list(_heading(shown, f"{team_name(shown.board)}, {report_title(report)}", "", about))
    shapes += legend_shapes(bar_keys(chart), MARGIN, 168, 16, WIDTH - MARGIN, "Result goals")
    shapes += legend_shapes(heat_map_keys(shown.board, chart), MARGIN, 198, 16, WIDTH - MARGIN, "By week")
    box = _rows_box(chart, Box(MARGIN, 266, WIDTH - MARGIN, HEIGHT - 60))
    rows = Rows(shown.board, chart, box, 230, 18)
    shapes += [
        *rows.names(),
        *bar_shapes(rows, MARGIN + 230, MARGIN + 640),
        *heat_map_shapes(rows, MARGIN + 660, WIDTH - MARGIN),
    ]
    shapes += _left_out(chart, box)
    return Picture(report_title(report), WIDTH, HEIGHT, tuple(shapes))


def report_charts(shown: BoardOnDay, period: Period) -> dict[str, str]:
    """The charts of a report's document as SVG, by what they show: `attainment`, `weeks` and `team_goals`."""
    forecasts = Forecasts(shown)
    chart = attainment_chart(forecasts, period, MOST_ROWS_OF_A_PAGE)
    goals, _ = _team_goals(shown)
    found: dict[str, Picture] = {}
    if chart.rows:
        found |= {"attainment": _attainment_picture(shown, chart), "weeks": _weeks_picture(shown, chart)}
    if goals:
        found["team_goals"] = _team_goals_picture(forecasts, goals, over=isinstance(period, EarlierPeriod))
    return {name: inline_svg(picture) for name, picture in found.items()}


def _attainment_picture(shown: BoardOnDay, chart: AttainmentChart) -> Picture:
    legend = legend_shapes(bar_keys(chart), 0, 18, 16, PAGE_WIDTH)
    height = 64.0 + _page_rows(chart)
    rows = Rows(shown.board, chart, Box(0, 58, PAGE_WIDTH, height - 6), PAGE_NAMES, 17)
    return Picture(
        "Attainment by member", PAGE_WIDTH, height, (*legend, *rows.names(), *bar_shapes(rows, PAGE_NAMES, PAGE_WIDTH))
    )


def _weeks_picture(shown: BoardOnDay, chart: AttainmentChart) -> Picture:
    height = 130.0 + _page_rows(chart)
    shapes = tuple(_heat_map(shown, chart, Box(0, 0, PAGE_WIDTH, height), PAGE_NAMES, 16))
    return Picture("Attainment by member and week", PAGE_WIDTH, height, shapes)


def _page_rows(chart: AttainmentChart) -> float:
    """How high the rows of a document's picture are together."""
    return 34.0 * (len(chart.rows) + bool(chart.left_out))


def _team_goals_picture(forecasts: Forecasts, goals: Sequence[TeamGoal], *, over: bool) -> Picture:
    courses = [burn_up(forecasts, goal, over=over) for goal in goals if has_figures(goal)]
    legend = legend_shapes(burn_up_keys(courses, with_today=not over), 0, 18, 16, PAGE_WIDTH)
    top = legend_bottom(legend, 18) + 26
    height = top + -(-len(goals) // 2) * 280
    cards = _cards(forecasts, goals, Box(0, top, PAGE_WIDTH, height), 2, over=over)
    return Picture("Team goals", PAGE_WIDTH, height, (*legend, *cards))


def _heading(shown: BoardOnDay, title: str, figures: str, about: str) -> Iterator[Shape]:
    """Title, figures and what else is to be known; team and day at the bottom."""
    width = WIDTH - 2 * MARGIN
    yield Text(x=MARGIN, y=84, text=fitted(title, 42, width, bold=True), size=42, bold=True, name="title")
    if figures:
        yield Text(x=MARGIN, y=138, text=fitted(figures, 30, width), size=30, name="figures")
    below = 182.0 if figures else 124.0
    yield Text(x=MARGIN, y=below, text=fitted(about, 21, width), size=21, colour="dim", name="about")
    source = f"{team_name(shown.board)} · {format.short_day(shown.day)} {shown.day.year}"
    x, y = WIDTH - MARGIN, HEIGHT - 22
    yield Text(x=x, y=y, text=fitted(source, 16, 700), size=16, colour="dim", anchor="end", name="source")


def _reached(forecasts: Forecasts, goal: AnyGoal) -> str:
    """Where a goal stands: `68 % · €812k of €1.2M`."""
    now = forecasts.shown.standing(goal)
    total = describe_total(forecasts.shown.board, goal, now) or describe_value_and_target(forecasts, goal)
    percent = format.percent(now.progress)
    return percent if total == percent else f"{percent} · {total}"


def _team_goals(shown: BoardOnDay) -> tuple[list[TeamGoal], int]:
    """The team goals to draw, those that serve no other one first, and how many are left out."""
    goals = sorted(team_goals_in_play(shown.board), key=lambda goal: goal.serves is not None)
    return goals[:MOST_TEAM_GOALS], max(len(goals) - MOST_TEAM_GOALS, 0)


def _cards(
    forecasts: Forecasts, goals: Sequence[TeamGoal], box: Box, columns: int, *, over: bool = False
) -> Iterator[Shape]:
    """The team goals beside and below each other, each with its figures and its burn-up, `over` or not."""
    gap = 44.0
    ahead = [_ahead(forecasts, goal, over=over) for goal in goals]
    lines = max([1, *map(len, ahead)])
    width, height = (box.width - gap * (columns - 1)) / columns, box.height / -(-len(goals) // columns)
    for i, goal in enumerate(goals):
        left, top = box.left + i % columns * (width + gap), box.top + i // columns * height
        card = Box(left, top, left + width, top + height - 16)
        yield from _card(forecasts, goal, card, ahead[i], lines, over=over)


def _ahead(forecasts: Forecasts, goal: TeamGoal, *, over: bool) -> list[str]:
    """The lines of where a goal ends at this pace, unless it is `over`, and of what is called."""
    told = dict(forecast_fields(forecasts.shown.board.number_format, goal, forecasts.of(goal)))
    lines = [f"at this pace {told['at this pace']}"] if "at this pace" in told and not over else []
    if call := told.get("call"):
        lines.append(call if describe_callers(forecasts.calls(goal)) else f"call {call}")
    return lines


def _card(
    forecasts: Forecasts, goal: TeamGoal, box: Box, ahead: Sequence[str], lines: int, *, over: bool
) -> Iterator[Shape]:
    """A team goal: its figures with the lines of what is `ahead`, in the room of `lines` of them, and its burn-up."""
    shown = forecasts.shown
    numbers, now = shown.board.number_format, shown.standing(goal)
    status = "" if over or not has_figures(goal) else format.describe_status(now, shown.day)
    room = box.width - (text_width(status, 15) + 12 if status else 0)
    title = fitted(one_line(goal.title), 19, room, bold=True)
    yield Text(x=box.left, y=box.top + 18, text=title, size=19, bold=True, name="card-title")
    if status:
        x = box.left + text_width(title, 19, bold=True) + 12
        yield Text(x=x, y=box.top + 18, text=status, size=15, colour="dim", name="card-status")
    if not has_figures(goal):
        yield _card_text(box, 44, format.describe_status(now, shown.day), 17, colour="dim", name="card-figures")
        return
    yield _card_text(box, 44, _reached(forecasts, goal), 17, name="card-figures")
    for i, text in enumerate(ahead):
        yield _card_text(box, 67 + 21 * i, text, 15, colour="dim", name="card-forecast")
    chart = Box(box.left, box.top + 66 + 21 * lines, box.right, box.bottom)
    yield from burn_up_shapes(burn_up(forecasts, goal, over=over), goal, numbers, shown.day, chart, SMALL)


def _card_text(box: Box, y: float, text: str, size: float, *, colour: str = "ink", name: str) -> Text:
    return Text(x=box.left, y=box.top + y, text=fitted(text, size, box.width), size=size, colour=colour, name=name)


def _heat_map(
    shown: BoardOnDay, chart: AttainmentChart, box: Box, names: float, size: float, heading: str = ""
) -> Iterator[Shape]:
    """The heat map with its names, and above it its legend after a heading."""
    legend = legend_shapes(heat_map_keys(shown.board, chart), box.left, box.top + 18, 16, box.right, heading)
    yield from legend
    top = legend_bottom(legend, box.top + 18) + 62
    rows_box = _rows_box(chart, Box(box.left, top, box.right, box.bottom))
    rows = Rows(shown.board, chart, rows_box, names, size)
    yield from rows.names()
    yield from heat_map_shapes(rows, box.left + names, box.right)
    yield from _left_out(chart, rows_box)


def _rows_box(chart: AttainmentChart, box: Box) -> Box:
    """The box cut to rows of ROW_HEIGHT at most."""
    count = len(chart.rows) + bool(chart.left_out)
    return Box(box.left, box.top, box.right, min(box.bottom, box.top + max(count, 1) * ROW_HEIGHT))


def _left_out(chart: AttainmentChart, box: Box) -> Iterator[Shape]:
    if chart.earlier_weeks:
        text = f"{plural(chart.earlier_weeks, 'earlier week')} left out"
        yield Text(x=box.left, y=box.top - 12, text=text, size=15, colour="dim", name="left-out")
