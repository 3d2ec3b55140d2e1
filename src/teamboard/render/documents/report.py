"""A period's result as a document: Markdown, a web page that prints well, JSON, CSV. docs/json.md has the fields.

All text is escaped by the templates: it is shown as it was typed and means nothing to the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teamboard.domain.amounts import ratio_as_shown
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.attained import MemberAttained
from teamboard.domain.goals.revisions import owners_between
from teamboard.domain.records import Activity, Goal, Measure, Metric, Milestones
from teamboard.domain.report import BINS, GoalResult, PeriodReport, Tally, kind_of
from teamboard.render.documents.environment import render_template
from teamboard.render.documents.spreadsheet import Cell, csv_text
from teamboard.render.format import name_of
from teamboard.render.goals.attained import (
    COLUMNS,
    attained_json,
    goal_figures,
    member_attained_json,
    member_rows,
    total_json,
)
from teamboard.render.goals.forecasts import describe_callers
from teamboard.render.report import (
    KIND_LABELS,
    describe_carriers,
    describe_days,
    describe_reviews,
    describe_tally,
    report_title,
    review_rows,
    revision_rows,
)
from teamboard.render.report_counts import Section, attention, count_sections


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
                **attained_json(t.attained),
                "goals": _tally(counted),
            }
            for t, counted in found.by_team_goal
        ],
        "members": [member_attained_json(m) for m in found.members],
        "distribution": [
            {"progress": label, "goals": count} for (label, _), count in zip(BINS, found.distribution, strict=True)
        ],
        "revisions": [
            {"id": v.id, "goal": v.goal, "by": v.by, "reason": v.reason, "why": v.why, "what": what}
            for v, (_, what, _) in zip(found.revisions, revision_rows(board, found), strict=True)
        ],
        "reasons": found.reasons,
        "reviews": [
            {"id": r.id, "member": r.member, "manager": r.manager, "on": r.on.isoformat(), "state": r.state}
            for r in found.reviews
        ],
        "goals": [
            {
                "id": r.goal.id,
                "owner": r.goal.owner,
                "owners": list(owners_between(board, r.goal, found.period.starts, found.period.ends)),
                "title": r.goal.title,
                "kind": kind_of(r.goal),
                "result": r.result,
                "progress": ratio_as_shown(r.progress),
                **attained_json(r.attained),
            }
            for r in found.results
        ],
    }


CSV_COLUMNS = (
    "period", "day", "row", "id", "title", "member", "name", "unit", "target", "attained", "percent", "gap",
    "at_this_pace", "low", "high", "call", "best_case", "result",
)  # fmt: skip
"""One row is a `member`, a `team goal`, or a goal by its kind: a spreadsheet filters by `row`."""


def report_csv(board: Board, found: PeriodReport) -> str:
    """The members, team goals and goals of a report as one table for a spreadsheet; numbers rounded as they are shown.

    A member has target and attained where these are what their per cent says, see `MemberAttained`.
    """
    period: dict[str, Cell] = {"period": found.period.name, "day": found.day.isoformat()}
    rows = [*(_member_row(m) for m in found.members), *(_goal_row(board, r) for r in found.results)]
    return csv_text(CSV_COLUMNS, ({**period, **row} for row in rows))


def _member_row(found: MemberAttained) -> dict[str, Cell]:
    row: dict[str, Cell] = {"row": "member", "id": found.member.id, "member": found.member.handle}
    row |= {"name": found.member.name, "percent": ratio_as_shown(found.attainment) * 100}
    if found.total is None:
        return row
    total = total_json(found.total)
    return row | {
        "unit": total["unit"],
        "target": total["target"],
        "attained": total["value"],
        "gap": total["target"] - total["value"],
        "at_this_pace": total["at_this_pace"],
        "call": total["call"],
    }


def _goal_row(board: Board, found: GoalResult) -> dict[str, Cell]:
    goal, figures, kind = found.goal, attained_json(found.attained), kind_of(found.goal)
    ending = figures["at_this_pace"] or {}
    return {
        "row": "team goal" if kind == "team" else kind,
        "id": goal.id,
        "title": goal.title,
        "member": goal.owner,
        "name": name_of(board, goal.owner),
        "unit": _unit(goal.measure),
        "target": figures["target"],
        "attained": figures["value"],
        "percent": figures["attainment"] * 100,
        "gap": figures["gap"],
        "at_this_pace": ending.get("value"),
        "low": ending.get("low"),
        "high": ending.get("high"),
        "call": figures["call"],
        "best_case": figures["best"],
        "result": found.result,
    }


def _unit(measure: Measure) -> str:
    if isinstance(measure, Metric | Activity):
        return measure.unit
    return "milestones" if isinstance(measure, Milestones) else ""


def _tally(found: Tally) -> dict[str, int]:
    return {name: getattr(found, name) for name in found.__struct_fields__}


def report_markdown(shown: BoardOnDay, now: PeriodReport, before: PeriodReport | None) -> str:
    """A report as Markdown that renders on a forge; `shown` is the board today."""
    return render_template("report", "md", **_content(shown, now, before))


def report_html(
    shown: BoardOnDay, now: PeriodReport, before: PeriodReport | None, charts: Mapping[str, str] | None = None
) -> str:
    """A report as one self-contained web page that prints well on A4; `charts` are its SVGs, by what they show."""
    return render_template("report", "html", **_content(shown, now, before), charts=charts or {})


def _content(shown: BoardOnDay, now: PeriodReport, before: PeriodReport | None) -> dict[str, Any]:
    """The data of the templates."""
    board, pressing = shown.board, attention(shown, now)
    return {
        "team": board.team.name if board.team else None,
        "revision_number": board.revision,
        "day": now.day,
        "title": report_title(now),
        "name": now.period.name,
        "days": describe_days(now),
        "before": {"name": before.period.name, "days": describe_days(before)} if before else None,
        "attention": {
            "title": pressing.title,
            "aside": pressing.aside(),
            "goals": [
                {
                    "id": row.goal.id,
                    "title": row.goal.title,
                    "owner": name_of(board, row.goal.owner),
                    "figures": row.figures,
                    "state": f"{row.state[0]} · needs help: {row.help_wanted}" if row.help_wanted else row.state[0],
                }
                for row in pressing.rows
            ],
        },
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
                    {**_goal(board, now, found), "aligned": _carriers(report, found, counted)}
                    for found, counted in report.by_team_goal
                ],
            }
            for report in (now, before)
            if report is not None
        ],
        "columns": _columns(now),
        "members": [
            {"id": row.id, "name": row.name, "figures": _figures(now, row.figures)} for row in member_rows(board, now)
        ],
        "goals": [
            {**_goal(board, now, found), "owner": _owners(board, now, found.goal)}
            for found in now.results
            if isinstance(found.goal, Goal)
        ],
        "reviews_held": describe_reviews(now),
        "reviews": [
            {"id": review_id, "who": who, "day": day, "state": state}
            for review_id, who, day, state in review_rows(board, now)
        ],
        "revisions": [
            {"id": revision_id, "what": what, "why": why} for revision_id, what, why in revision_rows(board, now)
        ],
    }


def _carriers(report: PeriodReport, found: GoalResult, aligned: Tally) -> str:
    """How many of those who carry a team goal have called, where it is not all, and what became of their goals."""
    parts = (describe_callers(found.attained.figures.calls), describe_carriers(report, found.goal, aligned))
    return " · ".join(filter(None, parts))


def _owners(board: Board, report: PeriodReport, goal: AnyGoal) -> str:
    """The names of those who had a goal in the period: `Ana Ruiz, then Ben Okafor`."""
    handles = owners_between(board, goal, report.period.starts, report.period.ends)
    return ", then ".join(name_of(board, handle) for handle in handles)


def _counts(section: Section) -> list[dict[str, Any]]:
    """The counts of a section, each with its share of all that is counted in its period, in percent."""
    all_now = sum(count.now for count in section.counts) or 1
    all_before = sum(count.before or 0 for count in section.counts) or 1
    return [
        {
            "label": count.label,
            "now": count.now,
            "now_percent": f"{count.now / all_now * 100:.0f}",
            "before": count.before,
            "before_percent": f"{(count.before or 0) / all_before * 100:.0f}",
        }
        for count in section.counts
    ]


def _goal(board: Board, now: PeriodReport, found: GoalResult) -> dict[str, Any]:
    return {
        "id": found.goal.id,
        "title": found.goal.title,
        "result": found.result,
        "figures": _figures(now, goal_figures(found.attained, board.number_format)),
    }


def _columns(now: PeriodReport) -> list[str]:
    """The columns of figures; of a period that is over nothing is forecast."""
    return [name for name in COLUMNS if not (now.over and name == "at this pace")]


def _figures(now: PeriodReport, texts: dict[str, str]) -> list[str]:
    """The figures of a row, one for each column."""
    return [texts.get(name, "") for name in _columns(now)]
