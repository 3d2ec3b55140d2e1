"""The alignment of goals as a tree of lines: each team goal with its carriers, or each member with their goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, NamedTuple

from teamboard.domain.alignment import Below, Branch, Carrier, alignment, part_shares
from teamboard.domain.amounts import format_short
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.closing import team_goals_in_play
from teamboard.domain.goals.revisions import unacknowledged
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.board import describe_serving
from teamboard.render.line_layout import (
    HELP_SIGN,
    REVISION_SIGN,
    WIDE_FROM,
    Line,
    Span,
    SpanStyle,
    filled,
    fit,
    has_pace,
    progress_bar,
    right_aligned,
    state_span,
    wrapped,
)

Arrangement = Literal["team goal", "member"]
ARRANGEMENTS: tuple[Arrangement, ...] = ("team goal", "member")

UNALIGNED_SIGN = "?"
WEIGHT_CELLS = 7
STATE_CELLS = 14
SHARE_CELLS = 6


class TreeRow(NamedTuple):
    """A row of the tree: `draw(width)` returns its line; the id of its record, if any.

    `under` tells apart the rows of one record that is shown under several team goals.
    """

    draw: Callable[[int], Line]
    record_id: RecordId | None = None
    under: str = ""


def tree_rows(shown: BoardOnDay, arrangement: Arrangement, align_key: str = "") -> list[TreeRow]:
    """The rows of the tree, by team goal (each with its carriers) or by member (each with their goals).

    `align_key` is the key that aligns a goal, for what is with nobody; "" for none.
    """
    branches = alignment(shown)
    return list(
        _rows_by_team_goal(shown, branches, align_key) if arrangement == "team goal" else _rows_by_member(shown)
    )


def _rows_by_team_goal(shown: BoardOnDay, branches: list[Branch], align_key: str) -> Iterator[TreeRow]:
    """Each team goal, then its carriers with their goals, notes, and an empty line."""
    for branch in branches:
        team_goal = branch.team_goal
        if team_goal is None and not branch.carriers:
            continue
        under = team_goal.id if team_goal else UNALIGNED_SIGN
        if team_goal is None:
            yield TreeRow(_unaligned_line)
        else:
            yield TreeRow(partial(_team_goal_line, shown, team_goal, branch.depth), team_goal.id, under)
        yield from _parts(shown, branch, under)
        yield from _notes(shown, branch, align_key)
        yield TreeRow(_blank_line)


def _parts(shown: BoardOnDay, branch: Branch, under: str) -> Iterator[TreeRow]:
    """The carriers of a team goal with their goals, and the team goals that serve it."""
    for carrier in branch.carriers:
        for i, goal in enumerate(carrier.goals or (None,)):
            draw = partial(_carrier_line, shown, carrier, goal, branch, first=i == 0)
            yield TreeRow(draw, goal.id if goal else carrier.member.id, under)
    for below in branch.below:
        yield TreeRow(partial(_below_line, shown, below, branch), below.team_goal.id, under)


def _notes(shown: BoardOnDay, branch: Branch, align_key: str) -> Iterator[TreeRow]:
    """What is to be said below the parts of a team goal."""
    team_goal = branch.team_goal
    if team_goal is not None and not branch.depth and (above := shown.board.goal(team_goal.serves)) and above.outcome:
        yield TreeRow(partial(_note_line, f"served {describe_serving(shown.board, team_goal)}", "dim"))
    if team_goal is not None and team_goal.rolls_up == "own":
        yield TreeRow(partial(_note_line, "measured by check-ins of its own; these goals serve it", "dim"))
    elif team_goal is not None and not branch.carriers and not branch.below:
        yield TreeRow(partial(_note_line, "nobody carries it yet", "warn"))
    elif team_goal is not None and (assigned := format.describe_assigned(shown.board, team_goal)[0]):
        how = f", {align_key} on a goal assigns it" if align_key and assigned.endswith("with nobody") else ""
        yield TreeRow(partial(_note_line, f"{assigned}{how}", "warn" if how else "dim"))
    if branch.helpers:
        names = ", ".join(display_name(shown.board, m) for m in branch.helpers[:5])
        more = f" and {len(branch.helpers) - 5} more" if len(branch.helpers) > 5 else ""
        yield TreeRow(partial(_note_line, f"could help: {names}{more}", "accent"))


def _rows_by_member(shown: BoardOnDay) -> Iterator[TreeRow]:
    """Each member, then their open goals, once for each team goal in play that they are aligned to."""
    board = shown.board
    shares = {t.id: part_shares(board, t) for t in team_goals_in_play(board)}
    for member in shown.members:
        yield TreeRow(partial(_member_line, board, member), member.id, member.id)
        goals = board.open_goals_of(member.handle)
        for goal in goals:
            served: list[RecordId | None] = [t for t in goal.aligned if t in shares]
            for team_goal_id in served or [None]:
                team_goal = board.goal(team_goal_id)
                assert team_goal is None or isinstance(team_goal, TeamGoal)
                share = shares[team_goal_id].get(goal.id, 0.0) if team_goal_id else 0.0
                draw = partial(_member_goal_line, shown, goal, team_goal, share)
                yield TreeRow(draw, goal.id, f"{member.id}{team_goal_id or ''}")
        if not goals:
            yield TreeRow(partial(_note_line, "no goals yet", "dim"))
        yield TreeRow(_blank_line)


def caption(arrangement: Arrangement, width: int) -> Line:
    """The headings of the columns."""
    columns = _columns_for(width)
    share = "share of the result" if columns.bar >= 12 else "share"
    first, second = ("who", "goal") if arrangement == "team goal" else ("goal", "serves")
    first_cells = columns.name if arrangement == "team goal" else columns.id + columns.title
    second_cells = columns.id + columns.title if arrangement == "team goal" else columns.name
    return _with_margin(
        width,
        (
            ("  " + fit(first, first_cells), "dim"),
            (fit(second, second_cells), "dim"),
            (fit("weight", WEIGHT_CELLS), "dim"),
            (right_aligned("now", 6) + "  ", "dim"),
            (fit("status", STATE_CELLS), "dim"),
            (share, "dim"),
        ),
    )


class _Columns(NamedTuple):
    """The widths of the columns, in cells."""

    name: int
    id: int
    title: int
    bar: int


def _columns_for(width: int) -> _Columns:
    """The columns for a width."""
    wide = width >= WIDE_FROM
    name, number = (20, 6) if wide else (12, 5)
    room = width - (4 if wide else 3) - name - number - WEIGHT_CELLS - 8 - STATE_CELLS - SHARE_CELLS - 1
    bar = max(min(room // 3, 24) if wide else room // 5, 4)
    return _Columns(name, number, max(room - bar, 6), bar)


def _with_margin(width: int, line: Line) -> Line:
    """A line with its left margin, cut or padded to the width."""
    return filled((("  " if width >= WIDE_FROM else " ", ""), *line), width)


def _blank_line(_: int) -> Line:
    """An empty line at every width."""
    return ()


def _unaligned_line(width: int) -> Line:
    """The heading above the goals that are aligned to no team goal."""
    return _with_margin(width, ((f"{UNALIGNED_SIGN}  Aligned to no team goal", "warn"),))


def _note_line(text: str, style: SpanStyle, width: int) -> Line:
    """A note below a team goal or member, cut to one line."""
    pieces = wrapped(text, max(width - 8, 10))
    return _with_margin(width, (("  ", ""), (pieces[0] + (" …" if len(pieces) > 1 else ""), style)))


def _indent(depth: int, width: int) -> str:
    """The indentation of a team goal with so many above it; deep ones stand below each other."""
    return "  " * min(depth, 8 if width >= WIDE_FROM else 4)


def _team_goal_line(shown: BoardOnDay, team_goal: TeamGoal, depth: int, width: int) -> Line:
    """A team goal: id, title, progress, status, and how many have yet to acknowledge a revision."""
    columns, now, indent = _columns_for(width), shown.standing(team_goal), _indent(depth, width)
    status, style = state_span(team_goal, now, shown.day)
    cells = min(max(columns.title - 2, 6), 30)
    waiting = len(unacknowledged(shown.board, team_goal.id))
    to_acknowledge = (
        f"{REVISION_SIGN} {waiting} to acknowledge" if columns.bar >= 12 else f"{REVISION_SIGN} {waiting} to ack"
    )
    return _with_margin(
        width,
        (
            (indent, ""),
            (fit(team_goal.id, columns.id), "accent"),
            (
                fit(team_goal.title, columns.name + columns.title + WEIGHT_CELLS - cells - len(indent)) + " ",
                "strong",
            ),
            *progress_bar(now, cells, paced=has_pace(team_goal)),
            (right_aligned(format.percent(now.progress), 7) + "  ", "text"),
            (fit(status, STATE_CELLS), style),
            (to_acknowledge if waiting else "", "warn"),
        ),
    )


def _member_line(board: Board, member: Member, width: int) -> Line:
    """A member's name and title."""
    return _with_margin(width, ((display_name(board, member), "strong"), (f"  {one_line(member.title)}", "dim")))


def _carrier_line(
    shown: BoardOnDay,
    carrier: Carrier,
    goal: Goal | None,
    branch: Branch,
    width: int,
    *,
    first: bool,
) -> Line:
    """A goal of a carrier; the carrier's name and share are shown on the first one only."""
    columns, indent = _columns_for(width), _indent(branch.depth, width)
    name = format.short_name(shown.board, carrier.member, columns.name, full=True) if first else ""
    spans: list[Span] = [(indent + "  " + fit(name, columns.name), "strong" if first else "")]
    if goal is None:
        own = branch.team_goal is not None and branch.team_goal.rolls_up == "own"
        note = "checks in on it" if own else "with a goal that is over"
        spans.append((fit(note, columns.id + columns.title - len(indent) + WEIGHT_CELLS + 8 + STATE_CELLS), "dim"))
    else:
        team_goal_id = branch.team_goal.id if branch.team_goal else None
        spans.append((fit(goal.id, columns.id), "accent"))
        spans.append((fit(goal.title, columns.title - 1 - len(indent)) + " ", "text"))
        spans += _state_spans(shown, goal, _weight_text(shown.board, goal, team_goal_id) if team_goal_id else goal.kind)
    if branch.team_goal is not None and branch.team_goal.rolls_up != "own" and first:
        spans += _share_spans(carrier.share, columns.bar)
    return _with_margin(width, tuple(spans))


def _below_line(shown: BoardOnDay, below: Below, branch: Branch, width: int) -> Line:
    """A team goal that serves the one of the branch, and its share; its own branch follows."""
    columns, indent, team_goal = _columns_for(width), _indent(branch.depth, width), below.team_goal
    note = "served it" if team_goal.outcome else "serves it"
    spans: list[Span] = [
        (indent + "  " + fit(note, columns.name), "dim"),
        (fit(team_goal.id, columns.id), "accent"),
        (fit(team_goal.title, columns.title - 1 - len(indent)) + " ", "strong"),
        *_state_spans(shown, team_goal, "—"),
    ]
    if branch.team_goal is not None and branch.team_goal.rolls_up != "own":
        spans += _share_spans(below.share, columns.bar)
    return _with_margin(width, tuple(spans))


def _member_goal_line(shown: BoardOnDay, goal: Goal, team_goal: TeamGoal | None, share: float, width: int) -> Line:
    """A goal of a member with the team goal it is aligned to (None: to no team goal), and its own share in it."""
    columns = _columns_for(width)
    serves = f"{UNALIGNED_SIGN}  no team goal" if width >= WIDE_FROM else f"{UNALIGNED_SIGN} none"
    if team_goal is not None:
        serves = f"→ {team_goal.id} (over)" if team_goal.outcome else f"→ {format.goal_label(team_goal)}"
    spans: list[Span] = [
        ("  " + fit(goal.id, columns.id), "accent"),
        (fit(goal.title, columns.title - 1) + " ", "text"),
        (fit(serves, columns.name - 1) + " ", "dim" if team_goal else "warn"),
        *_state_spans(shown, goal, _weight_text(shown.board, goal, team_goal.id) if team_goal else goal.kind),
    ]
    if share:
        spans += _share_spans(share, columns.bar)
    return _with_margin(width, tuple(spans))


def _state_spans(shown: BoardOnDay, goal: AnyGoal, weight: str) -> Line:
    """Weight, progress, status, and the sign for help wanted."""
    now = shown.standing(goal)
    status, style = state_span(goal, now, shown.day)
    flag = f" {HELP_SIGN}" if now.blocker else ""
    return (
        (fit(weight, WEIGHT_CELLS), "dim"),
        (right_aligned(format.percent(now.progress), 6) + "  ", "text"),
        (status, style),
        (flag + " " * (STATE_CELLS - len(status) - len(flag)), "help"),
    )


def _weight_text(board: Board, goal: Goal, team_goal_id: RecordId) -> str:
    """What a goal counts for a team goal: its share if it is aligned to several, its weight if that is not 1."""
    share = goal.aligned[team_goal_id]
    parts = [format.percent(share)] if share < 1 else []
    if goal.weight != 1:
        parts.append(f"×{format_short(goal.weight, board.number_format)}")
    return " ".join(parts) or "—"


def _share_spans(share: float, cells: int) -> Line:
    """A bar of a share, full at 100 %, and its percentage."""
    full = min(round(share * cells), cells)
    full = max(full, 1) if share > 0 else max(full, 0)
    return (
        ("━" * full, "accent"),
        ("─" * (cells - full), "track"),
        (right_aligned(format.percent(share), SHARE_CELLS), "text"),
    )
