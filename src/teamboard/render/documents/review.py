"""A review as a document: Markdown, a web page that prints well, JSON, PDF; of it what its reader may see, and no more.

All text from people is escaped, or handed over as data: it is shown as it was typed and means nothing to the format.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any

import msgspec
from msgspec import Struct

from teamboard.actions.base import find_member
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.records import THEMES, Review
from teamboard.domain.reviews.content import Preparation
from teamboard.domain.reviews.evidence import evidence, period_of
from teamboard.domain.sanitize import one_line, plain
from teamboard.render import format
from teamboard.render.documents.report import STYLE, markdown
from teamboard.render.evidence import piece_in_words
from teamboard.render.facts import value_in_words
from teamboard.render.line_layout import Line
from teamboard.render.names import name_of
from teamboard.render.one_on_ones import DONE_SIGN, OPEN_SIGN
from teamboard.render.reviews import (
    Sides,
    backing,
    blocks,
    clock_words,
    column_heads,
    rating_words,
    stars,
    topics_in_text,
)
from teamboard.services.review_session import Desk

SEAL_WORDS = {
    "unsigned": "not signed yet",
    "whole": "the seal is whole: this is what was signed",
    "broken": "THE SEAL IS BROKEN: this is not what was signed",
}


def sides_of(board: Board, review: Review, desk: Desk, today: date) -> Sides:
    """What the person at the desk may see of a review. Raises Refused for who is not one of the two."""
    member, period = find_member(board, review.member), period_of(board, review)
    own, other = desk.own(review), desk.others(review)
    mine = own if own != Preparation() or review.prepared.get(desk.handle) == "shared" else None
    rep, manager = (mine, other) if desk.handle == review.member else (other, mine)
    return Sides(
        review=review,
        rep=rep,
        manager=manager,
        evidence=evidence(board, member, period.starts, min(period.ends, today)),
        outcome=desk.outcome(review),
    )


def review_lines(board: Board, sides: Sides, desk: Desk, width: int) -> Iterator[Line]:
    """A review in print."""
    review = sides.review
    yield ((f" Review of {name_of(board, review.member)}", "strong"), (f"   {review.on}, {review.state}", "dim"))
    yield ((f" {SEAL_WORDS[desk.seal_state(review)]}", "bad" if desk.seal_state(review) == "broken" else "dim"),)
    yield ()
    yield column_heads(board, sides, max(width, 100), "rep")
    for block in blocks(board, sides, max(width, 100)):
        yield from block.lines
    if sides.outcome.seconds:
        yield ((f" time   {clock_words(sides.outcome.seconds)}", "dim"),)


class Part(Struct, frozen=True):
    """A part of the document: a title, a line beside it, and paragraphs, each with its label."""

    title: str
    aside: str = ""
    progress: float | None = None
    pace: float | None = None
    paragraphs: tuple[tuple[str, str], ...] = ()


def parts(board: Board, sides: Sides, desk: Desk) -> Iterator[Part]:
    """The document part by part, the same in every form."""
    review = sides.review
    rep, manager = name_of(board, review.member), name_of(board, review.manager)
    for goal in sides.goals:
        found = next(g for g in sides.evidence.goals if g.goal.id == goal.id)
        said: list[tuple[str, str]] = []
        for name, prepared in ((rep, sides.rep), (manager, sides.manager)):
            rating = prepared.rating_of(goal.id) if prepared else None
            if rating is not None and (rating.rating or rating.comment):
                words = f"{stars(rating.rating)} {rating_words(rating.rating)}"
                said.append((name, "\n".join(filter(None, (f"{words} ({backing(rating)})", rating.comment)))))
        cited = {i for p in (sides.rep, sides.manager) if p for i in p.rating_of(goal.id).evidence}
        if cited:
            member = sides.evidence.member
            pieces = (f"{i}: {one_line(piece_in_words(board, i, member))}" for i in sorted(cited))
            said.append(("Rests on", "\n".join(pieces)))
        agreed = sides.outcome.agreed_of(goal.id)
        if agreed.rating is not None or agreed.words:
            said.append(("Agreed", f"{stars(agreed.rating)} {rating_words(agreed.rating)}\n{agreed.words}".strip()))
        gap = f", ratings {sides.gap(goal.id)} apart" if sides.gap(goal.id) else ""
        aside = f"{format.percent(found.progress_now)}, pace {format.percent(found.pace_now)}{gap}"
        yield Part(f"{goal.id} {goal.title}", aside, found.progress_now, found.pace_now, tuple(said))
    for theme in THEMES:
        texts = [(rep, sides.rep), (manager, sides.manager)]
        said = [(name, getattr(p, theme)) for name, p in texts if p is not None and getattr(p, theme).strip()]
        if said:
            yield Part(theme.capitalize(), paragraphs=tuple(said))
    asked = [
        (f"{name}, {what}", text)
        for name, p in ((rep, sides.rep), (manager, sides.manager))
        if p is not None
        for what, text in (("topics", topics_in_text(p.topics)), ("wishes", p.wishes), ("questions", p.questions))
        if text.strip()
    ]
    if asked:
        yield Part("Topics, wishes and questions", paragraphs=tuple(asked))
    facts = tuple(
        (s.name, f"{value_in_words(s.facts[-1])} ({s.facts[-1].source}, {s.facts[-1].on})")
        for s in sides.evidence.facts
    )
    if facts:
        yield Part("Facts", paragraphs=facts)
    if review.actions:
        done = tuple(
            (
                f"{DONE_SIGN if a.done else OPEN_SIGN} {name_of(board, a.owner)}",
                a.text + (f", by {a.due}" if a.due else ""),
            )
            for a in review.actions
        )
        yield Part("Agreed actions", paragraphs=done)
    if sides.outcome.summary.strip():
        yield Part("In short", paragraphs=(("Agreed", sides.outcome.summary),))
    added = tuple((name_of(board, by), text) for by, text in desk.additions(review))
    if added:
        yield Part("Added after signing", paragraphs=added)
    yield Part("Signed", SEAL_WORDS[desk.seal_state(review)], paragraphs=tuple(_signed(board, sides.review)))


def _signed(board: Board, review: Review) -> Iterator[tuple[str, str]]:
    for s in review.signatures:
        witness = f", witnessed by {name_of(board, s.witnessed)}" if s.witnessed else ""
        yield name_of(board, s.by), f"{board.day_of(s.at)}{witness} · {s.seal[:16]}"


def _head(board: Board, sides: Sides, desk: Desk) -> tuple[str, str, str]:
    """Title, days, and who may read it."""
    review, period = sides.review, period_of(board, sides.review)
    title = f"Review of {name_of(board, review.member)} with {name_of(board, review.manager)}"
    time = f" · {clock_words(sides.outcome.seconds)}" if sides.outcome.seconds else ""
    under = f"{review.on} · {one_line(period.name)} · {review.state}{time}"
    whose = f"As {name_of(board, desk.handle)} may see it. Only the two of them can read it: pass it on with care."
    return title, under, whose


def review_json(sides: Sides, desk: Desk) -> dict[str, Any]:
    """A review as plain values."""
    review = sides.review
    return {
        "id": review.id,
        "member": review.member,
        "manager": review.manager,
        "on": review.on.isoformat(),
        "state": review.state,
        "seen_by": desk.handle,
        "seal": desk.seal_state(review),
        "rep": msgspec.to_builtins(sides.rep),
        "manager_prepared": msgspec.to_builtins(sides.manager),
        "agreed": msgspec.to_builtins(sides.outcome.agreed),
        "summary": sides.outcome.summary,
        "seconds": dict(sides.outcome.seconds),
        "actions": msgspec.to_builtins(review.actions),
        "signatures": msgspec.to_builtins(review.signatures),
        "additions": [{"by": by, "text": text} for by, text in desk.additions(review)],
    }


def review_markdown(board: Board, sides: Sides, desk: Desk) -> str:
    """A review as Markdown that renders on a forge."""
    title, under, whose = _head(board, sides, desk)
    lines = [f"# {markdown(title)}", "", markdown(under), "", f"*{markdown(whose)}*"]
    for part in parts(board, sides, desk):
        lines += ["", f"## {markdown(part.title)}", ""]
        lines += [markdown(part.aside), ""] if part.aside else []
        for label, text in part.paragraphs:
            words = "  \n  ".join(markdown(line) for line in plain(text).split("\n"))
            lines.append(f"- **{markdown(label)}**: {words}")
    return "\n".join(lines) + "\n"


_MORE_STYLE = """
.who { color: #2f6f9f; width: 9rem; white-space: normal; }
.whose { border-left: 3px solid #2f6f9f; padding-left: .7rem; }
.track { position: relative; height: .5rem; background: #eef1f4; border-radius: 2px; margin: .35rem 0 .5rem; }
.track i { position: absolute; inset: 0 auto 0 0; background: #2f6f9f; border-radius: 2px; }
.track b { position: absolute; top: -.15rem; bottom: -.15rem; width: 2px; background: #20262e; }
@media print { .track, .track i, .track b { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
""".strip()


def review_html(board: Board, sides: Sides, desk: Desk) -> str:
    """A review as one web page that asks nobody for anything, and prints well on A4."""
    title, under, whose = _head(board, sides, desk)
    page = ['<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">']
    page.append('<meta name="viewport" content="width=device-width, initial-scale=1">')
    page.append(f"<title>{_h(title)}</title>\n<style>\n{STYLE}\n{_MORE_STYLE}\n</style>\n</head>\n<body>")
    page.append(f'<h1>{_h(title)}</h1>\n<p class="dim">{_h(under)}</p>\n<p class="whose dim">{_h(whose)}</p>')
    for part in parts(board, sides, desk):
        page.append(f"<h2>{_h(part.title)}</h2>")
        page.append(f'<p class="dim">{_h(part.aside)}</p>' if part.aside else "")
        if part.progress is not None:
            page.append(_track(part.progress, part.pace or 0.0))
        page.append("<table>")
        for label, text in part.paragraphs:
            words = "<br>".join(_h(line) for line in plain(text).split("\n"))
            page.append(f'<tr><td class="who">{_h(label)}</td><td>{words}</td></tr>')
        page.append("</table>")
    page.append("</body>\n</html>")
    return "\n".join(filter(None, page)) + "\n"


def _h(text: str) -> str:
    return escape(one_line(text))


def _track(progress: float, pace: float) -> str:
    """The goal's bar with its pace, as on the board."""
    done, mark = (min(max(ratio, 0.0), 1.0) * 100 for ratio in (progress, pace))
    return f'<div class="track"><i style="width:{done:.0f}%"></i><b style="left:{mark:.0f}%"></b></div>'


# Text from people comes as data, which Typst never reads as its own language.
_TYPST = r"""
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set page(paper: "a4", margin: 18mm, footer: align(right, text(size: 8pt, fill: luma(120), d.title)))
#set text(size: 10pt)
#set par(leading: 0.6em)
#let ink = rgb("#2f6f9f")
#text(size: 17pt, weight: "bold", d.title)
#v(-2mm)
#text(fill: luma(100), d.under)
#block(stroke: (left: 2pt + ink), inset: (left: 6pt), text(size: 9pt, fill: luma(100), d.whose))
#for p in d.parts {
  block(above: 6mm, below: 2mm, sticky: true, text(size: 11.5pt, weight: "bold", p.title))
  if p.aside != "" { block(below: 2mm, text(size: 9pt, fill: luma(100), p.aside)) }
  if p.progress != none {
    block(below: 3mm, height: 4pt, width: 100%, fill: luma(235), {
      place(rect(width: p.progress * 100%, height: 4pt, fill: ink))
      place(dx: p.pace * 100%, dy: -1pt, rect(width: 1.2pt, height: 6pt, fill: black))
    })
  }
  for q in p.paragraphs {
    grid(columns: (32mm, 1fr), gutter: 3mm, text(fill: ink, q.label), {
      for (i, line) in q.lines.enumerate() { if i > 0 { linebreak() }; text(line) }
    })
    v(1mm)
  }
}
"""


def review_pdf(board: Board, sides: Sides, desk: Desk) -> bytes:
    """A review as a PDF. Refused where the extra that writes it is not installed."""
    try:
        import typst
    except ImportError:
        raise Refused("PDF wants an extra: `pip install 'teamboard[pdf]'`; html prints well, too.") from None
    title, under, whose = _head(board, sides, desk)
    data = {
        "title": title,
        "under": under,
        "whose": whose,
        "parts": [
            {
                "title": one_line(part.title),
                "aside": part.aside,
                "progress": None if part.progress is None else min(max(part.progress, 0.0), 1.0),
                "pace": min(max(part.pace or 0.0, 0.0), 1.0),
                "paragraphs": [
                    {"label": one_line(label), "lines": plain(text).split("\n")} for label, text in part.paragraphs
                ],
            }
            for part in parts(board, sides, desk)
        ],
    }
    return bytes(typst.compile(_TYPST.encode(), sys_inputs={"data": msgspec.json.encode(data).decode()}))
