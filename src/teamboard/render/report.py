"""The report of a period beside the one before, as lines: what `Q` shows and `period report` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.ids import RecordId
from teamboard.domain.report import BINS, RESULTS, GoalResult, Kind, PeriodReport, Result, Tally
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import name_of
from teamboard.render.line_layout import Line, SpanStyle, fit, right_aligned, wrapped
from teamboard.render.revisions import REASON_LABELS, summarize_revision

LABEL_CELLS = 18
COUNT_CELLS = 5
MAX_BAR_CELLS = 28
KIND_LABELS: dict[Kind, str] = {"team": "team goals", "result": "results", "skill": "skills", "career": "career"}
RESULT_STYLES: dict[Result, SpanStyle] = {
    "achieved": "achieved",
    "missed": "behind",
    "dropped": "stale",
    "handed over": "dim",
    "carried": "at-risk",
    "open": "text",
}


class Count(NamedTuple):
    """A count in a period and in the one before; `before` is None if there was no period before."""

    label: str
    now: int
    before: int | None
    style: SpanStyle = "accent"


class Section(NamedTuple):
    """Counts that belong together, their title, and a note beside the title."""

    title: str
    aside: str
    counts: list[Count]


def report_title(report: PeriodReport) -> str:
    """The title: `Q4 2026: the result`, or `… the result so far` while the period runs."""
    return f"{one_line(report.period.name)}: {'the result' if report.over else 'the result so far'}"


def describe_days(report: PeriodReport) -> str:
    """First and last day of the period; while it runs also `day 53 of 92`."""
    total_days = (report.period.ends - report.period.starts).days + 1
    passed = (report.day - report.period.starts).days + 1
    progress = "" if report.over else f" · day {max(passed, 0)} of {total_days}"
    return f"{report.period.starts} to {report.period.ends}{progress}"


def count_sections(now: PeriodReport, before: PeriodReport | None) -> list[Section]:
    """The sections of counts (outcomes, progress, revisions by reason), each beside the period before."""
    tally_before = before.tally if before else None
    reasons = list(dict.fromkeys([*now.reasons, *(before.reasons if before else {})]))
    return [
        Section(
            "What became of the goals",
            f"{now.tally.all} goals" + (f", {tally_before.all} before" if tally_before else ""),
            [
                Count(r, now.tally.count(r), tally_before.count(r) if tally_before else None, RESULT_STYLES[r])
                for r in RESULTS
                if r in ("achieved", "missed") or now.tally.count(r) or (tally_before and tally_before.count(r))
            ],
        ),
        Section(
            "How far they came",
            "the members' goals by their progress at the end" if now.over else "the members' goals by their progress",
            [
                Count(label, now.distribution[i], before.distribution[i] if before else None)
                for i, (label, _) in enumerate(BINS)
            ],
        ),
        Section(
            "How often they were revised, and why",
            f"{plural(len(now.revisions), 'revision')} of {plural(now.revised, 'goal')}"
            + (f", {len(before.revisions)} before" if before else ""),
            [
                Count(REASON_LABELS[r], now.reasons.get(r, 0), before.reasons.get(r, 0) if before else None)
                for r in reasons
            ],
        ),
    ]


def describe_tally(tally: Tally) -> str:
    """The counts of a tally that are not 0: `2 achieved, 1 missed`."""
    counts = [f"{count} {r}" for r in RESULTS if (count := tally.count(r))]
    return ", ".join(counts) or "no goal"


def describe_carriers(report: PeriodReport, team_goal: AnyGoal, aligned: Tally) -> str:
    """What carries a team goal: `2 achieved, 1 missed`, or `2 team goals serve it`, or both; `no goal aligned`."""
    serving = report.serving(team_goal)
    parts = [describe_tally(aligned)] if aligned.all else []
    parts += [f"{plural(serving, 'team goal')} {'serves' if serving == 1 else 'serve'} it"] if serving else []
    return " · ".join(parts) or "no goal aligned"


def revision_rows(board: Board, report: PeriodReport) -> list[tuple[RecordId, str, str]]:
    """Each revision of a period as (id, what it changed, why)."""
    rows = []
    for revision in report.revisions:
        change, reason = summarize_revision(board, revision), REASON_LABELS[revision.reason]
        summary = f"{format.label_of(board, revision.goal)}: {change} ({reason}, {name_of(board, revision.by)})"
        rows.append((revision.id, summary, one_line(revision.why)))
    return rows


def report_lines(board: Board, now: PeriodReport, before: PeriodReport | None, width: int) -> Iterator[Line]:
    """The whole report, `before` beside `now` where there was a period before."""
    yield ((f" {report_title(now)}", "strong"), (f"   {describe_days(now)}", "dim"))
    if before is not None:
        yield ((f" beside {one_line(before.period.name)}, {describe_days(before)}", "dim"),)
    for section in count_sections(now, before):
        yield ()
        yield ((f" {section.title}", "strong"), (f"   {section.aside}", "dim"))
        yield from _count_lines(section, now, before, width)
        if section.title.startswith("What became"):
            yield from _kind_lines(now, before, width)
            yield from _team_goal_lines(now, before, width)
    yield from _revision_lines(board, now, width)


def _count_lines(section: Section, now: PeriodReport, before: PeriodReport | None, width: int) -> Iterator[Line]:
    """A bar for each count of a section, beside the bar of the period before."""
    cells = _bar_cells(width, two_periods=before is not None)
    if before is not None and section.counts:
        yield (
            (" " * (LABEL_CELLS + 2), ""),
            (fit(now.period.name, cells + COUNT_CELLS + 2), "dim"),
            (fit(before.period.name, cells + COUNT_CELLS), "dim"),
        )
    most_now = max((c.now for c in section.counts), default=0)
    most_before = max((c.before or 0 for c in section.counts), default=0)
    for count in section.counts:
        spans = [(f"  {fit(count.label, LABEL_CELLS)}", "text"), *_count_bar(count.now, most_now, cells, count.style)]
        if count.before is not None:
            spans += [("  ", ""), *_count_bar(count.before, most_before, cells, "dim")]
        yield tuple(spans)
    if not section.counts:
        yield (("  none", "dim"),)


def _bar_cells(width: int, *, two_periods: bool) -> int:
    """The width of a bar in cells; with `two_periods`, two bars share the width."""
    room = width - LABEL_CELLS - 4 - (2 if two_periods else 1) * (COUNT_CELLS + 1)
    return max(min(room // (2 if two_periods else 1), MAX_BAR_CELLS), 4)


def _count_bar(count: int, most: int, cells: int, style: SpanStyle) -> Line:
    """A bar of a count, full for the count `most`, and the number."""
    full = round(count / most * cells) if most else 0
    full = max(full, 1) if count else 0
    number = str(count) if count else "—"
    return (
        ("━" * full, style),
        ("─" * (cells - full), "track"),
        (right_aligned(number, COUNT_CELLS), "text" if count else "dim"),
    )


def _kind_lines(now: PeriodReport, before: PeriodReport | None, width: int) -> Iterator[Line]:
    """The outcomes of each kind of goal, beside the period before."""
    yield ()
    cells = _bar_cells(width, two_periods=before is not None) + COUNT_CELLS + 2
    for kind, tally in now.by_kind.items():
        tally_before = before.by_kind.get(kind) if before else None
        words, label = describe_tally(tally), f"  {fit(KIND_LABELS[kind], LABEL_CELLS)}"
        yield (
            (label, "text"),
            (fit(words, cells), "text"),
            (describe_tally(tally_before) if tally_before else "", "dim"),
        )


def _team_goal_lines(now: PeriodReport, before: PeriodReport | None, width: int) -> Iterator[Line]:
    """The team goals of the period, then those of the period before (dimmed)."""
    yield ()
    for report in (now, before) if before else (now,):
        for goal_result, aligned in report.by_team_goal:
            carriers = describe_carriers(report, goal_result.goal, aligned)
            yield _team_goal_line(goal_result, carriers, width, now=report is now)


def _team_goal_line(goal_result: GoalResult, carriers: str, width: int, *, now: bool) -> Line:
    """A team goal: progress, outcome, and what carries it."""
    cells = max(min(width // 3, 36), 16)
    return (
        (f"  {fit(goal_result.goal.id, 5)}", "accent" if now else "dim"),
        (fit(goal_result.goal.title, cells), "text" if now else "dim"),
        (right_aligned(format.percent(goal_result.progress), 7) + "  ", "text" if now else "dim"),
        (fit(goal_result.result, 10), RESULT_STYLES[goal_result.result] if now else "dim"),
        (carriers, "dim"),
    )


def _revision_lines(board: Board, now: PeriodReport, width: int) -> Iterator[Line]:
    """The revisions of the period, each with its reason."""
    if now.revisions:
        yield ()
    for revision_id, summary, why in revision_rows(board, now):
        for i, piece in enumerate(wrapped(summary, max(width - 10, 20))):
            yield ((f"  {fit(revision_id if i == 0 else '', 5)}", "accent"), (piece, "text"))
        for piece in wrapped(why, max(width - 10, 20)):
            yield ((" " * 7, ""), (piece, "dim"))
