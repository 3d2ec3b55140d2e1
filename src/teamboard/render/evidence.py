"""Evidence in lines: each piece with the id by which it is cited; and the warnings, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from teamboard.domain.board import Board
from teamboard.domain.facts import Series
from teamboard.domain.records import CheckIn, Fact, Feedback, GoalRevision, Member
from teamboard.domain.reviews.evidence import SKILL, Blocker, Evidence, GoalEvidence, Lopsided, SkillEvidence, skill_id
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.facts import format_value, value_sparkline
from teamboard.render.feedback import about_text
from teamboard.render.format import first_name, name_of
from teamboard.render.line_layout import Line, filled, fit
from teamboard.render.one_on_ones import DONE_SIGN, OPEN_SIGN
from teamboard.render.revisions import REASON_LABELS, summarize_revision
from teamboard.render.skills import skill_levels

ID_CELLS = 7
LATEST_CHECK_INS = 4
WEEKS_SHOWN_FROM = 66
WARNINGS: dict[Lopsided, str] = {
    "recent": "all evidence is from the last three weeks: what about the time before?",
    "one voice": "all feedback is from one person: ask somebody else",
    "no voice": "nobody has given any feedback in this period",
    "unbacked": "a rating rests on no evidence: it is an opinion",
    "no skills or career": "nothing here is about skills or career",
    "pipeline agenda": "more than half of the agenda is about pipeline",
}


class EvidenceRow(NamedTuple):
    """A line of the evidence: the id by which it can be cited, if it can, and how it is drawn at a width."""

    id: str
    draw: Callable[[int], Line]


def evidence_rows(board: Board, found: Evidence) -> Iterator[EvidenceRow]:
    """All the evidence, part by part."""
    parts: tuple[tuple[str, Iterable[EvidenceRow]], ...] = (
        ("Goals", (row for g in found.goals for row in _goal_rows(board, g))),
        ("Help wanted", (EvidenceRow(b.raised.id, partial(_blocker_line, board, b)) for b in found.blockers)),
        ("Feedback received", (EvidenceRow(f.id, partial(_feedback_line, board, f)) for f in found.received)),
        ("Feedback given", (EvidenceRow(f.id, partial(_feedback_line, board, f)) for f in found.given)),
        ("Facts", (EvidenceRow(s.facts[-1].id, partial(_series_line, s)) for s in found.facts)),
        ("Skills then and now", (EvidenceRow(skill_id(s.skill.name), partial(_skill_line, s)) for s in found.skills)),
        (
            "Agreed before",
            (
                EvidenceRow(
                    p.id,
                    partial(_agreed_action_line, board, p.id, p.action.done is not None, p.action.owner, p.action.text),
                )
                for p in found.promised
            ),
        ),
    )
    begun = False
    for title, rows in parts:
        several = list(rows)
        if several:
            if begun:
                yield EvidenceRow("", _fixed_line(()))
            begun = True
            yield EvidenceRow("", _fixed_line(((f" {title}", "strong"),)))
            yield from several


def warning_lines(warnings: Iterable[Lopsided]) -> Iterator[Line]:
    """Where a review would be lopsided."""
    for warning in warnings:
        yield ((f"  ▲ {WARNINGS[warning]}", "warn"),)


def evidence_lines(board: Board, found: Evidence, warnings: Iterable[Lopsided], width: int) -> Iterator[Line]:
    """The evidence in print."""
    yield (
        (f" Evidence about {one_line(found.member.name)}", "strong"),
        (f"   {found.first} to {found.last}", "dim"),
    )
    yield from warning_lines(warnings)
    for row in evidence_rows(board, found):
        yield row.draw(width)


def describe_evidence(board: Board, cited: str, member: Member | None = None) -> str:
    """What stands behind an id that a text cites, whole; a skill is one of `member`."""
    if cited.startswith(SKILL):
        skill = next((s for s in member.skills if skill_id(s.name) == cited), None) if member else None
        return f"{one_line(skill.name)}: {''.join(text for text, _ in skill_levels(skill)).strip()}" if skill else ""
    record = board.get(cited)
    if isinstance(record, Feedback):
        about = about_text(board, record)
        whose = f"{record.kind} from {record.source or name_of(board, record.giver)}"
        return f"{whose}{f' about {about}' if about else ''}: {record.text}"
    if isinstance(record, CheckIn):
        goal = board.goal(record.goal)
        value = format.amount(record.value, goal.measure) if goal else format.number(record.value)
        wanted = f" Help wanted: {record.blocker}" if record.blocker else ""
        return f"{board.day_of(record.at)} {value}: {record.note}{wanted}"
    if isinstance(record, Fact):
        return f"{record.name} of {record.on}: {format_value(record)} ({record.source}) {record.link}".strip()
    if isinstance(record, GoalRevision):
        return f"{REASON_LABELS[record.reason]}, {summarize_revision(board, record)}: {record.why}"
    goal = board.goal(cited)
    return goal.title if goal else ""


def _fixed_line(line: Line) -> Callable[[int], Line]:
    """Draws the same line at every width."""
    return lambda _: line


def _evidence_line(cited: str, text: str, width: int, *, aside: str = "", indent: int = 1, role: str = "text") -> Line:
    room = max(width - indent - ID_CELLS - len(aside) - 2, 8)
    return filled(
        ((" " * indent, ""), (f"{cited:<{ID_CELLS}}", "accent"), (fit(text, room), role), (f"  {aside}", "dim")), width
    )


def _goal_rows(board: Board, found: GoalEvidence) -> Iterator[EvidenceRow]:
    goal = found.goal
    yield EvidenceRow(goal.id, partial(_goal_line, found))
    for revision in found.revisions:
        text = f"{REASON_LABELS[revision.reason]}: {summarize_revision(board, revision)}"
        yield EvidenceRow(revision.id, partial(_evidence_line, revision.id, text, indent=3, aside=revision.state))
    for checkin in reversed([c for c in found.checkins if c.note][-LATEST_CHECK_INS:]):
        day = f"{board.day_of(checkin.at):%d %b}"
        yield EvidenceRow(
            checkin.id, partial(_evidence_line, checkin.id, checkin.note, indent=3, aside=day, role="dim")
        )


def _goal_line(found: GoalEvidence, width: int) -> Line:
    late = found.progress_now < found.pace_now * 0.9
    went = f"{format.percent(found.progress_then)} → {format.percent(found.progress_now)}"
    paced = f"pace {format.percent(found.pace_now)}"
    # Where it gets narrow the title comes before how regular the check-ins were.
    kept = f"{found.kept}/{found.weeks} weeks" if found.weeks and width >= WEEKS_SHOWN_FROM else ""
    beside = 42 if width >= WEEKS_SHOWN_FROM else 31
    return filled(
        (
            (f" {found.goal.id:<{ID_CELLS}}", "accent"),
            (fit(found.goal.title, max(width - ID_CELLS - beside, 10)), "strong"),
            (f" {went:>14}", "warn" if late else "on-track"),
            (f"  {paced:<11}{kept:>{beside - 31}}", "dim"),
        ),
        width,
    )


def _blocker_line(board: Board, found: Blocker, width: int) -> Line:
    day = board.day_of(found.raised.at)
    if found.solved is None:
        aside = f"since {day:%d %b}"
    else:
        aside = f"solved after {(board.day_of(found.solved.at) - day).days} d"
    return _evidence_line(found.raised.id, f"{found.raised.goal} {found.raised.blocker}", width, aside=aside)


def _feedback_line(board: Board, feedback: Feedback, width: int) -> Line:
    who = f"{one_line(feedback.source)} (outside)" if feedback.source else first_name(board, feedback.giver)
    text = f"{feedback.kind} from {who} to {first_name(board, feedback.to)}: {one_line(feedback.text)}"
    return _evidence_line(feedback.id, text, width, aside=f"{board.day_of(feedback.at):%d %b}")


def _series_line(series: Series, width: int) -> Line:
    fact = series.facts[-1]
    beside = "" if series.median is None else f", team {format.amount_in_unit(round(series.median, 2), fact.unit)}"
    return _evidence_line(
        fact.id, f"{one_line(fact.name)} {format_value(fact)}{beside}", width, aside=value_sparkline(series)
    )


def _skill_line(found: SkillEvidence, width: int) -> Line:
    skill, then = found.skill, found.then
    was = f"{then.level or '—'} → " if then is not None and then.level != skill.level else ""
    manager = f", manager says {skill.manager}" if skill.manager is not None else ""
    text = f"{one_line(skill.name)} {was}{skill.level or '—'} of {skill.target}{manager}"
    return _evidence_line("skill", text, width)


def _agreed_action_line(board: Board, cited: str, done: bool, owner: str, text: str, width: int) -> Line:
    return _evidence_line(cited, f"{DONE_SIGN if done else OPEN_SIGN} {first_name(board, owner)}: {text}", width)
