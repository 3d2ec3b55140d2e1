"""Reviews as lines: the list, a preparation, both preparations side by side; and what a commit changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import Due, planned_review_due
from teamboard.domain.ids import RecordId
from teamboard.domain.records import THEMES, Goal, Review, Theme
from teamboard.domain.reviews.content import (
    GAP,
    RATING_WORDS,
    TEXTS,
    AgendaTopic,
    Preparation,
    Rating,
    Sides,
)
from teamboard.domain.reviews.evidence import GoalEvidence
from teamboard.domain.reviews.periods import period_of_review
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.evidence import describe_evidence, describe_evidence_figures, describe_pace
from teamboard.render.facts import format_value
from teamboard.render.format import first_name, name_of
from teamboard.render.line_layout import Line, Span, filled, fit, wrapped

STATE_LABELS = {"preparing": "being prepared", "ready": "prepared by both", "held": "held", "signed": "signed"}
VISIBILITY_NOTE = "Only the two of you can read it."
OPINION = "opinion"


def stars(rating: int | None) -> str:
    """A rating from 1 to 5 as five signs: `●●●○○`; `·····` where there is none."""
    return "·····" if rating is None else "●" * rating + "○" * (5 - rating)


def describe_rating(rating: int | None) -> str:
    """The words for a rating from 1 to 5, or `not rated yet`."""
    return "not rated yet" if rating is None else RATING_WORDS[rating]


def rating_evidence(rating: Rating) -> str:
    """The ids of the evidence that a rating cites, or `opinion` if it cites none."""
    return OPINION if rating.is_opinion else " ".join(rating.evidence)


def review_line(shown: BoardOnDay, review: Review) -> str:
    """A review in one line: id, names, day, how far both sides are prepared, and state."""
    names = f"{name_of(shown.board, review.member)} with {name_of(shown.board, review.manager)}"
    when = f"{review.on}{_distance(shown, review)}"
    state = f"{format.preparation_signs(review)} {STATE_LABELS[review.state]}"
    return f"{review.id:<5} {names}   {when}   {state}{period_aside(shown.board, review)}"


def period_aside(board: Board, review: Review) -> str:
    """The period that a review is about, behind other words: ` · Q4 2026`; empty on a board without a team."""
    name = one_line(period_of_review(board, review).name)
    return f" · {name}" if name else ""


def _planned_due(shown: BoardOnDay, review: Review) -> Due | None:
    """When a review is due that has not been held; None for one that was, or of nobody on the board."""
    member = shown.board.member(review.member)
    return planned_review_due(shown, review, member) if review.is_planned and member is not None else None


def _distance(shown: BoardOnDay, review: Review) -> str:
    """How late a planned review is, behind its day: ` (in 5 d)`; and the day on which it is due, if after days away."""
    due = _planned_due(shown, review)
    if due is None:
        return ""
    later = f"due {due.on}, " if due.on != review.on else ""
    return f" ({later}{format.describe_lateness(due, shown.day)})"


def preparation_lines(preparation: Preparation, goals: Iterable[Goal], width: int) -> Iterator[Line]:
    """A preparation for the command line: the rating of each goal in `goals`, then the texts."""
    yield ((" What you have prepared", "strong"), (f"   {VISIBILITY_NOTE}", "dim"))
    for goal in goals:
        rating = preparation.rating_of(goal.id)
        yield (
            (f"   {goal.id:<5}", "accent"),
            (fit(goal.title, min(max(width - 50, 10), 34)), "text"),
            (f" {stars(rating.rating)} {describe_rating(rating.rating)}  ", "text"),
            (rating_evidence(rating), "warn" if rating.is_opinion else "dim"),
        )
        for piece in wrapped(rating.comment, max(width - 10, 20)) if rating.comment else ():
            yield (("        ", ""), (piece, "dim"))
    texts = {name: getattr(preparation, name) for name in TEXTS} | {"topics": format_topics(preparation.topics)}
    for name, text in texts.items():
        if text.strip():
            yield ((f"   {name}", "accent"),)
            for piece in wrapped(text, max(width - 7, 20)):
                yield (("     ", ""), (piece, "text"))


def review_row(shown: BoardOnDay, review: Review, width: int) -> Line:
    """A review as a row of the member screen, cut to `width` cells."""
    due = _planned_due(shown, review)
    when = format.lateness(due, shown.day) if due is not None else f"{review.on:%d %b %Y}"
    signs = format.preparation_signs(review)
    return filled(
        (
            (f"    {review.id:<5}", "accent"),
            (f"with {first_name(shown.board, review.manager)}  ", "text"),
            (f"{when}  ", "dim"),
            (f"{signs} {STATE_LABELS[review.state]}", "dim"),
        ),
        width,
    )


def rating_question(review: Review) -> str:
    """The question that asks the member to rate the review, 1 to 5."""
    return f"How useful was the review of {review.on:%d %b} to you? Press 1 to 5."


def format_topics(topics: Iterable[AgendaTopic]) -> str:
    """Topics as text to edit: one a line, with `theme: ` before it unless the theme is contribution."""
    return "\n".join(t.text if t.theme == "contribution" else f"{t.theme}: {t.text}" for t in topics)


def parse_topics(text: str) -> tuple[AgendaTopic, ...]:
    """Topics from lines such as `The Acme price` or `career: Leading Iberia`; the opposite of `format_topics`."""
    topics = []
    for line in text.splitlines():
        head, colon, rest = line.partition(":")
        theme: Theme = next((t for t in THEMES if colon and t == head.strip().casefold()), "contribution")
        topic = rest.strip() if colon and head.strip().casefold() in THEMES else line.strip()
        if topic:
            topics.append(AgendaTopic(theme=theme, text=topic))
    return tuple(topics)


# -- both sides


class ReviewBlock(Struct, frozen=True):
    """One part of the review: what it is about (a goal's id, a theme, or `asked`), and its lines."""

    about: str
    lines: tuple[Line, ...]


THREE_COLUMNS_FROM, TWO_COLUMNS_FROM = 140, 100
"""From these widths on there are three columns, or two with the facts below; in less, one column at a time."""

Side = str
SIDES: tuple[Side, ...] = ("rep", "facts", "manager")


def review_blocks(board: Board, sides: Sides, width: int, *, side: Side = "rep") -> Iterator[ReviewBlock]:
    """The parts of a review: one for each goal, one for each theme, then wishes and questions.

    At widths with a single column `side` chooses which one is shown.
    """
    for goal in sides.goals:
        evidence = next(g for g in sides.evidence.goals if g.goal.id == goal.id)
        yield ReviewBlock(goal.id, tuple(_goal_block_lines(board, sides, evidence, width, side)))
    for theme in THEMES:
        columns = [
            _text_paragraphs(getattr(sides.rep, theme) if sides.rep else None),
            _theme_fact_paragraphs(board, sides, theme),
            _text_paragraphs(getattr(sides.manager, theme) if sides.manager else None),
        ]
        yield ReviewBlock(theme, (_heading_line(theme.capitalize(), width), *_fit_columns(columns, width, side), ()))
    wishes = [_wish_paragraphs(sides.rep), [], _wish_paragraphs(sides.manager)]
    if any(wishes):
        yield ReviewBlock(
            "asked", (_heading_line("Wishes and questions", width), *_fit_columns(wishes, width, side), ())
        )


def column_heads(board: Board, sides: Sides, width: int, side: Side) -> Line:
    """The headings of the columns; with a single column they are tabs, and `side` is the open one."""
    rep, manager = first_name(board, sides.review.member), first_name(board, sides.review.manager)
    names = [f"{rep} prepared", "Facts", f"{manager} prepared"]
    if width >= THREE_COLUMNS_FROM:
        return _column_lines([[(name, "strong")] for name in names], width)[0]
    if width >= TWO_COLUMNS_FROM:
        return _column_lines([[(names[0], "strong")], [(names[2], "strong")]], width)[0]
    return tuple((f"  {name}  ", "strong" if one == side else "dim") for one, name in zip(SIDES, names, strict=True))


def _goal_block_lines(board: Board, sides: Sides, evidence: GoalEvidence, width: int, side: Side) -> Iterator[Line]:
    """A goal: title, progress, how far the ratings differ, the columns, and the agreed rating."""
    goal, gap = evidence.goal, sides.gap(evidence.goal.id)
    gap_text = f"  ▲ {gap} apart" if gap else ""
    yield filled(
        (
            (f" {goal.id} ", "accent"),
            (fit(goal.title, min(cell_len(one_line(goal.title)), max(width - 40, 10))), "strong"),
            (f"  {format.percent(evidence.progress_now)}, {describe_pace(evidence)}", "dim"),
            (gap_text, "bad" if gap >= GAP else "warn"),
        ),
        width,
    )
    columns = [
        _rating_paragraphs(sides.rep, goal.id),
        _goal_fact_paragraphs(board, sides, evidence, narrow=width >= THREE_COLUMNS_FROM),
        _rating_paragraphs(sides.manager, goal.id),
    ]
    yield from _fit_columns(columns, width, side)
    agreed = sides.outcome.agreed_of(goal.id)
    if agreed.rating is not None or agreed.words:
        yield ((f"   agreed  {stars(agreed.rating)} ", "on-track"), (describe_rating(agreed.rating), "dim"))
        for piece in wrapped(agreed.words, max(width - 13, 20)) if agreed.words else ():
            yield ((" " * 11, ""), (piece, "text"))
    yield ()


Paragraphs = list[Span]
"""The paragraphs of one column, each with the style to draw it in."""


def _rating_paragraphs(preparation: Preparation | None, goal_id: RecordId) -> Paragraphs:
    """One side's rating of a goal, its comment, and the evidence it cites."""
    if preparation is None:
        return [("not shared yet", "dim")]
    rating = preparation.rating_of(goal_id)
    paragraphs: Paragraphs = [(f"{stars(rating.rating)} {describe_rating(rating.rating)}", "accent")]
    if rating.comment:
        paragraphs.append((rating.comment, "text"))
    if rating.rating is not None:
        paragraphs.append((rating_evidence(rating), "warn" if rating.is_opinion else "dim"))
    return paragraphs


def _goal_fact_paragraphs(board: Board, sides: Sides, evidence: GoalEvidence, *, narrow: bool) -> Paragraphs:
    """Progress, value, forecast and revisions of a goal, and the evidence that either side cites.

    In a `narrow` column, one of three, value, forecast and call stand below each other.
    """
    weeks = f", checked in {evidence.kept} of {evidence.weeks} weeks" if evidence.weeks else ""
    progress = f"{format.percent(evidence.progress_then)} → {format.percent(evidence.progress_now)}{weeks}"
    if evidence.handed_over:
        progress += ", handed over"
    paragraphs: Paragraphs = [(progress, "text")]
    figures = describe_evidence_figures(board.number_format, evidence)[:1]
    paragraphs += [(piece, "text") for text in figures for piece in (text.split(" · ") if narrow else [text])]
    if evidence.goal.why:
        paragraphs.append((evidence.goal.why, "dim"))
    paragraphs += [(f"{v.id} {v.why}", "dim") for v in evidence.revisions]
    cited = {i for p in (sides.rep, sides.manager) if p for i in p.rating_of(evidence.goal.id).evidence}
    member = sides.evidence.member
    paragraphs += [
        (f"{i} {describe_evidence(board, i, member)}", "dim") for i in sorted(cited) if i != evidence.goal.id
    ]
    return paragraphs


def _theme_fact_paragraphs(board: Board, sides: Sides, theme: Theme) -> Paragraphs:
    """The facts on a theme: imported facts, skill levels, or the career goal."""
    if theme == "contribution":
        return [(f"{s.name} {format_value(s.facts[-1], board.number_format)}", "dim") for s in sides.evidence.facts]
    if theme == "skills":
        paragraphs: Paragraphs = []
        for evidence in sides.evidence.skills:
            skill, then = evidence.skill, evidence.then
            level_before = f"{then.level} → " if then and then.level != skill.level else ""
            paragraphs.append((f"{skill.name} {level_before}{skill.level or '—'} of {skill.target}", "dim"))
        return paragraphs
    career = sides.evidence.member.career
    return [(f"{career.aspiration}\nnext: {career.next_step}", "dim")] if career else []


def _text_paragraphs(text: str | None) -> Paragraphs:
    """A text of one side; None is a preparation that is not shared yet."""
    if text is None:
        return [("not shared yet", "dim")]
    return [(text, "text")] if text.strip() else [("—", "dim")]


def _wish_paragraphs(preparation: Preparation | None) -> Paragraphs:
    """The topics, wishes and questions of one side; empty without a preparation."""
    if preparation is None:
        return []
    parts = (
        ("topics", format_topics(preparation.topics)),
        ("wishes", preparation.wishes),
        ("questions", preparation.questions),
    )
    return [(f"{name}: {text}", "text") for name, text in parts if text.strip()]


def _heading_line(title: str, width: int) -> Line:
    """A heading with a rule to the full width."""
    return filled(((f" {title} ", "strong"), ("─" * max(width - len(title) - 4, 0), "track")), width)


def _fit_columns(columns: list[Paragraphs], width: int, side: Side) -> list[Line]:
    """Three columns, two with the facts below them, or only the column of `side`, as the width allows."""
    if width >= THREE_COLUMNS_FROM:
        return _column_lines(columns, width)
    if width >= TWO_COLUMNS_FROM:
        return [*_column_lines([columns[0], columns[2]], width), *_column_lines([columns[1]], width)]
    return _column_lines([columns[SIDES.index(side)]], width)


def _column_lines(columns: list[Paragraphs], width: int) -> list[Line]:
    """Columns side by side, each wrapped to an equal part of the width."""
    cells = (width - 3) // len(columns) - 2
    pieces: list[Paragraphs] = [
        [(piece, style) for text, style in column for piece in wrapped(text, cells)] for column in columns
    ]
    lines: list[Line] = []
    for i in range(max(map(len, pieces), default=0)):
        spans: list[Span] = [("   ", "")]
        for column in pieces:
            no_text: Span = ("", "")
            text, style = column[i] if i < len(column) else no_text
            spans += [(fit(text, cells), style), ("  ", "")]
        lines.append(filled(tuple(spans), width))
    return lines


def describe_time_spent(seconds: Mapping[Theme, int]) -> str:
    """The time spent on each theme, in minutes and seconds: `contribution 12:05 · skills 4:10 · career —`."""
    return " · ".join(f"{theme} {_minutes(seconds.get(theme, 0))}" for theme in THEMES)


def _minutes(seconds: int) -> str:
    """Seconds as minutes and seconds: `2:05`; `—` for 0."""
    return "—" if seconds <= 0 else f"{seconds // 60}:{seconds % 60:02}"


def describe_change(board: Board, review: Review, after: Mapping[str, object]) -> str:
    """What a commit changed in a review, as the predicate of a sentence; encrypted content is never included.

    `after` is the fields that the commit set, with their new values.
    """
    label = f"the review of {name_of(board, review.member)} ({review.id})"
    if "signatures" in after:
        signature = _last_entry(after["signatures"])
        witness_for = (
            f" for {name_of(board, signature.get('by', ''))}, as witness" if signature.get("witnessed") else ""
        )
        return f"signed {label}{witness_for}"
    if "additions" in after:
        return f"added to {label}"
    if "actions" in after:
        action = _last_entry(after["actions"])
        return f"agreed in {label}: {first_name(board, action.get('owner', ''))}, {action.get('text', '')}"
    if "useful" in after:
        return f"found {label} useful: {after['useful']} of 5"
    words = {
        "outcome": "wrote down what was agreed in",
        "sealed": "shared a preparation for",
        "prepared": "began to prepare",
    }
    for field, done in words.items():
        if field in after:
            return f"{done} {label}"
    if "on" in after:
        return f"moved the review of {name_of(board, review.member)} to {after['on']}"
    period = after.get("period")
    if isinstance(period, dict):
        return f"said that {label} is about {one_line(str(period.get('name', '')))}"
    if "manager" in after:
        return f"passed {label} on to {name_of(board, review.manager)}"
    return f"changed {label}"


def _last_entry(entries: object) -> dict[str, str]:
    """The last entry of a list field in a commit; empty if there is none."""
    return entries[-1] if isinstance(entries, list) and entries else {}
