"""The report of a period beside the one before, as lines: what `Q` shows and `period report` prints."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.report import RESULTS, Kind, PeriodReport, Tally
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.board_header import day_of_period
from teamboard.render.format import name_of
from teamboard.render.goals.attained import (
    MEMBERS_NOTE,
    MEMBERS_TITLE,
    TEAM_GOALS_TITLE,
    Row,
    goal_figures,
    member_rows,
    table_lines,
)
from teamboard.render.goals.forecasts import describe_callers
from teamboard.render.line_layout import Line, fit, wrapped
from teamboard.render.report_counts import LABEL_CELLS, OUTCOMES, attention_lines, count_lines, count_sections
from teamboard.render.reviews import STATE_LABELS
from teamboard.render.revisions import REASON_LABELS, summarize_revision

MOST_KIND_CELLS = 36
MOST_STATE_CELLS = 40
"""The width of all but the names on a line about a review."""
KIND_LABELS: dict[Kind, str] = {"team": "team goals", "result": "results", "skill": "skills", "career": "career"}


def report_title(report: PeriodReport) -> str:
    """The title: `Q4 2026: the result`, or `… the result so far` while the period runs."""
    return f"{one_line(report.period.name)}: {'the result' if report.over else 'the result so far'}"


def describe_days(report: PeriodReport) -> str:
    """First and last day of the period, `1 Oct – 31 Dec 2026`; while it runs also `day 53 of 92`."""
    starts, ends = report.period.starts, report.period.ends
    year = f" {ends.year}" if starts.year == ends.year else ""
    progress = "" if report.over else f" · {day_of_period(report.period, report.day)}"
    return f"{format.days(starts, ends, ends)}{year}{progress}"


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


def report_lines(shown: BoardOnDay, now: PeriodReport, before: PeriodReport | None, width: int) -> Iterator[Line]:
    """The whole report, `before` beside `now` where there was a period before; `shown` is the board today."""
    board = shown.board
    yield ((f" {report_title(now)}", "strong"), (f"   {describe_days(now)}", "dim"))
    if before is not None:
        yield ((f" beside {one_line(before.period.name)}, {describe_days(before)}", "dim"),)
    yield ()
    yield from attention_lines(shown, now, width)
    yield from _team_goal_lines(board, now, TEAM_GOALS_TITLE, width)
    if rows := list(member_rows(board, now)):
        yield ()
        yield from table_lines(MEMBERS_TITLE, rows, width, note=MEMBERS_NOTE, indent=2)
    for section in count_sections(board, now, before):
        yield ()
        yield ((f" {section.title}", "strong"), (f"   {section.aside}", "dim"))
        yield from count_lines(shown, section, now, before, width)
        if section.title == OUTCOMES:
            yield from _kind_lines(now, before, width)
            if before is not None:
                yield from _team_goal_lines(board, before, f"{TEAM_GOALS_TITLE}, {before.period.name}", width)
    yield from _revision_lines(board, now, width)
    yield from _review_lines(board, now, width)


def _kind_lines(now: PeriodReport, before: PeriodReport | None, width: int) -> Iterator[Line]:
    """The outcomes of each kind of goal, beside the period before."""
    yield ()
    cells = min((width - LABEL_CELLS - 2) // 2, MOST_KIND_CELLS)
    for kind, tally in now.by_kind.items():
        tally_before = before.by_kind.get(kind) if before else None
        words, label = describe_tally(tally), f"  {fit(KIND_LABELS[kind], LABEL_CELLS)}"
        yield (
            (label, "text"),
            (fit(words, cells), "text"),
            (describe_tally(tally_before) if tally_before else "", "dim"),
        )


def _team_goal_lines(board: Board, report: PeriodReport, title: str, width: int) -> Iterator[Line]:
    """The team goals of a period with their figures, and what carries them."""
    if rows := list(team_goal_rows(board, report)):
        yield ()
        yield from table_lines(title, rows, width)


def team_goal_rows(board: Board, report: PeriodReport) -> Iterator[Row]:
    """Yield a row for each team goal of a period."""
    for found, aligned in report.by_team_goal:
        carriers = describe_carriers(report, found.goal, aligned)
        result = "" if found.result == "open" else found.result
        note, callers = " · ".join(filter(None, (result, carriers))), describe_callers(found.attained.figures.calls)
        yield Row(
            found.goal.id, found.goal.title, goal_figures(found.attained, board.number_format), note, callers=callers
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


def review_rows(board: Board, report: PeriodReport) -> list[tuple[RecordId, str, str, str]]:
    """Each review about a period as (id, who with whom, its day, state)."""
    return [
        (
            review.id,
            f"{name_of(board, review.member)} with {name_of(board, review.manager)}",
            f"{review.on:%d %b %Y}",
            STATE_LABELS[review.state],
        )
        for review in report.reviews
    ]


def describe_reviews(report: PeriodReport) -> str:
    """How many of the reviews about a period were held: `2 of 3 held`."""
    return f"{sum(not review.is_planned for review in report.reviews)} of {len(report.reviews)} held"


def _review_lines(board: Board, now: PeriodReport, width: int) -> Iterator[Line]:
    """The reviews about the period, held in it or later, in columns."""
    rows = review_rows(board, now)
    if not rows:
        return
    yield ()
    yield ((" Reviews", "strong"), (f"   {describe_reviews(now)}", "dim"))
    room = max(width - MOST_STATE_CELLS, 16)
    cells = min(max(cell_len(who) for _, who, _, _ in rows), room)
    for review_id, who, day, state in rows:
        yield ((f"  {fit(review_id, 5)}", "accent"), (f"{fit(who, cells)}  ", "text"), (f"{day}  {state}", "dim"))
