"""The counts of a period's report as bars beside those of the period before, each with the goals that it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.status import Status
from teamboard.domain.report import BINS, RESULTS, PeriodReport, Result, need_attention
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.line_layout import (
    HELP_SIGN,
    Line,
    Span,
    SpanStyle,
    fit,
    full_state_span,
    has_pace,
    right_aligned,
    wrapped,
)
from teamboard.render.revisions import REASON_LABELS

LABEL_CELLS = 18
COUNT_CELLS = 4
LEAST_BAR, MOST_BAR = 8, 16
LEAST_GOALS_CELLS = 24
"""The goals behind a count are named where there is room for that many cells of them."""
LEAST_GOAL_CELLS = 5
"""An id, a name and a comma take at least that many cells."""
MOST_ATTENTION = 8
"""Of the goals that need attention as many are listed; a title says so where there are more."""
OUTCOMES = "What became of the goals"
"""The title of the section of outcomes."""
OPEN_WORDS: dict[Status, str] = {
    "behind": "behind",
    "at risk": "at risk",
    "stale": "no update",
    "on track": "on track",
    "new": "new",
}
"""The statuses of open goals in the words of the report, in its order."""
RESULT_STYLES: dict[Result, SpanStyle] = {
    "achieved": "achieved",
    "missed": "behind",
    "dropped": "stale",
    "handed over": "dim",
    "carried": "at-risk",
    "open": "dim",
}


class Count(NamedTuple):
    """A count in a period and in the one before, None if there was none, and the goals that it counts in the first."""

    label: str
    now: int
    before: int | None
    style: SpanStyle = "accent"
    goals: tuple[AnyGoal, ...] = ()


class Attention(NamedTuple):
    """A goal that is to be looked at: progress and pace, its state, and the help that is wanted or ""."""

    goal: AnyGoal
    figures: str
    state: Span
    help_wanted: str = ""


class AttentionList(NamedTuple):
    """A title, and the goals below it of `of_all`; `nothing` is said where there are none."""

    title: str
    rows: list[Attention]
    of_all: int
    nothing: str

    def aside(self, most: int | None = None) -> str:
        """What stands beside the title: `10 of 36 goals; the 8 most pressing` where at most 8 of them are listed."""
        if not self.rows:
            return self.nothing
        more = f"; the {most} most pressing" if most is not None and len(self.rows) > most else ""
        return f"{len(self.rows)} of {plural(self.of_all, 'goal')}{more}"


class Section(NamedTuple):
    """Counts that belong together, their title, and a note beside the title."""

    title: str
    aside: str
    counts: list[Count]


def count_sections(board: Board, now: PeriodReport, before: PeriodReport | None) -> list[Section]:
    """The sections of counts (outcomes, progress, revisions by reason), each beside the period before."""
    return [_outcomes(now, before), _progress(now, before), _reasons(board, now, before)]


def _outcomes(now: PeriodReport, before: PeriodReport | None) -> Section:
    tally_before = before.tally if before else None
    teams = len(now.by_team_goal)
    apart = f", without {plural(teams, 'team goal')}" if teams else ""
    return Section(
        OUTCOMES,
        f"{plural(now.tally.all, 'goal')}{f', {tally_before.all} before' if tally_before else ''}{apart}",
        [
            Count(
                result,
                now.tally.count(result),
                tally_before.count(result) if tally_before else None,
                RESULT_STYLES[result],
                tuple(r.goal for r in now.of_members if r.result == result),
            )
            for result in RESULTS
            if result in ("achieved", "missed")
            or now.tally.count(result)
            or (tally_before and tally_before.count(result))
        ],
    )


def _progress(now: PeriodReport, before: PeriodReport | None) -> Section:
    return Section(
        "How far they came",
        "the members' goals by their progress at the end" if now.over else "the members' goals by their progress",
        [
            Count(
                label,
                len(results),
                None if before is None else len(before.by_progress[i]),
                goals=tuple(r.goal for r in results),
            )
            for i, ((label, _), results) in enumerate(zip(BINS, now.by_progress, strict=True))
        ],
    )


def _reasons(board: Board, now: PeriodReport, before: PeriodReport | None) -> Section:
    reasons = list(dict.fromkeys([*now.reasons, *(before.reasons if before else {})]))
    return Section(
        "How often they were revised, and why",
        f"{plural(len(now.revisions), 'revision')} of {plural(now.revised, 'goal')}"
        + (f", {len(before.revisions)} before" if before else ""),
        [
            Count(
                REASON_LABELS[reason],
                now.reasons.get(reason, 0),
                before.reasons.get(reason, 0) if before else None,
                goals=tuple(g for v in now.revisions if v.reason == reason and (g := board.goal(v.goal))),
            )
            for reason in reasons
        ],
    )


def bar_cells(width: int, *, two_periods: bool) -> int:
    """The width of a bar in cells; with `two_periods`, two bars share the width with the goals that they count."""
    periods = 2 if two_periods else 1
    room = width - LABEL_CELLS - 2 - periods * (COUNT_CELLS + 2) - LEAST_GOALS_CELLS
    return min(max(room // (periods * 2), LEAST_BAR), MOST_BAR)


def count_lines(
    shown: BoardOnDay, section: Section, now: PeriodReport, before: PeriodReport | None, width: int
) -> Iterator[Line]:
    """A bar for each count of a section beside that of the period before, and the goals that it counts.

    All bars have one scale: a full one is all that is counted in its period.
    """
    if not section.counts:
        yield (("  none", "dim"),)
        return
    cells = bar_cells(width, two_periods=before is not None)
    all_now, all_before = (
        sum(counts) for counts in zip(*((c.now, c.before or 0) for c in section.counts), strict=True)
    )
    yield _heading(now, before, cells)
    for count in section.counts:
        spans: list[Span] = [(f"  {fit(count.label, LABEL_CELLS)}", "text")]
        spans += _count_bar(count.now, all_now, cells, count.style)
        if count.before is not None:
            spans += [("  ", ""), *_count_bar(count.before, all_before, cells, "dim")]
        room = width - sum(cell_len(text) for text, _ in spans) - 3
        if count.label == "open" and section.title == OUTCOMES:
            words = _describe_open(shown, count.goals, room)
        else:
            words = name_goals(shown.board, count.goals, room)
        yield (*spans, (f"   {words}" if words else "", "dim"))


def _heading(now: PeriodReport, before: PeriodReport | None, cells: int) -> Line:
    """The names of the periods over their bars, and what a full bar is."""
    spans: list[Span] = [(" " * (LABEL_CELLS + 2), "")]
    for report in (now, before) if before else (now,):
        spans += [(fit(report.period.name, cells + COUNT_CELLS), "dim"), ("  ", "")]
    return (*spans, (" a full bar is all of them", "dim"))


def _count_bar(count: int, whole: int, cells: int, style: SpanStyle) -> Line:
    """A bar of a count, full for the count `whole`, and the number."""
    full = round(count / whole * cells) if whole else 0
    full = min(max(full, 1), cells) if count else 0
    number = str(count) if count else "—"
    return (
        ("━" * full, style),
        ("─" * (cells - full), "track"),
        (right_aligned(number, COUNT_CELLS), "text" if count else "dim"),
    )


def name_goals(board: Board, goals: Sequence[AnyGoal], cells: int) -> str:
    """The goals by id and title, where that is too long by id and owner, and as many as fit; "" without room.

    `G23 ARR Nordics`; `G17 Pau, G23 Ben, G38 Dana and 3 more`.
    """
    if not goals or cells < LEAST_GOALS_CELLS:
        return ""
    # No more can fit: of a large team only these are looked at.
    first = goals[: cells // LEAST_GOAL_CELLS + 1]
    titles = ", ".join(format.goal_label(goal) for goal in first)
    if len(first) == len(goals) and (cell_len(titles) <= cells or len(goals) == 1):
        return fit(titles, cells).rstrip()
    owners = [f"{goal.id} {format.first_name(board, goal.owner)}" for goal in first]
    for count in range(len(owners), 1, -1):
        words = ", ".join(owners[:count]) + (f" and {len(goals) - count} more" if count < len(goals) else "")
        if cell_len(words) <= cells:
            return words
    more = f" and {len(goals) - 1} more"
    return fit(owners[0], cells - len(more)).rstrip() + more


def _describe_open(shown: BoardOnDay, goals: Iterable[AnyGoal], cells: int) -> str:
    """Why goals are open: how many have each status, as far as there is room."""
    counts = Counter(shown.standing(goal).status for goal in goals)
    words = [f"{n} {word}" for status, word in OPEN_WORDS.items() if (n := counts.get(status))]
    while words and cell_len(", ".join(words)) > cells:
        words.pop()
    return ", ".join(words)


def attention(shown: BoardOnDay, now: PeriodReport) -> AttentionList:
    """The goals that need attention, or of a period that is over those that were missed, each with the reason."""
    if now.over:
        missed = [
            Attention(r.goal, "", (format.percent(r.progress), "behind")) for r in now.results if r.result == "missed"
        ]
        return AttentionList("Missed", missed, len(now.results), "no goal was missed")
    goals = need_attention(shown, (r.goal for r in now.results if r.result == "open"))
    rows = []
    for goal in goals:
        standing = shown.standing(goal)
        pace = f", pace {format.percent(standing.pace)}" if has_pace(goal) else ""
        state, help_wanted = full_state_span(goal, standing, shown.day), one_line(standing.blocker or "")
        rows.append(Attention(goal, f"{format.percent(standing.progress)}{pace}", state, help_wanted))
    nothing = "no goal is behind, at risk, without update or in need of help"
    return AttentionList("Needs attention", rows, len(now.results), nothing)


def attention_lines(shown: BoardOnDay, now: PeriodReport, width: int) -> Iterator[Line]:
    """The goals of `attention` as lines, the most pressing of more than MOST_ATTENTION."""
    found = attention(shown, now)
    style: SpanStyle = "warn" if found.rows else "dim"
    cells = len(found.title) + 4
    for i, piece in enumerate(wrapped(found.aside(MOST_ATTENTION), max(width - cells, 20))):
        yield ((f" {found.title}   " if i == 0 else " " * cells, "strong"), (piece, style))
    for row in found.rows[:MOST_ATTENTION]:
        spans: list[Span] = [(f"{row.figures}  ", "text")] if row.figures else []
        spans.append(row.state)
        if row.help_wanted:
            spans.append((f"  {HELP_SIGN} {row.help_wanted}", "help"))
        yield _attention_line(shown.board, row.goal, tuple(spans), width)


def _attention_line(board: Board, goal: AnyGoal, state: Line, width: int) -> Line:
    """A goal with its owner, and why it is listed."""
    name = 16 if width >= 100 else 12
    title = max(min(width - name - 50, 36), 16)
    owner = board.member(goal.owner)
    who = format.short_name(board, owner, name - 2, full=True) if owner else goal.owner
    return (
        (f"  {fit(goal.id, 5)}", "accent"),
        (f"{fit(goal.title, title - 1)} ", "text"),
        (fit(who, name), "dim"),
        *state,
    )
