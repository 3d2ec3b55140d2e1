"""A review as a document: Markdown, a web page that prints well, JSON, PDF; with only what its reader may see.

All text is escaped by the templates: it is shown as it was typed and means nothing to the format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from teamboard.domain.amounts import as_shown, ratio_as_shown
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.records import THEMES, Review
from teamboard.domain.reviews.content import ReviewContent, Sides, SignatureState
from teamboard.domain.reviews.evidence import GoalEvidence
from teamboard.domain.reviews.periods import period_of_review
from teamboard.domain.sanitize import one_line, plain
from teamboard.render import format
from teamboard.render.documents.environment import compile_typst, render_template
from teamboard.render.evidence import describe_evidence, describe_evidence_figures, describe_pace
from teamboard.render.facts import format_value
from teamboard.render.format import name_of
from teamboard.render.goals.forecasts import describe_accuracy, ending_json, number_json
from teamboard.render.line_layout import Line
from teamboard.render.one_on_ones import DONE_SIGN, OPEN_SIGN
from teamboard.render.reviews import (
    column_heads,
    describe_rating,
    describe_time_spent,
    format_topics,
    period_aside,
    rating_evidence,
    review_blocks,
    stars,
)

SIGNATURE_WORDS: dict[SignatureState, str] = {
    "unsigned": "not signed yet",
    "whole": "unchanged since it was signed",
    "broken": "CHANGED AFTER IT WAS SIGNED",
}


def review_lines(board: Board, sides: Sides, signature_state: SignatureState, width: int) -> Iterator[Line]:
    """A review as styled lines for a terminal."""
    review = sides.review
    yield (
        (f" Review of {name_of(board, review.member)}", "strong"),
        (f"   {review.on}, {review.state}{period_aside(board, review)}", "dim"),
    )
    yield ((f" {SIGNATURE_WORDS[signature_state]}", "bad" if signature_state == "broken" else "dim"),)
    yield ()
    yield column_heads(board, sides, max(width, 100), "rep")
    for block in review_blocks(board, sides, max(width, 100)):
        yield from block.lines
    if sides.outcome.seconds:
        yield ((f" time   {describe_time_spent(sides.outcome.seconds)}", "dim"),)


class Part(Struct, frozen=True):
    """A part of the document: title, text beside it, and labelled paragraphs."""

    title: str
    aside: str = ""
    progress: float | None = None
    pace: float | None = None
    paragraphs: tuple[tuple[str, str], ...] = ()


def parts(board: Board, content: ReviewContent) -> Iterator[Part]:
    """The parts of the document, the same in every format."""
    review = content.review
    rep, manager = name_of(board, review.member), name_of(board, review.manager)
    yield from _goal_parts(board, content, rep, manager)
    for theme in THEMES:
        texts = [(rep, content.rep), (manager, content.manager)]
        said = [(name, getattr(p, theme)) for name, p in texts if p is not None and getattr(p, theme).strip()]
        if said:
            yield Part(theme.capitalize(), paragraphs=tuple(said))
    asked = [
        (f"{name}, {what}", text)
        for name, p in ((rep, content.rep), (manager, content.manager))
        if p is not None
        for what, text in (("topics", format_topics(p.topics)), ("wishes", p.wishes), ("questions", p.questions))
        if text.strip()
    ]
    if asked:
        yield Part("Topics, wishes and questions", paragraphs=tuple(asked))
    facts = tuple(
        (s.name, f"{format_value(s.facts[-1], board.number_format)} ({s.facts[-1].source}, {s.facts[-1].on})")
        for s in content.evidence.facts
    )
    if facts:
        yield Part("Facts", paragraphs=facts)
    if content.evidence.accuracy is not None:
        yield Part("Calls", paragraphs=((rep, describe_accuracy(content.evidence.accuracy)),))
    if review.actions:
        done = tuple(
            (
                f"{DONE_SIGN if a.done else OPEN_SIGN} {name_of(board, a.owner)}",
                a.text + (f", by {a.due}" if a.due else ""),
            )
            for a in review.actions
        )
        yield Part("Agreed actions", paragraphs=done)
    if content.outcome.summary.strip():
        yield Part("In short", paragraphs=(("Agreed", content.outcome.summary),))
    added = tuple((name_of(board, by), text) for by, text in content.additions)
    if added:
        yield Part("Added after signing", paragraphs=added)
    yield Part("Signed", SIGNATURE_WORDS[content.signature_state], paragraphs=tuple(_signed(board, content.review)))


def _goal_parts(board: Board, content: ReviewContent, rep: str, manager: str) -> Iterator[Part]:
    for goal in content.goals:
        found = next(g for g in content.evidence.goals if g.goal.id == goal.id)
        figures = describe_evidence_figures(board.number_format, found)
        said: list[tuple[str, str]] = [("Result" if found.is_over else "Result so far", figures[0])] if figures else []
        said += [("Why it matters", found.goal.why)] if found.goal.why else []
        for name, prepared in ((rep, content.rep), (manager, content.manager)):
            rating = prepared.rating_of(goal.id) if prepared else None
            if rating is not None and (rating.rating or rating.comment):
                words = f"{stars(rating.rating)} {describe_rating(rating.rating)}"
                said.append((name, "\n".join(filter(None, (f"{words} ({rating_evidence(rating)})", rating.comment)))))
        cited = {i for p in (content.rep, content.manager) if p for i in p.rating_of(goal.id).evidence}
        if cited:
            member = content.evidence.member
            pieces = (f"{i}: {one_line(describe_evidence(board, i, member))}" for i in sorted(cited))
            said.append(("Rests on", "\n".join(pieces)))
        agreed = content.outcome.agreed_of(goal.id)
        if agreed.rating is not None or agreed.words:
            said.append(("Agreed", f"{stars(agreed.rating)} {describe_rating(agreed.rating)}\n{agreed.words}".strip()))
        gap = f", ratings {content.gap(goal.id)} apart" if content.gap(goal.id) else ""
        aside = f"{format.percent(found.progress_now)}, {describe_pace(found)}{gap}"
        yield Part(f"{goal.id} {goal.title}", aside, found.progress_now, found.pace_now, tuple(said))


def _signed(board: Board, review: Review) -> Iterator[tuple[str, str]]:
    for s in review.signatures:
        witness = f", witnessed by {name_of(board, s.witnessed)}" if s.witnessed else ""
        yield name_of(board, s.by), f"{board.day_of(s.at)}{witness} · {s.seal[:16]}"


def _head(board: Board, content: ReviewContent) -> tuple[str, str, str]:
    """Title, days, and who may read it."""
    review, period = content.review, period_of_review(board, content.review)
    title = f"Review of {name_of(board, review.member)} with {name_of(board, review.manager)}"
    time = f" · {describe_time_spent(content.outcome.seconds)}" if content.outcome.seconds else ""
    under = f"{review.on} · {one_line(period.name)} · {review.state}{time}"
    whose = f"As {name_of(board, content.reader)} may see it. Only the two of them can read it: pass it on with care."
    return title, under, whose


def review_json(board: Board, content: ReviewContent) -> dict[str, Any]:
    """A review as plain values."""
    review, period = content.review, period_of_review(board, content.review)
    return {
        "id": review.id,
        "member": review.member,
        "manager": review.manager,
        "on": review.on.isoformat(),
        "period": {"name": period.name, "starts": period.starts.isoformat(), "ends": period.ends.isoformat()},
        "state": review.state,
        "seen_by": content.reader,
        "seal": content.signature_state,
        "rep": msgspec.to_builtins(content.rep),
        "manager_prepared": msgspec.to_builtins(content.manager),
        "agreed": msgspec.to_builtins(content.outcome.agreed),
        "summary": content.outcome.summary,
        "seconds": dict(content.outcome.seconds),
        "actions": msgspec.to_builtins(review.actions),
        "signatures": msgspec.to_builtins(review.signatures),
        "additions": [{"by": by, "text": text} for by, text in content.additions],
        "goals": [_goal_json(found) for found in content.evidence.goals],
    }


def _goal_json(found: GoalEvidence) -> dict[str, Any]:
    """The figures of a goal in the period, rounded as they are shown."""
    return {
        "goal": found.goal.id,
        "value": as_shown(found.value),
        "target": as_shown(found.target),
        "attainment": ratio_as_shown(found.progress_now),
        "at_this_pace": ending_json(found.at_this_pace),
        "call": number_json(found.call),
        "best": number_json(found.best),
    }


def review_markdown(board: Board, content: ReviewContent) -> str:
    """A review as Markdown that renders on a forge."""
    return render_template("review", "md", **_document(board, content))


def review_html(board: Board, content: ReviewContent) -> str:
    """A review as one self-contained web page that prints well on A4."""
    return render_template("review", "html", **_document(board, content))


def review_typst(board: Board, content: ReviewContent) -> str:
    """A review as Typst source."""
    return render_template("review", "typ", **_document(board, content))


def review_pdf(board: Board, content: ReviewContent) -> bytes:
    """A review as a PDF. Raises Refused if the extra `pdf` is not installed."""
    try:
        return compile_typst(review_typst(board, content))
    except ImportError:
        raise Refused("PDF needs an extra: `pip install 'teamboard[pdf]'`; or print --to html.") from None


def _document(board: Board, content: ReviewContent) -> dict[str, Any]:
    """The data of the templates."""
    title, under, whose = _head(board, content)
    return {
        "title": title,
        "under": under,
        "whose": whose,
        "parts": [
            {
                "title": one_line(part.title),
                "aside": part.aside,
                "bar": None if part.progress is None else _bar(part.progress, part.pace or 0.0),
                "paragraphs": [
                    {"label": one_line(label), "lines": plain(text).split("\n")} for label, text in part.paragraphs
                ],
            }
            for part in parts(board, content)
        ],
    }


def _bar(progress: float, pace: float) -> dict[str, Any]:
    """A goal's bar with its pace, as on the board: each from 0 to 1, and in percent."""
    done, mark = (min(max(ratio, 0.0), 1.0) for ratio in (progress, pace))
    return {
        "progress": done,
        "progress_percent": f"{done * 100:.0f}",
        "pace": mark,
        "pace_percent": f"{mark * 100:.0f}",
    }
