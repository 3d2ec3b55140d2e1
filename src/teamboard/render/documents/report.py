"""A period's result as a document: Markdown, a web page that prints well, JSON. docs/json.md describes the JSON.

All text is escaped by the templates: it is shown as it was typed and means nothing to the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teamboard.domain.amounts import ratio_as_shown
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.revisions import owners_between
from teamboard.domain.records import Goal
from teamboard.domain.report import BINS, GoalResult, PeriodReport, Tally, kind_of
from teamboard.render import format
from teamboard.render.documents.environment import render_template
from teamboard.render.format import name_of
from teamboard.render.report import (
    KIND_LABELS,
    describe_carriers,
    describe_days,
    describe_tally,
    report_title,
    revision_rows,
)
from teamboard.render.report_counts import Section, count_sections


def report_json(board: Board, now: PeriodReport, before: PeriodReport | None) -> dict[str, Any]:
    """A report as plain values, beside that of the period before."""
    return {**_plain(board, now), "before": _plain(board, before) if before else None}


def _plain(board: Board, found: PeriodReport) -> dict[str, Any]:
    period = found.period
    return {
        "period": {"name": period.name, "starts": period.starts.isoformat(), "ends": period.ends.isoformat()},
        "over": found.over,
        "day": found.day.isoformat(),
        "tally": _tally(found.tally),
        "by_kind": {kind: _tally(counted) for kind, counted in found.by_kind.items()},
        "by_team_goal": [
            {
                "id": t.goal.id,
                "title": t.goal.title,
                "result": t.result,
                "progress": ratio_as_shown(t.progress),
                "goals": _tally(counted),
            }
            for t, counted in found.by_team_goal
        ],
        "distribution": [
            {"progress": label, "goals": count} for (label, _), count in zip(BINS, found.distribution, strict=True)
        ],
        "revisions": [
            {"id": v.id, "goal": v.goal, "by": v.by, "reason": v.reason, "why": v.why, "what": what}
            for v, (_, what, _) in zip(found.revisions, revision_rows(board, found), strict=True)
        ],
        "reasons": found.reasons,
        "goals": [
            {
                "id": r.goal.id,
                "owner": r.goal.owner,
                "owners": list(owners_between(board, r.goal, found.period.starts, found.period.ends)),
                "title": r.goal.title,
                "kind": kind_of(r.goal),
                "result": r.result,
                "progress": ratio_as_shown(r.progress),
            }
            for r in found.results
        ],
    }


def _tally(found: Tally) -> dict[str, int]:
    return {name: getattr(found, name) for name in found.__struct_fields__}


def report_markdown(board: Board, now: PeriodReport, before: PeriodReport | None) -> str:
    """A report as Markdown that renders on a forge."""
    return render_template("report", "md", **_content(board, now, before))


def report_html(
    board: Board, now: PeriodReport, before: PeriodReport | None, charts: Mapping[str, str] | None = None
) -> str:
    """A report as one self-contained web page that prints well on A4; `charts` are its SVGs, by what they show."""
    return render_template("report", "html", **_content(board, now, before), charts=charts or {})


def _content(board: Board, now: PeriodReport, before: PeriodReport | None) -> dict[str, Any]:
    """The data of the templates."""
    return {
        "team": board.team.name if board.team else None,
        "revision_number": board.revision,
        "day": now.day,
        "title": report_title(now),
        "name": now.period.name,
        "days": describe_days(now),
        "before": {"name": before.period.name, "days": describe_days(before)} if before else None,
        "sections": [
            {"title": section.title, "aside": section.aside, "counts": _counts(section)}
            for section in count_sections(board, now, before)
        ],
        "kinds": [
            {
                "label": KIND_LABELS[kind],
                "now": describe_tally(counted),
                "before": describe_tally(before.by_kind[kind]) if before and kind in before.by_kind else "",
            }
            for kind, counted in now.by_kind.items()
        ],
        "team_goals": [
            {
                "name": report.period.name,
                "goals": [
                    {**_goal(found), "aligned": describe_carriers(report, found.goal, counted)}
                    for found, counted in report.by_team_goal
                ],
            }
            for report in (now, before)
            if report is not None
        ],
        "goals": [
            {**_goal(found), "owner": _owners(board, now, found.goal)}
            for found in now.results
            if isinstance(found.goal, Goal)
        ],
        "revisions": [
            {"id": revision_id, "what": what, "why": why} for revision_id, what, why in revision_rows(board, now)
        ],
    }


def _owners(board: Board, report: PeriodReport, goal: AnyGoal) -> str:
    """The names of those who had a goal in the period: `Ana Ruiz, then Ben Okafor`."""
    handles = owners_between(board, goal, report.period.starts, report.period.ends)
    return ", then ".join(name_of(board, handle) for handle in handles)


def _counts(section: Section) -> list[dict[str, Any]]:
    """The counts of a section, each with its share of the highest count, in percent."""
    highest_now = max([1, *(count.now for count in section.counts)])
    highest_before = max([1, *(count.before or 0 for count in section.counts)])
    return [
        {
            "label": count.label,
            "now": count.now,
            "now_percent": f"{count.now / highest_now * 100:.0f}",
            "before": count.before,
            "before_percent": f"{(count.before or 0) / highest_before * 100:.0f}",
        }
        for count in section.counts
    ]


def _goal(found: GoalResult) -> dict[str, str]:
    return {
        "id": found.goal.id,
        "title": found.goal.title,
        "progress": format.percent(found.progress),
        "result": found.result,
    }
