"""The alignment of goals as a table: each team goal with its carriers, or each member with their goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Literal, NamedTuple

from rich.cells import cell_len

from teamboard.domain.alignment import Below, Branch, Carrier, alignment, part_shares
from teamboard.domain.amounts import format_short
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.assigned import assigned_of, can_be_assigned
from teamboard.domain.goals.closing import team_goals_in_play
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import name_some
from teamboard.render import format
from teamboard.render.board import describe_serving
from teamboard.render.board_header import id_cells
from teamboard.render.goals.figure_columns import FigureColumns, FigureTable, share_spans
from teamboard.render.goals.forecasts import describe_callers
from teamboard.render.line_layout import REVISION_SIGN, WIDE_FROM, Line, Span, SpanStyle, filled, fit, wrapped
from teamboard.render.revisions import names_to_acknowledge

Arrangement = Literal["team goal", "member"]
ARRANGEMENTS: tuple[Arrangement, ...] = ("team goal", "member")

NONE = "(none)"
"""In the place of a team goal's id, of goals that are aligned to none."""
SERVES_IT, SERVED_IT = "serves it", "served it"
FULL_NAMES_FROM = 96
"""The width from which carriers have their full names, and team goals their titles in the column of what is served."""
MOST_NAME_CELLS = {True: 18, False: 11}
"""The most cells of a carrier's name, in full or not."""
SERVES_CELLS = {True: 18, False: 8}
MOST_HELPERS = 5
LEAST_TITLE_CELLS = 12
"""What is left of a title beside the part or weight with which its goal counts."""


class TreeRow(NamedTuple):
    """A row of the tree: `draw(width)` returns its line; the id of its record, if any.

    `under` tells apart the rows of one record that is shown under several team goals.
    """

    draw: Callable[[int], Line]
    record_id: RecordId | None = None
    under: str = ""


class AlignmentTable:
    """The tree by team goal (each with its carriers) or by member (each with their goals), in columns.

    `align_key` is the key that aligns a goal, for what is assigned to nobody; "" for none.
    """

    def __init__(self, shown: BoardOnDay, arrangement: Arrangement, align_key: str = "") -> None:
        self._shown, self._arrangement, self._align_key = shown, arrangement, align_key
        self._figures = FigureTable(shown)
        self._id_cells = id_cells(shown.board)

    @cached_property
    def rows(self) -> list[TreeRow]:
        """The rows below the headings."""
        return list(self._rows_by_team_goal() if self._arrangement == "team goal" else self._rows_by_member())

    def caption(self, width: int) -> Line:
        """The headings of the columns."""
        columns = self._columns_for(width)
        goal_cells = columns.id + columns.figures.title
        first, second = ("who", "goal") if self._arrangement == "team goal" else ("goal", "serves")
        cells = (columns.name, goal_cells) if self._arrangement == "team goal" else (goal_cells, columns.name)
        heads: Line = (("  " + fit(first, cells[0]), "dim"), (fit(second, cells[1]), "dim"))
        return _with_margin(width, (*heads, *self._figures.heading(columns.figures)))

    # -- rows

    def _rows_by_team_goal(self) -> Iterator[TreeRow]:
        """Each team goal, then its carriers with their goals, notes, and an empty line."""
        for branch in alignment(self._shown):
            team_goal = branch.team_goal
            if team_goal is None and not branch.carriers:
                continue
            under = team_goal.id if team_goal else NONE
            if team_goal is None:
                yield TreeRow(_unaligned_line)
            else:
                yield TreeRow(partial(self._team_goal_line, team_goal, branch.depth), team_goal.id, under)
            yield from self._parts(branch, under)
            yield from self._notes(branch)
            yield TreeRow(_blank_line)

    def _parts(self, branch: Branch, under: str) -> Iterator[TreeRow]:
        """The carriers of a team goal with their goals, and the team goals that serve it."""
        for carrier in branch.carriers:
            for i, goal in enumerate(carrier.goals or (None,)):
                draw = partial(self._carrier_line, carrier, goal, branch, first=i == 0)
                yield TreeRow(draw, goal.id if goal else carrier.member.id, under)
        for below in branch.below:
            yield TreeRow(partial(self._below_line, below, branch), below.team_goal.id, under)

    def _notes(self, branch: Branch) -> Iterator[TreeRow]:
        """What is to be said below the parts of a team goal."""
        board, team_goal = self._shown.board, branch.team_goal
        if team_goal is None:
            return
        if not branch.depth and (above := board.goal(team_goal.serves)) and above.outcome:
            yield TreeRow(partial(_note_line, f"served {describe_serving(board, team_goal)}", "dim"))
        if team_goal.rolls_up == "own":
            serving = "; these goals serve it" if any(c.goals for c in branch.carriers) or branch.below else ""
            yield TreeRow(partial(_note_line, f"measured by check-ins of its own{serving}", "dim"))
        elif not branch.carriers and not branch.below:
            yield TreeRow(partial(_note_line, "nobody carries it yet", "warn"))
        else:
            yield from self._assigned_rows(team_goal, branch.depth)
        calls = self._figures.forecasts.calls(team_goal)
        if called := describe_callers(calls):
            amount = format.amount_on_axis(calls.so_far or 0.0, team_goal.measure, board.number_format)
            yield TreeRow(partial(_note_line, f"{called}: {amount}", "dim"))
        if waiting := names_to_acknowledge(board, team_goal):
            yield TreeRow(partial(_note_line, f"{REVISION_SIGN} to acknowledge: {waiting}", "warn"))
        if branch.helpers:
            names = name_some([display_name(board, m) for m in branch.helpers], MOST_HELPERS)
            yield TreeRow(partial(_note_line, f"could help: {names}", "accent"))

    def _assigned_rows(self, team_goal: TeamGoal, depth: int) -> Iterator[TreeRow]:
        """What of an open team goal that is a sum is assigned, and where that is not its target, the difference."""
        found = assigned_of(self._shown.board, team_goal)
        if found is None or team_goal.outcome:
            return

        def row(label: str, value: float, style: SpanStyle, hint: str = "") -> TreeRow:
            text = format.amount_on_axis(value, team_goal.measure, self._shown.board.number_format)
            return TreeRow(partial(self._sum_line, label, text, hint, style, depth))

        yield row("assigned", found.assigned, "dim")
        if found.differs and found.unassigned > 0:
            can_be_aligned = self._align_key and can_be_assigned(self._shown.board, team_goal)
            hint = f"{self._align_key} on a goal assigns it" if can_be_aligned else ""
            yield row("assigned to nobody", found.unassigned, "warn", hint)
        elif found.differs:
            yield row("more than the target", -found.unassigned, "dim")

    def _rows_by_member(self) -> Iterator[TreeRow]:
        """Each member, then their open goals, once for each team goal in play that they are aligned to."""
        board = self._shown.board
        shares = {t.id: part_shares(board, t) for t in team_goals_in_play(board)}
        for member in self._shown.members:
            yield TreeRow(partial(_member_line, board, member), member.id, member.id)
            goals = board.open_goals_of(member.handle)
            for goal in goals:
                served: list[RecordId | None] = [t for t in goal.aligned if t in shares]
                for team_goal_id in served or [None]:
                    team_goal = board.goal(team_goal_id)
                    assert team_goal is None or isinstance(team_goal, TeamGoal)
                    share = shares[team_goal_id].get(goal.id) if team_goal_id else None
                    draw = partial(self._member_goal_line, goal, team_goal, share)
                    yield TreeRow(draw, goal.id, f"{member.id}{team_goal_id or ''}")
            if not goals:
                yield TreeRow(partial(_note_line, "no goals yet", "dim"))
            yield TreeRow(_blank_line)

    # -- lines

    def _columns_for(self, width: int) -> _Columns:
        """The columns for a width."""
        wide, in_full = width >= WIDE_FROM, width >= FULL_NAMES_FROM
        name = self._name_cells[in_full] + 2 if self._arrangement == "team goal" else SERVES_CELLS[in_full]
        number = self._id_cells + (2 if wide else 1)
        room = width - (4 if wide else 3) - name - number
        return _Columns(name, number, self._figures.columns(room))

    @cached_property
    def _name_cells(self) -> dict[bool, int]:
        """The cells of the longest name of a carrier, in full or not."""
        least = len(SERVED_IT) + 1 if any(t.serves for t in team_goals_in_play(self._shown.board)) else 4
        return {
            full: max(min(max((cell_len(self._name(m, full)) for m in self._shown.members), default=0), most), least)
            for full, most in MOST_NAME_CELLS.items()
        }

    def _name(self, member: Member, in_full: bool) -> str:
        """A carrier's name, or only the first one."""
        return format.short_name(self._shown.board, member, MOST_NAME_CELLS[in_full], full=in_full)

    def _title(
        self, columns: _Columns, goal: AnyGoal, indent: str, style: SpanStyle, weights: tuple[str, ...] = ()
    ) -> Line:
        """A goal's id and title, and the first of the `weights` that fits: the part or weight with which it counts."""
        cells = columns.figures.title - len(indent) - 1
        fitting = (f" {weight}" for weight in weights if cells - cell_len(weight) - 1 >= LEAST_TITLE_CELLS)
        weight = next(fitting, "")
        title: Span = (fit(goal.title, cells - cell_len(weight)), style)
        return ((fit(goal.id, columns.id), "accent"), title, (f"{weight} ", "dim"))

    def _team_goal_line(self, team_goal: TeamGoal, depth: int, width: int) -> Line:
        """A team goal with its figures."""
        columns, indent = self._columns_for(width), _indent(depth, width)
        room = 2 + columns.name + columns.figures.title - len(indent)
        title: Line = ((indent, ""), (fit(team_goal.id, columns.id), "accent"), (fit(team_goal.title, room), "strong"))
        return _with_margin(width, (*title, *self._figures.line(columns.figures, team_goal)))

    def _carrier_line(self, carrier: Carrier, goal: Goal | None, branch: Branch, width: int, *, first: bool) -> Line:
        """A goal of a carrier; the carrier's name and share are shown on the first one only."""
        columns, indent, team_goal = self._columns_for(width), _indent(branch.depth, width), branch.team_goal
        name = self._name(carrier.member, width >= FULL_NAMES_FROM) if first else ""
        is_shared = team_goal is not None and team_goal.rolls_up != "own"
        share = carrier.share if first and is_shared else None
        spans: list[Span] = [(indent + "  " + fit(name, columns.name), "strong" if first else "")]
        if goal is None:
            note = "with a goal that is over" if is_shared else "checks in on it"
            spans.append((fit(note, columns.id + columns.figures.title - len(indent)), "dim"))
            if share is not None:
                spans += [(" " * self._figures.cells_before_share(columns.figures), "")]
                spans += share_spans(columns.figures, share)
            return _with_margin(width, tuple(spans))
        weights = _weights(self._shown.board, goal, team_goal) if team_goal else ()
        spans += self._title(columns, goal, indent, "text", weights)
        return _with_margin(width, (*spans, *self._figures.line(columns.figures, goal, team_goal, share)))

    def _below_line(self, below: Below, branch: Branch, width: int) -> Line:
        """A team goal that serves the one of the branch, and its share; its own branch follows."""
        columns, indent, team_goal = self._columns_for(width), _indent(branch.depth, width), below.team_goal
        above = branch.team_goal
        share = below.share if above is not None and above.rolls_up != "own" else None
        note: Span = (indent + "  " + fit(SERVED_IT if team_goal.outcome else SERVES_IT, columns.name), "dim")
        title = self._title(columns, team_goal, indent, "strong")
        return _with_margin(width, (note, *title, *self._figures.line(columns.figures, team_goal, above, share)))

    def _sum_line(self, label: str, number: str, hint: str, style: SpanStyle, depth: int, width: int) -> Line:
        """A sum of the carriers' targets below them, with a hint after it; in words where there is no such column."""
        columns, indent = self._columns_for(width), _indent(depth, width)
        cells = columns.name + columns.id + columns.figures.title - len(indent)
        column = self._figures.number(columns.figures, number)
        if not column:
            return _note_line(f"{label}: {number}{f', {hint}' if hint else ''}", style, width)
        line: Line = ((f"{indent}  {fit(label, cells)}", style), *column, (f"   {hint}" if hint else "", "dim"))
        return _with_margin(width, line)

    def _member_goal_line(self, goal: Goal, team_goal: TeamGoal | None, share: float | None, width: int) -> Line:
        """A goal of a member with the team goal it is aligned to (None: to no team goal), and its own share in it."""
        columns, serves = self._columns_for(width), NONE
        if team_goal is not None:
            name = format.goal_label(team_goal) if width >= FULL_NAMES_FROM else team_goal.id
            serves = f"→ {team_goal.id} (over)" if team_goal.outcome else f"→ {name}"
        weights = _weights(self._shown.board, goal, team_goal) if team_goal else ()
        spans: list[Span] = [
            ("  ", ""),
            *self._title(columns, goal, "", "text", weights),
            (fit(serves, columns.name - 1) + " ", "dim" if team_goal else "warn"),
        ]
        return _with_margin(width, (*spans, *self._figures.line(columns.figures, goal, team_goal, share)))


class _Columns(NamedTuple):
    """The widths of the columns, in cells: of the carrier or what a goal serves, of the id, and the others."""

    name: int
    id: int
    figures: FigureColumns


def _with_margin(width: int, line: Line) -> Line:
    """A line with its left margin, cut or padded to the width."""
    return filled((("  " if width >= WIDE_FROM else " ", ""), *line), width)


def _blank_line(_: int) -> Line:
    """An empty line at every width."""
    return ()


def _unaligned_line(width: int) -> Line:
    """The heading above the goals that are aligned to no team goal."""
    return _with_margin(width, ((f"{NONE}  Aligned to no team goal", "warn"),))


def _note_line(text: str, style: SpanStyle, width: int) -> Line:
    """A note below a team goal or member, cut to one line."""
    pieces = wrapped(text, max(width - 8, 10))
    return _with_margin(width, (("  ", ""), (pieces[0] + (" …" if len(pieces) > 1 else ""), style)))


def _indent(depth: int, width: int) -> str:
    """The indentation of a team goal with so many above it; deep ones stand below each other."""
    return "  " * min(depth, 8 if width >= WIDE_FROM else 4)


def _member_line(board: Board, member: Member, width: int) -> Line:
    """A member's name and title."""
    return _with_margin(width, ((display_name(board, member), "strong"), (f"  {one_line(member.role)}", "dim")))


def _weights(board: Board, goal: Goal, team_goal: TeamGoal) -> tuple[str, ...]:
    """What part of a goal counts for a team goal, and its weight if a mean counts that; in full, then shorter."""
    share = goal.aligned[team_goal.id]
    part = (f"{format.percent(share)} of it", format.percent(share)) if share < 1 else ()
    if goal.weight == 1 or team_goal.rolls_up != "mean":
        return part
    weight = f"weight {format_short(goal.weight, board.number_format)}"
    return (f"{part[0]}, {weight}", *part) if part else (weight,)
