"""A period's result as a document: Markdown, a web page that prints well, JSON. docs/json.md describes the JSON.

All text from people is escaped: it is shown as it was typed and means nothing to the format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from teamboard.domain.board import Board
from teamboard.domain.records import Goal
from teamboard.domain.report import BINS, RESULTS, PeriodReport, Tally, kind_of
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.names import name_of
from teamboard.render.report import KIND_WORDS, days, revision_words, sections, tally_words, title

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def markdown(text: str) -> str:
    """Text from people for Markdown: nothing in it is a mark, a link or a tag."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def report_json(board: Board, now: PeriodReport, before: PeriodReport | None) -> dict[str, Any]:
    """A report as plain values, with the one of the period before."""
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
                "progress": t.progress,
                "goals": _tally(counted),
            }
            for t, counted in found.by_team_goal
        ],
        "distribution": [
            {"progress": label, "goals": count} for (label, _), count in zip(BINS, found.distribution, strict=True)
        ],
        "revisions": [
            {"id": v.id, "goal": v.goal, "by": v.by, "reason": v.reason, "why": v.why, "what": what}
            for v, (_, what, _) in zip(found.revisions, revision_words(board, found), strict=True)
        ],
        "reasons": found.reasons,
        "goals": [
            {
                "id": r.goal.id,
                "owner": r.goal.owner,
                "title": r.goal.title,
                "kind": kind_of(r.goal),
                "result": r.result,
                "progress": r.progress,
            }
            for r in found.results
        ],
    }


def _tally(found: Tally) -> dict[str, int]:
    return {result: getattr(found, result) for result in RESULTS}


def report_markdown(board: Board, now: PeriodReport, before: PeriodReport | None) -> str:
    """A report as Markdown that renders on a forge."""
    return "\n".join(_markdown_lines(board, now, before)) + "\n"


def _markdown_lines(board: Board, now: PeriodReport, before: PeriodReport | None) -> Iterator[str]:
    team = f"{markdown(board.team.name)} · " if board.team else ""
    yield f"# {team}{markdown(title(now))}"
    yield ""
    yield f"{markdown(days(now))}" + (
        f", beside {markdown(before.period.name)} ({markdown(days(before))})" if before else ""
    )
    for section in sections(now, before):
        yield from ("", f"## {section.title}", "", section.aside, "")
        if section.counts:
            yield f"| | {markdown(now.period.name)} |" + (f" {markdown(before.period.name)} |" if before else "")
            yield "|---|---:|" + ("---:|" if before else "")
        for count in section.counts:
            yield f"| {count.label} | {count.now} |" + (f" {count.before} |" if before else "")
    yield from (
        "",
        "## By kind",
        "",
        "| | goals |" + (" before |" if before else ""),
        "|---|---|" + ("---|" if before else ""),
    )
    for kind, found in now.by_kind.items():
        was = before.by_kind.get(kind) if before else None
        yield f"| {KIND_WORDS[kind]} | {tally_words(found)} |" + (
            f" {tally_words(was) if was else '—'} |" if before else ""
        )
    for report in (now, before):
        if report is not None:
            yield from ("", f"## Team goals, {markdown(report.period.name)}", "")
            yield from ("| | | progress | result | goals aligned to it |", "|---|---|---:|---|---|")
        for t, counted in report.by_team_goal if report else ():
            progress = format.percent(t.progress)
            yield f"| {t.goal.id} | {markdown(t.goal.title)} | {progress} | {t.result} | {tally_words(counted)} |"
    yield from ("", "## Goals", "", "| | | whose | progress | result |", "|---|---|---|---:|---|")
    for r in now.results:
        if isinstance(r.goal, Goal):
            whose, progress = markdown(name_of(board, r.goal.owner)), format.percent(r.progress)
            yield f"| {r.goal.id} | {markdown(r.goal.title)} | {whose} | {progress} | {r.result} |"
    if now.revisions:
        yield from ("", "## Revisions", "")
    for revision_id, what, why in revision_words(board, now):
        yield f"- **{revision_id}** {markdown(what)}. {markdown(why)}"


STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 15px/1.5 "Helvetica Neue", Helvetica, Arial, sans-serif; color: #20262e; background: #fff;
  max-width: 46rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .4rem; }
p { margin: .2rem 0; } .dim, small { color: #66707c; }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; font-variant-numeric: tabular-nums; }
td, th { padding: .28rem .6rem .28rem 0; text-align: left; vertical-align: top; font-weight: normal; }
th { color: #66707c; border-bottom: 1px solid #d8dde3; } tr + tr td { border-top: 1px solid #eef1f4; }
td:first-child { white-space: nowrap; }
.n { text-align: right; white-space: nowrap; width: 3.2rem; } .id { color: #2f6f9f; white-space: nowrap; width: 3rem; }
.bar { width: 34%; }
.bar i { display: block; height: .62rem; margin-top: .42rem; background: #2f6f9f; border-radius: 2px; }
.bar i.was { background: #b9c2cc; } .achieved { color: #1d7a43; } .missed { color: #b3372b; }
@page { size: A4; margin: 18mm; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 11pt; } h2 { break-after: avoid; }
  tr, li { break-inside: avoid; } .bar i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
""".strip()


def report_html(board: Board, now: PeriodReport, before: PeriodReport | None) -> str:
    """A report as one web page that asks nobody for anything, and prints well on A4."""
    return "\n".join(_html_lines(board, now, before)) + "\n"


def _html_lines(board: Board, now: PeriodReport, before: PeriodReport | None) -> Iterator[str]:
    team = one_line(board.team.name) if board.team else "teamboard"
    beside = f", beside {_h(before.period.name)} ({_h(days(before))})" if before else ""
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_h(team)} · {_h(title(now))}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>"
    yield f'<h1>{_h(title(now))}</h1>\n<p>{_h(team)}</p>\n<p class="dim">{_h(days(now))}{beside}</p>'
    for section in sections(now, before):
        yield f'<h2>{_h(section.title)}</h2>\n<p class="dim">{_h(section.aside)}</p>'
        if not section.counts:
            continue
        heads = f'<th colspan="2">{_h(now.period.name)}</th>'
        heads += f'<th colspan="2">{_h(before.period.name)}</th>' if before else ""
        yield f"<table>\n<tr><th></th>{heads}</tr>"
        most = max([c.now for c in section.counts] + [1]), max([c.before or 0 for c in section.counts] + [1])
        for count in section.counts:
            cells = _bar(count.now, most[0], "")
            cells += _bar(count.before, most[1], ' class="was"') if count.before is not None else ""
            yield f"<tr><td>{_h(count.label)}</td>{cells}</tr>"
        yield "</table>"
    yield "<h2>By kind</h2>\n<table>"
    for kind, found in now.by_kind.items():
        was = before.by_kind.get(kind) if before else None
        aside = f"before: {tally_words(was)}" if was else ""
        yield f'<tr><td>{KIND_WORDS[kind]}</td><td>{tally_words(found)}</td><td class="dim">{aside}</td></tr>'
    yield "</table>"
    for report in (now, before):
        if report is not None:
            yield f"<h2>Team goals, {_h(report.period.name)}</h2>\n<table>"
            for t, counted in report.by_team_goal:
                yield _goal_row(t.goal.id, t.goal.title, t.progress, t.result, tally_words(counted))
            yield "</table>"
    yield "<h2>Goals</h2>\n<table>"
    for r in now.results:
        if isinstance(r.goal, Goal):
            yield _goal_row(r.goal.id, r.goal.title, r.progress, r.result, name_of(board, r.goal.owner))
    yield "</table>"
    if now.revisions:
        yield "<h2>Revisions</h2>\n<table>"
        for revision_id, what, why in revision_words(board, now):
            yield f'<tr><td class="id">{revision_id}</td><td>{_h(what)}<br><span class="dim">{_h(why)}</span></td></tr>'
        yield "</table>"
    yield f"<p><small>{_h(team)}, revision {board.revision}, {now.day}</small></p>\n</body>\n</html>"


def _h(text: str) -> str:
    return escape(one_line(text))


def _bar(count: int, most: int, attributes: str) -> str:
    return f'<td class="n">{count}</td><td class="bar"><i{attributes} style="width:{count / most * 100:.0f}%"></i></td>'


def _goal_row(goal_id: str, name: str, progress: float, result: str, aside: str) -> str:
    return (
        f'<tr><td class="id">{goal_id}</td><td>{_h(name)}</td><td class="n">{format.percent(progress)}</td>'
        f'<td class="{result}">{result}</td><td class="dim">{_h(aside)}</td></tr>'
    )
