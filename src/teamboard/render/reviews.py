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
from teamboard.render.evidence import piece_in_words
from teamboard.render.facts import value_in_words
from teamboard.render.line_layout import Line, filled, fit, wrapped
from teamboard.render.names import first_name, name_of

STATES = {"preparing": "being prepared", "ready": "prepared by both", "held": "held", "signed": "signed"}
SEEN_BY = "Only the two of you can read it."
OPINION = "opinion"


def stars(rating: int | None) -> str:
    """A rating as five signs."""
    return "·····" if rating is None else "●" * rating + "○" * (5 - rating)


def rating_words(rating: int | None) -> str:
    """What a rating says."""
    return "not rated yet" if rating is None else RATING_WORDS[rating]


def backing(rating: Rating) -> str:
    """The evidence a rating rests on, by its ids; or that it is an opinion."""
    return OPINION if rating.is_opinion else " ".join(rating.evidence)


def review_line(board: Board, review: Review, today: date) -> str:
    """A review in one line: who, when, how far it is."""
    both = f"{name_of(board, review.member)} with {name_of(board, review.manager)}"
    signs = "".join(format.PREPARED[review.prepared.get(side)] for side in (review.member, review.manager))
    when = f"{review.on} ({format.until(review.on, today)})" if review.state in ("preparing", "ready") else review.on
    return f"{review.id:<5} {both}   {when}   {signs} {STATES[review.state]}"


def preparation_lines(prepared: Preparation, goals: Iterable[Goal], width: int) -> Iterator[Line]:
    """A preparation in print."""
    yield ((" What you have prepared", "strong"), (f"   {SEEN_BY}", "dim"))
    for goal in goals:
        rating = prepared.rating_of(goal.id)
        yield (
            (f"   {goal.id:<5}", "accent"),
            (fit(goal.title, min(max(width - 50, 10), 34)), "text"),
            (f" {stars(rating.rating)} {rating_words(rating.rating)}  ", "text"),
            (backing(rating), "warn" if rating.is_opinion else "dim"),
        )
        for piece in wrapped(rating.comment, max(width - 10, 20)) if rating.comment else ():
            yield (("        ", ""), (piece, "dim"))
    texts = {name: getattr(prepared, name) for name in TEXTS} | {"topics": topics_in_text(prepared.topics)}
    for name, text in texts.items():
        if text.strip():
            yield ((f"   {name}", "accent"),)
            for piece in wrapped(text, max(width - 7, 20)):
                yield (("     ", ""), (piece, "text"))


def review_row(board: Board, review: Review, today: date, width: int) -> Line:
    """A review as a row of a member's screen."""
    when = format.until(review.on, today) if review.state in ("preparing", "ready") else f"{review.on:%d %b %Y}"
    signs = "".join(format.PREPARED[review.prepared.get(side)] for side in (review.member, review.manager))
    return filled(
        (
            (f"    {review.id:<5}", "accent"),
            (f"with {first_name(board, review.manager)}  ", "text"),
            (f"{when}  ", "dim"),
            (f"{signs} {STATES[review.state]}", "dim"),
        ),
        width,
    )


def question(review: Review) -> str:
    """What the member is asked afterwards."""
    return f"How useful was the review of {review.on:%d %b} to you? Press 1 to 5."


def topics_in_text(topics: Iterable[AgendaTopic]) -> str:
    """Topics as one types them: a line each, its theme before it where it is not contribution."""
    return "\n".join(t.text if t.theme == "contribution" else f"{t.theme}: {t.text}" for t in topics)


def topics_from_text(text: str) -> tuple[AgendaTopic, ...]:
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


class Block(Struct, frozen=True):
    """One part of the review: what it is about (a goal's id, or a theme), and its lines."""

    about: str
    lines: tuple[Line, ...]


ABREAST, FOLDED = 140, 100
"""From which widths there are three columns, and two with the facts folded in; below that one at a time."""

Side = str
SIDES: tuple[Side, ...] = ("rep", "facts", "manager")


def blocks(board: Board, sides: Sides, width: int, *, side: Side = "rep") -> Iterator[Block]:
    """The review part by part: each goal, then the texts; as many columns as the width has room for."""
    for goal in sides.goals:
        found = next(g for g in sides.evidence.goals if g.goal.id == goal.id)
        yield Block(goal.id, tuple(_goal_block(board, sides, found, width, side)))
    for theme in THEMES:
        columns = [
            _text(getattr(sides.rep, theme) if sides.rep else None),
            _theme_facts(sides, theme),
            _text(getattr(sides.manager, theme) if sides.manager else None),
        ]
        yield Block(theme, (_heading(theme.capitalize(), width), *_abreast(columns, width, side), ()))
    asked = [_asked(sides.rep), [], _asked(sides.manager)]
    if any(asked):
        yield Block("asked", (_heading("Wishes and questions", width), *_abreast(asked, width, side), ()))


def column_heads(board: Board, sides: Sides, width: int, side: Side) -> Line:
    """What the columns are."""
    rep, manager = first_name(board, sides.review.member), first_name(board, sides.review.manager)
    names = [f"{rep} prepared", "Facts", f"{manager} prepared"]
    if width >= ABREAST:
        return _columns([[(name, "strong")] for name in names], width)[0]
    if width >= FOLDED:
        return _columns([[(names[0], "strong")], [(names[2], "strong")]], width)[0]
    tabs = [(f"  {name}  ", "strong" if one == side else "dim") for one, name in zip(SIDES, names, strict=True)]
    return tuple(tabs)


def _goal_block(board: Board, sides: Sides, found: GoalEvidence, width: int, side: Side) -> Iterator[Line]:
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
    columns = [_rated(sides.rep, goal.id), _goal_facts(board, sides, found), _rated(sides.manager, goal.id)]
    yield from _abreast(columns, width, side)
    agreed = sides.outcome.agreed_of(goal.id)
    if agreed.rating is not None or agreed.words:
        yield ((f"   agreed  {stars(agreed.rating)} ", "on-track"), (rating_words(agreed.rating), "dim"))
        for piece in wrapped(agreed.words, max(width - 13, 20)) if agreed.words else ():
            yield ((" " * 11, ""), (piece, "text"))
    yield ()


Column = list[tuple[str, str]]
"""The paragraphs of a column, each with the role that draws it."""


def _rated(prepared: Preparation | None, goal_id: str) -> Column:
    if prepared is None:
        return [("not shared yet", "dim")]
    rating = prepared.rating_of(goal_id)
    found: Column = [(f"{stars(rating.rating)} {rating_words(rating.rating)}", "accent")]
    if rating.comment:
        found.append((rating.comment, "text"))
    if rating.rating is not None:
        found.append((backing(rating), "warn" if rating.is_opinion else "dim"))
    return found


def _goal_facts(board: Board, sides: Sides, found: GoalEvidence) -> Column:
    weeks = f", checked in {found.kept} of {found.weeks} weeks" if found.weeks else ""
    went = f"{format.percent(found.progress_then)} → {format.percent(found.progress_now)}{weeks}"
    facts: Column = [(went, "text")]
    facts += [(f"{v.id} {v.why}", "dim") for v in found.revisions]
    cited = {i for p in (sides.rep, sides.manager) if p for i in p.rating_of(found.goal.id).evidence}
    member = sides.evidence.member
    facts += [(f"{i} {piece_in_words(board, i, member)}", "dim") for i in sorted(cited) if i != found.goal.id]
    return facts


def _theme_facts(sides: Sides, theme: Theme) -> Column:
    if theme == "contribution":
        return [(f"{s.name} {value_in_words(s.facts[-1])}", "dim") for s in sides.evidence.facts]
    if theme == "skills":
        found = []
        for each in sides.evidence.skills:
            was = f"{each.then.level} → " if each.then and each.then.level != each.skill.level else ""
            found.append((f"{each.skill.name} {was}{each.skill.level or '—'} of {each.skill.target}", "dim"))
        return found
    career = sides.evidence.member.career
    return [(f"{career.aspiration}\nnext: {career.next_step}", "dim")] if career else []


def _text(text: str | None) -> Column:
    if text is None:
        return [("not shared yet", "dim")]
    return [(text, "text")] if text.strip() else [("—", "dim")]


def _asked(prepared: Preparation | None) -> Column:
    if prepared is None:
        return []
    parts = (
        ("topics", topics_in_text(prepared.topics)),
        ("wishes", prepared.wishes),
        ("questions", prepared.questions),
    )
    return [(f"{name}: {text}", "text") for name, text in parts if text.strip()]


def _heading(title: str, width: int) -> Line:
    return filled(((f" {title} ", "strong"), ("─" * max(width - len(title) - 4, 0), "track")), width)


def _abreast(columns: list[Column], width: int, side: Side) -> list[Line]:
    """Three columns, two with the facts below them, or the one that is chosen."""
    if width >= ABREAST:
        return _columns(columns, width)
    if width >= FOLDED:
        return [*_columns([columns[0], columns[2]], width), *_columns([columns[1]], width)]
    return _columns([columns[SIDES.index(side)]], width)


def _columns(columns: list[Column], width: int) -> list[Line]:
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


def clock_words(seconds: Mapping[Theme, int]) -> str:
    """How the time was spent: `contribution 12 min · skills 4 min · career —`."""
    return " · ".join(f"{theme} {_minutes(seconds.get(theme, 0))}" for theme in THEMES)


def _minutes(seconds: int) -> str:
    return "—" if seconds <= 0 else f"{seconds // 60}:{seconds % 60:02}"


def told(board: Board, review: Review, after: Mapping[str, object]) -> str:
    """What a commit did to a review, in words; of what only the two may read nothing is said."""
    whose = f"the review of {name_of(board, review.member)} ({review.id})"
    if "signatures" in after:
        signed = _last(after["signatures"])
        seen = f" for {name_of(board, signed.get('by', ''))}, as witness" if signed.get("witnessed") else ""
        return f"signed {whose}{seen}"
    if "additions" in after:
        return f"added to {whose}"
    if "actions" in after:
        action = _last(after["actions"])
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


def _last(entries: object) -> dict[str, str]:
    """The last entry of a list, as a commit has it."""
    return entries[-1] if isinstance(entries, list) and entries else {}
