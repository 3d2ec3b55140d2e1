"""The detail of one goal: its fields, revisions and check-ins as lines, its burn-up as a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.accuracy import accuracy_for
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.forecast.team import team_forecast
from teamboard.domain.goals.activity import driven, driving
from teamboard.domain.goals.progress import contributions
from teamboard.domain.goals.revisions import makes_goal, open_proposal
from teamboard.domain.handles import display_name
from teamboard.domain.records import Activity, CheckIn, DoneOrNot, Goal, Member, Milestones, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.board import alignment_fields, owner_name
from teamboard.render.goals.activities import curves, describe_driven_by, describe_drives, describe_total
from teamboard.render.goals.carriers import carrier_lines
from teamboard.render.goals.forecasts import (
    assigned_text,
    describe_accuracy,
    describe_gap,
    describe_value_and_gap,
    forecast_fields,
    has_figures,
)
from teamboard.render.line_layout import (
    HELP_SIGN,
    REVISION_SIGN,
    Line,
    Span,
    SpanStyle,
    full_state_span,
    has_pace,
    progress_bar,
    wrapped,
)
from teamboard.render.revisions import describe_state, names_to_acknowledge, summarize_revision, timeline_lines
from teamboard.ui.widgets.activity_chart import TICK_CELLS, ActivityChart
from teamboard.ui.widgets.burn_up import BurnUpChart
from teamboard.ui.widgets.lines_view import LinesView

LABEL_CELLS = 14
MAX_BAR_CELLS = 40
MIN_ROWS_FOR_CHART = 20
MIN_ROWS_FOR_TWO_CHARTS = 32


def detail_lines(
    shown: BoardOnDay,
    goal: AnyGoal,
    width: int,
    *,
    reader: Member | None,
    check_in_key: str = "",
    revise_key: str = "",
    with_curves: bool = False,
) -> Iterator[Line]:
    """The lines of a goal's detail, wrapped to the width; the keys are what they tell to press, "" for none.

    The figures and milestones come first, then what was agreed, then what was checked in. How good the owner's calls
    were is shown to a `reader` who may read it. With `with_curves` the weeks of an activity are among the lines, for a
    window that has no room for charts.
    """
    board, now = shown.board, shown.standing(goal)
    room = max(width - 2, 20)
    bar_cells = min(max(room - 22, 8), MAX_BAR_CELLS)
    yield from _wrapped(format.goal_label(goal), "strong", room)
    yield (
        (" ", ""),
        *progress_bar(now, bar_cells, paced=has_pace(goal), call=shown.missed_call(goal)),
        (f"  {format.percent(now.progress)}  ", "text"),
        full_state_span(goal, now, shown.day),
    )
    yield from _waiting_lines(board, goal, room, revise_key)
    if now.blocker:
        yield from _field("needs help", f"{HELP_SIGN} {now.blocker}", room, "help")
    yield ()
    yield from _figures(shown, goal, room, reader)
    yield from _milestone_lines(board, goal)
    yield ()
    yield from _field_if("drives", describe_drives(board, goal), room)
    yield from _field_if("driven by", describe_driven_by(board, goal), room)
    yield from _field("owner", owner_name(board, goal), room)
    yield from _field("days", format.days(goal.starts, goal.due, shown.day), room)
    yield from _field("measure", format.describe_measure(goal.measure, board.number_format), room)
    yield from _field_if("kind", goal.kind if isinstance(goal, Goal) else "", room)
    for label, text in alignment_fields(board, goal):
        yield from _field(label, text, room)
    yield from _field_if("why", goal.why, room)
    if with_curves and (curve_lines := list(curves(shown, goal, room + 1, indent=1))):
        yield from ((), *curve_lines)
    if isinstance(goal, TeamGoal):
        yield from _shares(board, goal, room)
    if board.revisions_of(goal.id):
        yield ()
        yield from timeline_lines(shown, goal, width)
    yield ()
    checkins = board.checkins_of(goal.id)
    for checkin in reversed(checkins):
        yield from _checkin(board, goal, checkin, room)
    if not checkins and not isinstance(goal, TeamGoal):
        yield ((" ", ""), (f"no check-in yet{f'; press {check_in_key}' if check_in_key else ''}", "dim"))


def _figures(shown: BoardOnDay, goal: AnyGoal, room: int, reader: Member | None) -> Iterator[Line]:
    """Where a goal stands and where that leads: value, target and gap, pace, run rate, forecast and calls."""
    board, now, numbers = shown.board, shown.standing(goal), shown.board.number_format
    if not has_figures(goal):
        yield from _field("now", format.describe_value(goal.measure, now, numbers), room)
        return
    forecasts = Forecasts(shown)
    figures = forecasts.of(goal)
    if now.week is None:
        yield from _field("now", describe_value_and_gap(forecasts, goal), room)
    else:
        yield from _field("now", format.describe_week(goal.measure, now.week, numbers), room)
        yield from _field("in all", f"{describe_total(board, goal, now)}{describe_gap(numbers, goal, figures)}", room)
    if has_pace(goal):
        week = format.trend(now.trend)
        moved = "no change this week" if week == "—" else f"{week} points this week"
        yield from _field("pace", f"{format.percent(now.pace)}, {moved}", room)
    for label, text in forecast_fields(numbers, goal, figures):
        yield from _field(label, text, room)
    if isinstance(goal, TeamGoal):
        found = team_forecast(forecasts, goal)
        yield from _field_if("assigned", assigned_text(found, numbers), room)
        if carriers := list(carrier_lines(board, found, room)):
            yield from ((), *(((" ", ""), *line) for line in carriers))
        return
    owner = board.member(goal.owner)
    if owner is None or figures.calls.call is None:
        return
    if good := accuracy_for(board, owner, reader):
        yield from _field("accuracy", f"calls were {describe_accuracy(good)}", room)


def _waiting_lines(board: Board, goal: AnyGoal, room: int, revise_key: str) -> Iterator[Line]:
    """What waits for an answer: a proposed revision, and whoever must still acknowledge one."""
    proposal = open_proposal(board, goal.id)
    if proposal is not None:
        how = f"; {revise_key} shows it" if revise_key else ""
        what = describe_state(board, proposal) if makes_goal(proposal) else summarize_revision(board, proposal)
        yield from _wrapped(f"{REVISION_SIGN} {proposal.id} {what}{how}", "warn", room)
    waiting = names_to_acknowledge(board, goal)
    if waiting:
        yield from _wrapped(f"{REVISION_SIGN} to acknowledge: {waiting}", "warn", room)


def _milestone_lines(board: Board, goal: AnyGoal) -> Iterator[Line]:
    if isinstance(goal.measure, Milestones):
        yield ()
        last = board.last_checkin(goal.id)
        for step in goal.measure.milestones:
            done = last is not None and step.name in last.done
            sign: Span = ("● ", "achieved") if done else ("○ ", "dim")
            yield ((" ", ""), sign, (one_line(step.name), "text" if done else "dim"))


def _wrapped(text: str, style: SpanStyle, room: int, indent: str = " ") -> Iterator[Line]:
    for piece in wrapped(text, room - len(indent) + 1):
        yield ((indent, ""), (piece, style))


def _field(label: str, text: str, room: int, style: SpanStyle = "text") -> Iterator[Line]:
    for i, piece in enumerate(wrapped(text, room - LABEL_CELLS)):
        yield ((" ", ""), ((label if i == 0 else "").ljust(LABEL_CELLS), "dim"), (piece, style))


def _field_if(label: str, text: str, room: int) -> Iterator[Line]:
    """A field that is left out if it is empty."""
    if text:
        yield from _field(label, text, room)


def _shares(board: Board, goal: TeamGoal, room: int) -> Iterator[Line]:
    shares = sorted(contributions(board, goal).items(), key=lambda share: -share[1])
    if not shares or goal.rolls_up != "mean":
        return
    yield ()
    yield ((" ", ""), ("who carries it", "dim"))
    names = {handle: board.member(handle) for handle, _ in shares}
    cells = max(len(display_name(board, m)) if m else 0 for m in names.values())
    for handle, share in shares:
        member = names[handle]
        full = round(share * max(room - cells - 10, 4))
        name = display_name(board, member) if member else handle
        yield ((f" {name:<{cells}} ", "text"), ("━" * full, "accent"), (f" {format.percent(share)}", "dim"))


def _checkin(board: Board, goal: AnyGoal, checkin: CheckIn, room: int) -> Iterator[Line]:
    day = f"{board.checkin_day(checkin):%d %b}"
    sure = f"  confidence {checkin.confidence}" if checkin.confidence is not None else ""
    sure += f"  corrected by {checkin.corrected_by}" if checkin.corrected_by else ""
    source = format.describe_source(checkin)
    by = f"  {source or checkin.by}" if source or checkin.by != goal.owner else ""
    value = format.amount(checkin.value, goal.measure, board.number_format)
    yield ((f" {day}  ", "dim"), (value, "strong"), (f"{by}{sure}", "dim"))
    indent = " " * 9
    if calls := format.describe_calls(checkin, goal.measure, board.number_format).removeprefix(", "):
        yield from _wrapped(calls, "text", room, indent)
    if checkin.note:
        yield from _wrapped(checkin.note, "text", room, indent)
    if checkin.next_step:
        yield from _wrapped(f"next: {checkin.next_step}", "dim", room, indent)
    if checkin.blocker:
        yield from _wrapped(f"{HELP_SIGN} {checkin.blocker}", "help", room, indent)


class GoalDetail(Container):
    """The pane that shows the selected goal."""

    DEFAULT_CSS: ClassVar[str] = """
    GoalDetail {
        background: $background;
        LinesView { width: 1fr; height: 1fr; }
        #charts { width: 1fr; height: 12; layout: vertical; }
        #charts BurnUpChart { height: 1fr; }
        #charts LinesView { height: 1; margin: 0 1; }
    }
    """

    def __init__(self, key_name: Callable[[str], str], *, id: str | None = None) -> None:
        """`key_name` returns the key of a named action on this screen, "" for none."""
        super().__init__(id=id)
        self._key_name = key_name
        self._shown: tuple[BoardOnDay, AnyGoal] | None = None
        self._reader: Member | None = None
        self._text = LinesView(id="detail-text")
        self._charts: tuple[Container, ActivityChart, BurnUpChart] | None = None
        self._legends: tuple[LinesView, ...] = ()
        self._with_curves = False

    def compose(self) -> ComposeResult:
        yield self._text

    def show(self, shown: BoardOnDay, goal: AnyGoal, reader: Member | None) -> None:
        """Show a goal to a reader; the text is scrolled to its top if it is another one."""
        if self._shown is None or self._shown[1].id != goal.id:
            self._text.scroll_to(y=0, animate=False)
        self._shown, self._reader = (shown, goal), reader
        self._write()

    def scroll_text(self, lines: int) -> None:
        """Scroll the text."""
        self._text.scroll_relative(y=lines, animate=False)

    def on_resize(self) -> None:
        self._write()

    def _lines(self, width: int) -> Iterator[Line]:
        if self._shown is not None:
            check_in_key, revise_key = self._key_name("check-in"), self._key_name("revise")
            yield from detail_lines(
                *self._shown,
                width,
                reader=self._reader,
                check_in_key=check_in_key,
                revise_key=revise_key,
                with_curves=self._with_curves,
            )

    def _write(self) -> None:
        if self._shown is None or not self.size.width:
            return
        shown, goal = self._shown
        activity, result = _activity_and_result(shown.board, goal)
        is_vertical = self.styles.layout is not None and self.styles.layout.name == "vertical"
        rows = self.size.height if is_vertical else MIN_ROWS_FOR_TWO_CHARTS
        has_two_charts = activity is not None and rows >= MIN_ROWS_FOR_TWO_CHARTS
        self._with_curves = not has_two_charts
        self._text.write(self._lines)
        is_drawn_as_text = isinstance(goal.measure, DoneOrNot) or (activity is goal and not has_two_charts)
        if is_drawn_as_text or rows < MIN_ROWS_FOR_CHART:
            if self._charts is not None:
                self._charts[0].display = False
            return
        if self._charts is None:
            weeks, course = ActivityChart(), BurnUpChart()
            above, below = LinesView(lambda _: (weeks.legend(),)), LinesView(lambda width: (course.legend(width),))
            self._legends = above, below
            self._charts = Container(above, weeks, below, course, id="charts"), weeks, course
            self.mount(self._charts[0])
        charts, weeks, course = self._charts
        charts.display, weeks.display = True, has_two_charts
        charts.set_class(has_two_charts, "-two")
        if activity is not None and has_two_charts:
            weeks.show(shown, activity, result)
        course.show(shown, result, tick_cells=TICK_CELLS if has_two_charts else 0)
        for legend, is_shown in zip(self._legends, (has_two_charts, True), strict=True):
            legend.display = is_shown
            legend.rewrite()


def _activity_and_result(board: Board, goal: AnyGoal) -> tuple[AnyGoal | None, AnyGoal]:
    """The activity whose weeks are shown above the curve of a result; for an activity that drives nothing, its own."""
    if isinstance(goal.measure, Activity):
        return goal, driven(board, goal) or goal
    return next(iter(driving(board, goal)), None), goal
