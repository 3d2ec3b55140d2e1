"""Evidence for a review as lines, each with the id by which it can be cited; and the warnings about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from rich.cells import cell_len

from teamboard.domain.amounts import NumberFormat, as_estimated, as_shown, format_amount
from teamboard.domain.board import Board
from teamboard.domain.facts import Series
from teamboard.domain.handles import display_name
from teamboard.domain.ids import to_record_id
from teamboard.domain.one_on_ones import NumberedAction
from teamboard.domain.records import CheckIn, Fact, Feedback, GoalRevision, Member
from teamboard.domain.reviews.evidence import (
    SKILL_PREFIX,
    Blocker,
    Evidence,
    GoalEvidence,
    ImbalanceWarning,
    SkillEvidence,
    skill_id,
)
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.facts import format_value, value_sparkline
from teamboard.render.feedback import about_text
from teamboard.render.format import first_name, name_of
from teamboard.render.goals.forecasts import (
    amount_without_unit,
    describe_accuracy,
    estimate,
    has_figures,
    short_amount,
    value_of_target,
)
from teamboard.render.line_layout import Line, SpanStyle, filled, fit
from teamboard.render.one_on_ones import DONE_SIGN, OPEN_SIGN
from teamboard.render.revisions import REASON_LABELS, summarize_revision
from teamboard.render.skills import skill_levels

ID_CELLS = 7
LATEST_CHECK_INS = 4
WEEKS_SHOWN_FROM = 66
WARNINGS: dict[ImbalanceWarning, str] = {
    "recent": "all evidence is from the last three weeks: what about the time before?",
    "one voice": "all feedback is from one person: ask somebody else",
    "no voice": "nobody has given any feedback in this period",
    "unbacked": "a rating rests on no evidence: it is an opinion",
    "no skills or career": "nothing here is about skills or career",
    "pipeline agenda": "more than half of the agenda is about pipeline",
}


class EvidenceRow(NamedTuple):
    """A line of the evidence: the id to cite it by (empty if it can't be cited); `draw(width)` returns the line."""

    id: str
    draw: Callable[[int], Line]


def evidence_rows(board: Board, evidence: Evidence) -> Iterator[EvidenceRow]:
    """All the evidence, each non-empty part under its title, with an empty line between parts."""
    parts: tuple[tuple[str, Iterable[EvidenceRow]], ...] = (
        ("Goals", _all_goal_rows(board, evidence)),
        (
            "Help wanted",
            (EvidenceRow(blocker.raised.id, partial(_blocker_line, board, blocker)) for blocker in evidence.blockers),
        ),
        ("Feedback received", (EvidenceRow(f.id, partial(_feedback_line, board, f)) for f in evidence.received)),
        ("Feedback given", (EvidenceRow(f.id, partial(_feedback_line, board, f)) for f in evidence.given)),
        (
            "Facts",
            (EvidenceRow(series.facts[-1].id, partial(_series_line, board, series)) for series in evidence.facts),
        ),
        (
            "Skills then and now",
            (EvidenceRow(skill_id(series.skill.name), partial(_skill_line, series)) for series in evidence.skills),
        ),
        (
            "Agreed before",
            (EvidenceRow(agreed.id, partial(_agreed_action_line, board, agreed)) for agreed in evidence.agreed_actions),
        ),
    )
    any_part_shown = False
    for title, rows in parts:
        part_rows = list(rows)
        if part_rows:
            if any_part_shown:
                yield EvidenceRow("", fixed_line(()))
            any_part_shown = True
            yield EvidenceRow("", fixed_line(((f" {title}", "strong"),)))
            yield from part_rows


def warning_lines(warnings: Iterable[ImbalanceWarning]) -> Iterator[Line]:
    """One line for each warning about one-sided evidence."""
    for warning in warnings:
        yield ((f"  ▲ {WARNINGS[warning]}", "warn"),)


def evidence_lines(
    board: Board, evidence: Evidence, warnings: Iterable[ImbalanceWarning], width: int
) -> Iterator[Line]:
    """The evidence for the command line: member and days, warnings, then every part."""
    yield (
        (f" Evidence about {display_name(board, evidence.member)}", "strong"),
        (f"   {evidence.first} to {evidence.last}", "dim"),
    )
    yield from warning_lines(warnings)
    for row in evidence_rows(board, evidence):
        yield row.draw(width)


def describe_evidence(board: Board, cited: str, member: Member | None = None) -> str:
    """The full text of the record that an id cites; empty if there is none. A cited skill is looked up in `member`."""
    if cited.startswith(SKILL_PREFIX):
        skill = next((s for s in member.skills if skill_id(s.name) == cited), None) if member else None
        return f"{one_line(skill.name)}: {''.join(text for text, _ in skill_levels(skill)).strip()}" if skill else ""
    record = board.get(to_record_id(cited))
    if isinstance(record, Feedback):
        about = about_text(board, record)
        sender = f"{record.kind} from {record.source or name_of(board, record.giver)}"
        return f"{sender}{f' about {about}' if about else ''}: {record.text}"
    if isinstance(record, CheckIn):
        goal = board.goal(record.goal)
        value = format.amount_of(board, goal, record.value)
        help_wanted = f" Help wanted: {record.blocker}" if record.blocker else ""
        return f"{board.checkin_day(record)} {value}: {record.note}{help_wanted}"
    if isinstance(record, Fact):
        value = format_value(record, board.number_format)
        return f"{record.name} of {record.on}: {value} ({record.source}) {record.link}".strip()
    if isinstance(record, GoalRevision):
        return f"{REASON_LABELS[record.reason]}, {summarize_revision(board, record)}: {record.why}"
    goal = board.goal(to_record_id(cited))
    return goal.title if goal else ""


def fixed_line(line: Line) -> Callable[[int], Line]:
    """A draw function that returns the same line at every width."""
    return lambda _: line


def _evidence_line(
    cited: str, text: str, width: int, *, aside: str = "", indent: int = 1, style: SpanStyle = "text"
) -> Line:
    """One line of evidence: the id to cite it by, text cut to the room, and a note at the right."""
    room = max(width - indent - ID_CELLS - len(aside) - 2, 8)
    return filled(
        ((" " * indent, ""), (f"{cited:<{ID_CELLS}}", "accent"), (fit(text, room), style), (f"  {aside}", "dim")),
        width,
    )


def _all_goal_rows(board: Board, evidence: Evidence) -> Iterator[EvidenceRow]:
    """The goals, and how good calls were, for who may read it."""
    for goal in evidence.goals:
        yield from _goal_rows(board, goal)
    if evidence.accuracy is not None:
        text = describe_accuracy(evidence.accuracy)
        yield EvidenceRow("", partial(_evidence_line, "calls", text, style="dim"))


def _goal_rows(board: Board, evidence: GoalEvidence) -> Iterator[EvidenceRow]:
    """A goal, its revisions, and its latest check-ins with a note, newest first."""
    goal = evidence.goal
    yield EvidenceRow(goal.id, partial(_goal_line, evidence))
    if figures := describe_evidence_figures(board.number_format, evidence):
        yield EvidenceRow("", partial(_figures_line, figures))
    if goal.why:
        yield EvidenceRow("", partial(_evidence_line, "why", goal.why, indent=3, style="dim"))
    for revision in evidence.revisions:
        text = f"{REASON_LABELS[revision.reason]}: {summarize_revision(board, revision)}"
        yield EvidenceRow(revision.id, partial(_evidence_line, revision.id, text, indent=3, aside=revision.state))
    for check_in in reversed([c for c in evidence.checkins if c.note][-LATEST_CHECK_INS:]):
        day = f"{board.checkin_day(check_in):%d %b}"
        yield EvidenceRow(
            check_in.id, partial(_evidence_line, check_in.id, check_in.note, indent=3, aside=day, style="dim")
        )


def describe_evidence_figures(numbers: NumberFormat | None, found: GoalEvidence) -> tuple[str, ...]:
    """Value, target, forecast and call of a goal in a period, in full, then in ever fewer words; () for done or not.

    `€812k of €1.2M · at this pace €1.36M (€1.24M to €1.47M) · call €1.15M, best case €1.3M`; of what is over
    `€870k of €1M · last call €950k, €80k too high`.
    """
    goal = found.goal
    if not has_figures(goal):
        return ()
    value = value_of_target(numbers, goal, found.value, found.target)
    pace = span = call = best = ""
    if ending := found.at_this_pace:
        pace = f" · at this pace {estimate(numbers, goal, ending.value)}"
        low, high = (amount_without_unit(numbers, goal, as_estimated(v)) for v in (ending.low, ending.high))
        span = f" ({low} to {high})"
    if found.call is not None:
        call = f" · {'last ' if found.is_over else ''}call {short_amount(numbers, goal, found.call)}"
    if found.best is not None and not found.is_over:
        best = f", best case {short_amount(numbers, goal, found.best)}"
    if found.too_high is not None:
        off = short_amount(numbers, goal, abs(found.too_high))
        best = f", {off} too {'high' if found.too_high > 0 else 'low'}" if as_shown(found.too_high) else ", as it came"
    return f"{value}{pace}{span}{call}{best}", f"{value}{pace}{call}{best}", f"{value}{pace}{call}", f"{value}{pace}"


def _figures_line(figures: Sequence[str], width: int) -> Line:
    """The first of the texts that fits, below the goal's title."""
    room = width - 1 - ID_CELLS
    text = next((text for text in figures if cell_len(text) <= room), figures[-1])
    return ((" " * (1 + ID_CELLS), ""), (fit(text, max(room, 8)), "text"))


def describe_pace(evidence: GoalEvidence) -> str:
    """The pace beside a goal's progress, or "handed over": progress alone would read as success."""
    return "handed over" if evidence.handed_over else f"pace {format.percent(evidence.pace_now)}"


def _goal_line(evidence: GoalEvidence, width: int) -> Line:
    """A goal: title, progress at the start → end of the period, pace, weeks with a check-in."""
    late = evidence.progress_now < evidence.pace_now * 0.9
    style: SpanStyle = "dim" if evidence.handed_over else "warn" if late else "on-track"
    progress = f"{format.percent(evidence.progress_then)} → {format.percent(evidence.progress_now)}"
    pace = describe_pace(evidence)
    # In a narrow window the title needs the room more than the count of weeks with a check-in.
    weeks_checked_in = f"{evidence.kept}/{evidence.weeks} weeks" if evidence.weeks and width >= WEEKS_SHOWN_FROM else ""
    cells_beside_title = 42 if width >= WEEKS_SHOWN_FROM else 31
    return filled(
        (
            (f" {evidence.goal.id:<{ID_CELLS}}", "accent"),
            (fit(evidence.goal.title, max(width - ID_CELLS - cells_beside_title, 10)), "strong"),
            (f" {progress:>14}", style),
            (f"  {pace:<11}{weeks_checked_in:>{cells_beside_title - 31}}", "dim"),
        ),
        width,
    )


def _blocker_line(board: Board, blocker: Blocker, width: int) -> Line:
    """A blocker, and since when it is open or after how many days it was solved."""
    day = board.checkin_day(blocker.raised)
    if blocker.solved is None:
        aside = f"since {day:%d %b}"
    else:
        aside = f"solved after {(board.checkin_day(blocker.solved) - day).days} d"
    return _evidence_line(blocker.raised.id, f"{blocker.raised.goal} {blocker.raised.blocker}", width, aside=aside)


def _feedback_line(board: Board, feedback: Feedback, width: int) -> Line:
    """A feedback: kind, giver, receiver, text and day."""
    who = f"{one_line(feedback.source)} (outside)" if feedback.source else first_name(board, feedback.giver)
    text = f"{feedback.kind} from {who} to {first_name(board, feedback.to)}: {one_line(feedback.text)}"
    return _evidence_line(feedback.id, text, width, aside=f"{board.day_of(feedback.at):%d %b}")


def _series_line(board: Board, series: Series, width: int) -> Line:
    """A fact: newest value, the team's median, and a sparkline."""
    fact = series.facts[-1]
    team_median = (
        "" if series.median is None else f", team {format_amount(series.median, fact.unit, board.number_format)}"
    )
    return _evidence_line(
        fact.id,
        f"{one_line(fact.name)} {format_value(fact, board.number_format)}{team_median}",
        width,
        aside=value_sparkline(series),
    )


def _skill_line(evidence: SkillEvidence, width: int) -> Line:
    """A skill: level at the start → end of the period, target, and the manager's level."""
    skill, then = evidence.skill, evidence.then
    level_before = f"{then.level or '—'} → " if then is not None and then.level != skill.level else ""
    manager = f", manager says {skill.manager}" if skill.manager is not None else ""
    text = f"{one_line(skill.name)} {level_before}{skill.level or '—'} of {skill.target}{manager}"
    return _evidence_line("skill", text, width)


def _agreed_action_line(board: Board, agreed: NumberedAction, width: int) -> Line:
    """An agreed action, open or done."""
    action = agreed.action
    sign = OPEN_SIGN if action.done is None else DONE_SIGN
    return _evidence_line(agreed.id, f"{sign} {first_name(board, action.owner)}: {action.text}", width)
