"""A board or a goal as lines: what `show` prints, and what starting without a terminal prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_filter import FilteredBoard, filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.closing import ending_of
from teamboard.domain.goals.progress import contributions, next_step_of
from teamboard.domain.records import CheckIn, Goal, Milestones, TeamGoal
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.render import format
from teamboard.render.board_header import header_line, id_cells
from teamboard.render.format import name_of
from teamboard.render.goals.activities import curves, describe_driven_by, describe_drives, describe_total
from teamboard.render.goals.board_line import columns_for, goal_line
from teamboard.render.line_layout import Line, SpanStyle
from teamboard.render.revisions import timeline_lines
from teamboard.render.team.member import member_section

LATEST_CHECKINS = 8


def board_lines(shown: BoardOnDay, width: int, *, past: bool = False) -> Iterator[Line]:
    """The whole board as the board screen draws it; with `past`, the header marks it as a past day's."""
    board = shown.board
    yield header_line(shown, past=past)
    yield ()
    columns = columns_for(width, id_cells(board))
    filtered: FilteredBoard = filter_board(shown)
    for team_goal in filtered.team_goals:
        yield goal_line(shown, team_goal, columns)
    for section in filtered.sections:
        yield ()
        yield from member_section(shown, section.member, (*section.goals, *section.proposed), columns)
    if not filtered.sections:
        yield (("There are no members yet. Add one with `teamboard member add`.", "dim"),)


def goal_lines(shown: BoardOnDay, goal: AnyGoal, width: int, figures: Iterable[Line] = ()) -> Iterator[Line]:
    """A goal or team goal: its line, fields, `figures`, milestones or contributions, revisions, latest check-ins."""
    board = shown.board
    yield goal_line(shown, goal, columns_for(width, id_cells(board)))
    yield ()
    yield from _field_lines(shown, goal)
    yield from figures
    yield from _milestone_lines(board, goal)
    if curve_lines := list(curves(shown, goal, width, indent=3)):
        yield from ((), *curve_lines)
    if isinstance(goal, TeamGoal):
        for handle, share in sorted(contributions(board, goal).items(), key=lambda x: -x[1]):
            yield ((f"   {format.percent(share):>6}  ", "strong"), (handle, "text"))
    if board.revisions_of(goal.id):
        yield ()
        yield from (((("  "), ""), *line) for line in timeline_lines(shown, goal, width - 2))
    check_ins = board.checkins_of(goal.id)[-LATEST_CHECKINS:]
    if check_ins:
        yield ()
    for check_in in reversed(check_ins):
        yield from _check_in_line(board, goal, check_in)
    earlier = len(board.checkins_of(goal.id)) - len(check_ins)
    if earlier:
        how = shell_command("show", "--goal", goal.id, "--json")
        yield ((f"    {plural(earlier, 'earlier check-in')}: {how} lists them", "dim"),)


def _field_lines(shown: BoardOnDay, goal: AnyGoal) -> Iterator[Line]:
    """A goal's fields, each with its label; those that are empty are left out."""
    board, now = shown.board, shown.standing(goal)
    fields: list[tuple[str, str, SpanStyle]] = [
        ("owner", owner_name(board, goal), "text"),
        ("measure", format.describe_measure(goal.measure, board.number_format), "text"),
        ("now", format.describe_value(goal.measure, now, board.number_format), "text"),
        ("in all", describe_total(board, goal, now), "text"),
        ("status", _status_in_full(shown, goal), "text"),
        ("days", f"{goal.starts} to {goal.due}", "text"),
        *((label, text, "text") for label, text in alignment_fields(board, goal)),
        ("why", one_line(goal.why), "text"),
        ("drives", describe_drives(board, goal), "text"),
        ("driven by", describe_driven_by(board, goal), "text"),
        ("blocked", one_line(now.blocker), "help"),
        ("next step", one_line(next_step_of(board, goal)), "text"),
    ]
    for label, text, style in fields:
        if text:
            yield ((f"   {label:<10}", "dim"), (text, style))


def _status_in_full(shown: BoardOnDay, goal: AnyGoal) -> str:
    """What the goal's line has no room for: `new, first update due Fri`, `no update for 16 days`; "" for the others."""
    now = shown.standing(goal)
    return format.describe_status(now, shown.day) if goal.outcome is None and now.status in ("new", "stale") else ""


def _milestone_lines(board: Board, goal: AnyGoal) -> Iterator[Line]:
    """A goal's milestones, each with a sign for done or not."""
    if isinstance(goal.measure, Milestones):
        last = board.last_checkin(goal.id)
        for step in goal.measure.milestones:
            done = last is not None and step.name in last.done
            yield (("   ● " if done else "   ○ ", "achieved" if done else "dim"), (one_line(step.name), "text"))


def owner_name(board: Board, goal: AnyGoal) -> str:
    """The name of a goal's owner."""
    return name_of(board, goal.owner)


def describe_alignment(board: Board, goal: Goal) -> str:
    """The team goals that a goal is aligned to, with shares below 100 %, and how a closed one ended.

    Such as `T3 New ARR (60 %), T4 Win back (40 %, dropped on 2026-11-20)`.
    """
    labels = []
    for team_goal_id, share in goal.aligned.items():
        asides = [format.percent(share)] if share < 1 else []
        if (team_goal := board.goal(team_goal_id)) is not None and team_goal.outcome:
            asides.append(ending_of(board, team_goal))
        labels.append(format.label_of(board, team_goal_id) + (f" ({', '.join(asides)})" if asides else ""))
    return ", ".join(labels) or "no team goal"


def describe_serving(board: Board, team_goal: TeamGoal) -> str:
    """The team goal that one serves, and how it ended if it is closed: `T1 New ARR (dropped on 2026-11-20)`."""
    above = board.goal(team_goal.serves)
    if above is None:
        return "no team goal"
    return format.goal_label(above) + (f" ({ending_of(board, above)})" if above.outcome else "")


def alignment_fields(board: Board, goal: AnyGoal) -> Iterator[tuple[str, str]]:
    """Yield as label and text what a goal is aligned to, or what a team goal serves and which open ones serve it."""
    if isinstance(goal, Goal):
        yield "aligned", describe_alignment(board, goal)
        return
    if goal.serves:
        yield "serves", describe_serving(board, goal)
    below = [format.goal_label(t) for t in board.serving(goal.id) if t.outcome is None]
    if below:
        yield "served by", ", ".join(below)


def _check_in_line(board: Board, goal: AnyGoal, checkin: CheckIn) -> Iterator[Line]:
    """One check-in: day, value, call, author, confidence, note, id, and who corrected it."""
    confidence = f"  confidence {checkin.confidence}" if checkin.confidence is not None else ""
    yield (
        (f"   {board.checkin_day(checkin)}  ", "dim"),
        (format.amount(checkin.value, goal.measure, board.number_format), "strong"),
        (format.describe_calls(checkin, goal.measure, board.number_format), "text"),
        (f"  {format.describe_source(checkin) or checkin.by}{confidence}", "dim"),
        (f"  {one_line(checkin.note)}" if checkin.note else "", "text"),
        (f"  {checkin.id}{f', corrected by {checkin.corrected_by}' if checkin.corrected_by else ''}", "dim"),
    )
