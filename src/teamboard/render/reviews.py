"""Reviews in lines: the list, a preparation, and both sides abreast; and what a commit did, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct
from rich.cells import cell_len

from teamboard.domain.board import Board
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
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.evidence import describe_evidence
from teamboard.render.facts import format_value
from teamboard.render.format import first_name, name_of
from teamboard.render.line_layout import Line, filled, fit, wrapped

STATE_LABELS = {"preparing": "being prepared", "ready": "prepared by both", "held": "held", "signed": "signed"}
VISIBILITY_NOTE = "Only the two of you can read it."
OPINION = "opinion"


def stars(rating: int | None) -> str:
    """A rating as five signs."""
    return "·····" if rating is None else "●" * rating + "○" * (5 - rating)


def describe_rating(rating: int | None) -> str:
    """What a rating says."""
    return "not rated yet" if rating is None else RATING_WORDS[rating]


def rating_evidence(rating: Rating) -> str:
    """The evidence a rating rests on, by its ids; or that it is an opinion."""
    return OPINION if rating.is_opinion else " ".join(rating.evidence)


def review_line(board: Board, review: Review, today: date) -> str:
    """A review in one line: who, when, how far it is."""
    both = f"{name_of(board, review.member)} with {name_of(board, review.manager)}"
    signs = "".join(format.PREPARATION_SIGNS[review.prepared.get(side)] for side in (review.member, review.manager))
    when = (
        f"{review.on} ({format.relative_day(review.on, today)})"
        if review.state in ("preparing", "ready")
        else review.on
    )
    return f"{review.id:<5} {both}   {when}   {signs} {STATE_LABELS[review.state]}"


def preparation_lines(prepared: Preparation, goals: Iterable[Goal], width: int) -> Iterator[Line]:
    """A preparation in print."""
    yield ((" What you have prepared", "strong"), (f"   {VISIBILITY_NOTE}", "dim"))
    for goal in goals:
        rating = prepared.rating_of(goal.id)
        yield (
            (f"   {goal.id:<5}", "accent"),
            (fit(goal.title, min(max(width - 50, 10), 34)), "text"),
            (f" {stars(rating.rating)} {describe_rating(rating.rating)}  ", "text"),
            (rating_evidence(rating), "warn" if rating.is_opinion else "dim"),
        )
        for piece in wrapped(rating.comment, max(width - 10, 20)) if rating.comment else ():
            yield (("        ", ""), (piece, "dim"))
    texts = {name: getattr(prepared, name) for name in TEXTS} | {"topics": format_topics(prepared.topics)}
    for name, text in texts.items():
        if text.strip():
            yield ((f"   {name}", "accent"),)
            for piece in wrapped(text, max(width - 7, 20)):
                yield (("     ", ""), (piece, "text"))


def review_row(board: Board, review: Review, today: date, width: int) -> Line:
    """A review as a row of a member's screen."""
    when = format.relative_day(review.on, today) if review.state in ("preparing", "ready") else f"{review.on:%d %b %Y}"
    signs = "".join(format.PREPARATION_SIGNS[review.prepared.get(side)] for side in (review.member, review.manager))
    return filled(
        (
            (f"    {review.id:<5}", "accent"),
            (f"with {first_name(board, review.manager)}  ", "text"),
            (f"{when}  ", "dim"),
            (f"{signs} {STATE_LABELS[review.state]}", "dim"),
        ),
        width,
    )


def rating_question(review: Review) -> str:
    """What the member is asked afterwards."""
    return f"How useful was the review of {review.on:%d %b} to you? Press 1 to 5."


def format_topics(topics: Iterable[AgendaTopic]) -> str:
    """Topics as one types them: a line each, its theme before it where it is not contribution."""
    return "\n".join(t.text if t.theme == "contribution" else f"{t.theme}: {t.text}" for t in topics)


def parse_topics(text: str) -> tuple[AgendaTopic, ...]:
    """Topics from lines such as `The Acme price` or `career: Leading Iberia`."""
    found = []
    for line in text.splitlines():
        head, colon, rest = line.partition(":")
        theme: Theme = next((t for t in THEMES if colon and t == head.strip().casefold()), "contribution")
        words = rest.strip() if colon and head.strip().casefold() in THEMES else line.strip()
        if words:
            found.append(AgendaTopic(theme=theme, text=words))
    return tuple(found)


# -- both sides


class ReviewBlock(Struct, frozen=True):
    """One part of the review: what it is about (a goal's id, or a theme), and its lines."""

    about: str
    lines: tuple[Line, ...]


THREE_COLUMNS_FROM, TWO_COLUMNS_FROM = 140, 100
"""From which widths there are three columns, and two with the facts folded in; below that one at a time."""

Side = str
SIDES: tuple[Side, ...] = ("rep", "facts", "manager")


def review_blocks(board: Board, sides: Sides, width: int, *, side: Side = "rep") -> Iterator[ReviewBlock]:
    """The review part by part: each goal, then the texts; as many columns as the width has room for."""
    for goal in sides.goals:
        found = next(g for g in sides.evidence.goals if g.goal.id == goal.id)
        yield ReviewBlock(goal.id, tuple(_goal_block_lines(board, sides, found, width, side)))
    for theme in THEMES:
        columns = [
            _text_paragraphs(getattr(sides.rep, theme) if sides.rep else None),
            _theme_fact_paragraphs(sides, theme),
            _text_paragraphs(getattr(sides.manager, theme) if sides.manager else None),
        ]
        yield ReviewBlock(theme, (_heading_line(theme.capitalize(), width), *_fit_columns(columns, width, side), ()))
    asked = [_wish_paragraphs(sides.rep), [], _wish_paragraphs(sides.manager)]
    if any(asked):
        yield ReviewBlock(
            "asked", (_heading_line("Wishes and questions", width), *_fit_columns(asked, width, side), ())
        )


def column_heads(board: Board, sides: Sides, width: int, side: Side) -> Line:
    """What the columns are."""
    rep, manager = first_name(board, sides.review.member), first_name(board, sides.review.manager)
    names = [f"{rep} prepared", "Facts", f"{manager} prepared"]
    if width >= THREE_COLUMNS_FROM:
        return _column_lines([[(name, "strong")] for name in names], width)[0]
    if width >= TWO_COLUMNS_FROM:
        return _column_lines([[(names[0], "strong")], [(names[2], "strong")]], width)[0]
    tabs = [(f"  {name}  ", "strong" if one == side else "dim") for one, name in zip(SIDES, names, strict=True)]
    return tuple(tabs)


def _goal_block_lines(board: Board, sides: Sides, found: GoalEvidence, width: int, side: Side) -> Iterator[Line]:
    goal, gap = found.goal, sides.gap(found.goal.id)
    differ = f"  ▲ {gap} apart" if gap else ""
    yield filled(
        (
            (f" {goal.id} ", "accent"),
            (fit(goal.title, min(cell_len(one_line(goal.title)), max(width - 40, 10))), "strong"),
            (f"  {format.percent(found.progress_now)}, pace {format.percent(found.pace_now)}", "dim"),
            (differ, "bad" if gap >= GAP else "warn"),
        ),
        width,
    )
    columns = [
        _rating_paragraphs(sides.rep, goal.id),
        _goal_fact_paragraphs(board, sides, found),
        _rating_paragraphs(sides.manager, goal.id),
    ]
    yield from _fit_columns(columns, width, side)
    agreed = sides.outcome.agreed_of(goal.id)
    if agreed.rating is not None or agreed.words:
        yield ((f"   agreed  {stars(agreed.rating)} ", "on-track"), (describe_rating(agreed.rating), "dim"))
        for piece in wrapped(agreed.words, max(width - 13, 20)) if agreed.words else ():
            yield ((" " * 11, ""), (piece, "text"))
    yield ()


Paragraphs = list[tuple[str, str]]
"""The paragraphs of a column, each with the role that draws it."""


def _rating_paragraphs(prepared: Preparation | None, goal_id: str) -> Paragraphs:
    if prepared is None:
        return [("not shared yet", "dim")]
    rating = prepared.rating_of(goal_id)
    found: Paragraphs = [(f"{stars(rating.rating)} {describe_rating(rating.rating)}", "accent")]
    if rating.comment:
        found.append((rating.comment, "text"))
    if rating.rating is not None:
        found.append((rating_evidence(rating), "warn" if rating.is_opinion else "dim"))
    return found


def _goal_fact_paragraphs(board: Board, sides: Sides, found: GoalEvidence) -> Paragraphs:
    weeks = f", checked in {found.kept} of {found.weeks} weeks" if found.weeks else ""
    went = f"{format.percent(found.progress_then)} → {format.percent(found.progress_now)}{weeks}"
    facts: Paragraphs = [(went, "text")]
    facts += [(f"{v.id} {v.why}", "dim") for v in found.revisions]
    cited = {i for p in (sides.rep, sides.manager) if p for i in p.rating_of(found.goal.id).evidence}
    member = sides.evidence.member
    facts += [(f"{i} {describe_evidence(board, i, member)}", "dim") for i in sorted(cited) if i != found.goal.id]
    return facts


def _theme_fact_paragraphs(sides: Sides, theme: Theme) -> Paragraphs:
    if theme == "contribution":
        return [(f"{s.name} {format_value(s.facts[-1])}", "dim") for s in sides.evidence.facts]
    if theme == "skills":
        found = []
        for each in sides.evidence.skills:
            was = f"{each.then.level} → " if each.then and each.then.level != each.skill.level else ""
            found.append((f"{each.skill.name} {was}{each.skill.level or '—'} of {each.skill.target}", "dim"))
        return found
    career = sides.evidence.member.career
    return [(f"{career.aspiration}\nnext: {career.next_step}", "dim")] if career else []


def _text_paragraphs(text: str | None) -> Paragraphs:
    if text is None:
        return [("not shared yet", "dim")]
    return [(text, "text")] if text.strip() else [("—", "dim")]


def _wish_paragraphs(prepared: Preparation | None) -> Paragraphs:
    if prepared is None:
        return []
    parts = (
        ("topics", format_topics(prepared.topics)),
        ("wishes", prepared.wishes),
        ("questions", prepared.questions),
    )
    return [(f"{name}: {text}", "text") for name, text in parts if text.strip()]


def _heading_line(title: str, width: int) -> Line:
    return filled(((f" {title} ", "strong"), ("─" * max(width - len(title) - 4, 0), "track")), width)


def _fit_columns(columns: list[Paragraphs], width: int, side: Side) -> list[Line]:
    """Three columns, two with the facts below them, or the one that is chosen."""
    if width >= THREE_COLUMNS_FROM:
        return _column_lines(columns, width)
    if width >= TWO_COLUMNS_FROM:
        return [*_column_lines([columns[0], columns[2]], width), *_column_lines([columns[1]], width)]
    return _column_lines([columns[SIDES.index(side)]], width)


def _column_lines(columns: list[Paragraphs], width: int) -> list[Line]:
    """Columns side by side, each wrapped to its part of the width."""
    cells = (width - 3) // len(columns) - 2
    pieces = [[(piece, role) for text, role in column for piece in wrapped(text, cells)] for column in columns]
    lines: list[Line] = []
    for i in range(max(map(len, pieces), default=0)):
        spans: list[tuple[str, str]] = [("   ", "")]
        for column in pieces:
            text, role = column[i] if i < len(column) else ("", "")
            spans += [(fit(text, cells), role), ("  ", "")]
        lines.append(filled(tuple(spans), width))
    return lines


def describe_time_spent(seconds: Mapping[Theme, int]) -> str:
    """How the time was spent: `contribution 12 min · skills 4 min · career —`."""
    return " · ".join(f"{theme} {_minutes(seconds.get(theme, 0))}" for theme in THEMES)


def _minutes(seconds: int) -> str:
    return "—" if seconds <= 0 else f"{seconds // 60}:{seconds % 60:02}"


def describe_change(board: Board, review: Review, after: Mapping[str, object]) -> str:
    """What a commit did to a review, in words; of what only the two may read nothing is said."""
    whose = f"the review of {name_of(board, review.member)} ({review.id})"
    if "signatures" in after:
        signed = _last_entry(after["signatures"])
        seen = f" for {name_of(board, signed.get('by', ''))}, as witness" if signed.get("witnessed") else ""
        return f"signed {whose}{seen}"
    if "additions" in after:
        return f"added to {whose}"
    if "actions" in after:
        action = _last_entry(after["actions"])
        return f"agreed in {whose}: {first_name(board, action.get('owner', ''))}, {action.get('text', '')}"
    if "useful" in after:
        return f"found {whose} useful: {after['useful']} of 5"
    if "outcome" in after:
        return f"wrote down what was agreed in {whose}"
    if "sealed" in after:
        return f"shared a preparation for {whose}"
    if "prepared" in after:
        return f"began to prepare {whose}"
    if "on" in after:
        return f"moved the review of {name_of(board, review.member)} to {after['on']}"
    return f"changed {whose}"


def _last_entry(entries: object) -> dict[str, str]:
    """The last entry of a list, as a commit has it."""
    return entries[-1] if isinstance(entries, list) and entries else {}
