"""The preparation of a review: evidence on the left, ratings and texts on the right, saved as they are typed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import ClassVar

import msgspec
from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import TextArea

from teamboard.actions.reviews import StartPreparing, find_review
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Goal, Review
from teamboard.domain.reviews.content import TEXTS, Preparation, missing_parts
from teamboard.domain.reviews.evidence import Evidence, evidence_of_period, imbalance_warnings
from teamboard.domain.reviews.periods import period_of_review, with_goals_as_in
from teamboard.domain.sanitize import one_line, plain
from teamboard.render.evidence import EvidenceRow, describe_evidence, evidence_rows, fixed_line, warning_lines
from teamboard.render.format import name_of
from teamboard.render.goals.hints import hint_lines
from teamboard.render.line_layout import Line, Span, SpanStyle, filled, fit, wrapped
from teamboard.render.reviews import (
    VISIBILITY_NOTE,
    describe_rating,
    format_topics,
    parse_topics,
    period_aside,
    rating_evidence,
    stars,
)
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.live_app import Failure
from teamboard.ui.messages import BoardChanged, RowSelected
from teamboard.ui.navigation import open_review
from teamboard.ui.palette import Command
from teamboard.ui.screens.base_screen import LiveScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.ordered_text_area import TextField
from teamboard.ui.widgets.rows import Row

HINTS = {
    "contribution": "what was brought, beyond the numbers",
    "skills": "what goes better now, and what comes next",
    "career": "where it should go, and the next step",
    "wishes": "what you wish of the other side",
    "questions": "what you want to ask",
    "topics": "what to talk about, a line each, or `career: …`",
}


class EvidenceView(BoardView):
    """The list of evidence; space cites a piece in the selected rating, or removes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "screen.cite", "Cite", key_display="space"),
        Binding("enter", "screen.cite", show=False),
    ]


class PreparationView(BoardView):
    """The list of ratings and texts; 1 to 5 rate, Enter writes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "screen.rate(1)", "Rate", key_display="1-5"),
        *(Binding(str(level), f"screen.rate({level})", show=False) for level in range(2, 6)),
        Binding("0", "screen.rate(0)", show=False),
        Binding("enter", "screen.write", "Write"),
    ]


class PreparationText(TextField):
    """The text of the selected rating or topic; Esc focuses the list."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.written", "Back to the list")]


class PrepareScreen(LiveScreen[None]):
    """The person's preparation: a draft on their machine until they share it."""

    LEGEND: ClassVar[legend.Legend] = legend.PREPARE
    CSS_PATH: ClassVar[str] = "prepare.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "turn", "Other side", priority=True),
        Binding("ctrl+s", "share", "Share"),
        bound("review", "side_by_side", "Review"),
        Binding("escape", "back", "Back"),
    ]

    heading = getters.query_one("#heading", LinesView)
    evidence_list = getters.query_one(EvidenceView)
    preparation_list = getters.query_one(PreparationView)
    text_area = getters.query_one(PreparationText)
    ready = getters.query_one("#ready", LinesView)

    def __init__(self, review_id: RecordId) -> None:
        super().__init__()
        self._review_id = review_id
        self._prepared = Preparation()
        self._evidence: Evidence | None = None
        self._rows: dict[str, EvidenceRow] = {}
        self._shown_text = ""
        self._sharing = False
        self._unsaved = False
        self._draft_lock = asyncio.Lock()

    @property
    def _review(self) -> Review:
        return find_review(self.board_app.board, self._review_id)

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield LinesView(self._heading, id="heading")
        with Container(id="both"):
            yield EvidenceView(self.shown, self._evidence_rows, draw=self._draw_evidence)
            with Vertical(id="mine"):
                yield PreparationView(self.shown, self._own_rows, draw=self._draw_own)
                yield PreparationText(id="words", tab_behavior="focus", compact=True)
        yield LinesView(self._ready, id="ready")
        yield KeyFooter()

    async def on_mount(self) -> None:
        self.show_header()
        own = await self.attempt(asyncio.to_thread(self.board_app.reviews.session.own, self._review))
        self._prepared = own or self._prepared
        await self._load_evidence()
        if self._goals:
            self.preparation_list.select(self._goals[0].id)
        self.preparation_list.focus()
        self._show_text()

    async def _load_evidence(self) -> None:
        board, review = self.board_app.board, self._review
        member = board.member(review.member)
        period = period_of_review(board, review)
        if member is not None:
            reader = board.member(self.board_app.actor.member)
            forecasts = Forecasts(self.board_app.current)

            def read() -> Evidence:
                then = with_goals_as_in(board, period)
                return evidence_of_period(then, member, period, forecasts=forecasts, reader=reader)

            self._evidence = await self.board_app.read_history(read) or self._evidence
        self.evidence_list.rebuild()
        self.preparation_list.rebuild()
        self._rewrite()

    # -- contents

    def _heading(self, width: int) -> Iterator[Line]:
        board, review = self.board_app.board, self._review
        whose = f"  {review.id} Review of {name_of(board, review.member)} with {name_of(board, review.manager)}"
        yield ((whose, "strong"), (f"   {review.on:%a %d %b}{period_aside(board, review)}", "dim"))
        shared = review.prepared.get(self.board_app.reviews.session.handle) == "shared"
        how = "shared; ctrl+s shares it again" if shared else "a draft of your own until you share it"
        yield ((f"  {VISIBILITY_NOTE} It is {how}.", "dim"),)

    def _evidence_rows(self, shown: BoardOnDay) -> list[Row]:
        if self._evidence is None:
            return []
        pieces = [*self._hint_rows(), *evidence_rows(shown.board, self._evidence)]
        rows, self._rows = [], {}
        for i, row in enumerate(pieces):
            key = Row.of_part(row.id, under=str(i)) if row.id else Row(text=f"#{i}")
            self._rows[key.key or key.text] = row
            rows.append(key)
        return rows

    def _hint_rows(self) -> Iterator[EvidenceRow]:
        """What is worth a word with the member now, above the evidence; it can't be cited."""
        board = self.board_app.board
        member, reader = board.member(self._review.member), board.member(self.board_app.actor.member)
        width = self.evidence_list.size.width or self.size.width
        lines = list(hint_lines(self.board_app.current, member, reader, width, " ")) if member else []
        yield from (EvidenceRow("", fixed_line(line)) for line in ((*lines, ()) if lines else ()))

    def on_resize(self) -> None:
        """Wrap the hints to the new width."""
        self.evidence_list.rebuild()

    def _draw_evidence(self, row: Row, width: int) -> Line:
        piece = self._rows.get(row.key or row.text)
        return piece.draw(width - 1) if piece else ()

    @property
    def _goals(self) -> list[Goal]:
        return [g.goal for g in self._evidence.goals] if self._evidence else []

    def _own_rows(self, shown: BoardOnDay) -> list[Row]:
        rows = [Row(text=" Ratings, goal by goal", style="strong")]
        rows += [Row(goal.id) for goal in self._goals]
        rows += [Row(text=""), Row(text=" In words", style="strong")]
        return rows + [Row.of_part(name) for name in (*TEXTS[:3], "topics", *TEXTS[3:])]

    def _draw_own(self, row: Row, width: int) -> Line:
        goal = next((g for g in self._goals if g.id == row.record_id), None)
        if goal is not None:
            rating = self._prepared.rating_of(goal.id)
            room = max(width - 26, 10)
            aside = rating_evidence(rating) if rating.rating is not None else ""
            title = fit(goal.title, min(24, room // 2))
            words = aside or describe_rating(rating.rating)
            style: SpanStyle = "warn" if rating.is_opinion else "dim"
            id_span: Span = (f" {goal.id:<5}", "accent")
            rating_spans: Line = ((f"{stars(rating.rating)}  ", "accent"), (words, style))
            return filled((id_span, (f"{title}  ", "text"), *rating_spans), width)
        if row.record_id:
            text = one_line(self._text_of(row.record_id))
            shown: Span = (text, "text") if text else (HINTS[row.record_id], "dim")
            return filled(((f" {row.record_id:<14}", "accent"), shown), width)
        return ((row.text, row.style),)

    def _ready(self, width: int) -> Iterator[Line]:
        lacks = missing_parts(self._prepared, self._goals)
        yield ((f"  missing: {', '.join(lacks)}", "dim") if lacks else ("  ready to share: ctrl+s", "on-track"),)
        if self._evidence is not None:
            ratings = [r.evidence for r in self._prepared.ratings if r.rating is not None]
            topics = [topic.theme for topic in self._prepared.topics]
            yield from warning_lines(
                imbalance_warnings(self.board_app.board, self._evidence, ratings=ratings, topics=topics)[:2]
            )
        if self.evidence_list.has_focus and self.evidence_list.selected:
            member = self._evidence.member if self._evidence else None
            whole = describe_evidence(self.board_app.board, self.evidence_list.selected, member)
            yield from (((f"  {piece}", "text"),) for piece in wrapped(whole, width - 4)[:3])

    def _rewrite(self) -> None:
        self.heading.rewrite()
        self.ready.rewrite()

    def on_descendant_focus(self) -> None:
        """Update the line at the bottom, which depends on the focused list."""
        self.ready.rewrite()

    @on(BoardChanged)
    async def _board_changed(self, message: BoardChanged) -> None:
        self.show_header()
        if message.changed:
            await self._load_evidence()

    @on(RowSelected)
    def _row_selected(self) -> None:
        self._show_text()
        self.ready.rewrite()

    # -- the text of what is selected

    def _text_of(self, name: str) -> str:
        if name == "topics":
            return format_topics(self._prepared.topics)
        if name in TEXTS:
            return str(getattr(self._prepared, name))
        return self._prepared.rating_of(to_record_id(name)).comment

    def _show_text(self) -> None:
        """Show the text of the row selected on the right, to edit."""
        name = self.preparation_list.selected or ""
        if name != self._shown_text:
            self._shown_text = name
            self.text_area.text = plain(self._text_of(name)) if name else ""

    @on(TextArea.Changed)
    def _typed(self) -> None:
        name, text = self._shown_text, self.text_area.text
        if not name or text == plain(self._text_of(name)):
            return
        if name == "topics":
            changed = msgspec.structs.replace(self._prepared, topics=parse_topics(text))
        elif name in TEXTS:
            changed = msgspec.structs.replace(self._prepared, **{name: text})
        else:
            changed = self._prepared.with_rating(
                msgspec.structs.replace(self._prepared.rating_of(to_record_id(name)), comment=text)
            )
        self._change(changed)

    def _change(self, prepared: Preparation) -> None:
        self._prepared = prepared
        self._unsaved = True
        self.preparation_list.rewrite()
        self.ready.rewrite()
        self._save()

    @work(group="draft")
    async def _save(self) -> None:
        """Save the draft on this machine, and commit that the person has started to prepare."""
        await self.board_app.attempt(self._save_draft(), self._draft_failed)

    async def _save_draft(self) -> None:
        app, review = self.board_app, self._review
        # One save at a time, so that the last text typed is the last one written.
        async with self._draft_lock:
            if self._unsaved:
                self._unsaved = False
                await asyncio.to_thread(app.reviews.session.save_draft, app.board, review, self._prepared)
            if app.past is None and app.reviews.session.handle not in self._review.prepared:
                await app.commit(StartPreparing(review=review.id))

    def _draft_failed(self, failure: Failure) -> None:
        self._unsaved = True
        self.board_app.say(f"The draft could not be saved: {failure}", "warning")

    def on_unmount(self) -> None:
        """Save what was typed just before the screen was closed."""
        if self._unsaved:
            with suppress(Refused):
                self.board_app.reviews.session.save_draft(self.board_app.board, self._review, self._prepared)

    # -- actions

    def action_write(self) -> None:
        """Focus the text of the selected row."""
        self.set_focus(self.text_area)

    def action_written(self) -> None:
        """Focus the list."""
        self.preparation_list.focus()

    def action_rate(self, level: int) -> None:
        """Rate the selected goal; 0 removes the rating."""
        goal = self._selected_goal()
        if goal is None:
            self.board_app.say("Select a goal to rate it.", "warning")
            return
        rating = msgspec.structs.replace(self._prepared.rating_of(goal.id), rating=level or None)
        self._change(self._prepared.with_rating(rating))

    def _selected_goal(self) -> Goal | None:
        return next((g for g in self._goals if g.id == self.preparation_list.selected), None)

    def action_cite(self) -> None:
        """Cite the selected evidence in the rating of the selected goal, or remove it."""
        cited, goal = (
            self.evidence_list.selected,
            next((g for g in self._goals if g.id == self.preparation_list.selected), None),
        )
        if not cited or goal is None:
            self.board_app.say("First select the goal to rate, on the right.", "warning")
            return
        rating = self._prepared.rating_of(goal.id)
        rest = tuple(i for i in rating.evidence if i != cited)
        evidence_ids = rest if cited in rating.evidence else (*rest, cited)
        self._change(self._prepared.with_rating(msgspec.structs.replace(rating, evidence=evidence_ids)))

    def action_turn(self) -> None:
        """Focus the other list."""
        (self.preparation_list if self.evidence_list.has_focus else self.evidence_list).focus()
        self.ready.rewrite()

    async def action_share(self) -> None:
        """Share the preparation: encrypted, for the two sides."""
        if self._sharing or self.board_app.refuses_past():
            return
        app, review = self.board_app, self._review
        self._sharing = True
        try:
            sharing = asyncio.to_thread(app.reviews.session.share, app.current, review, self._prepared)
            share = await self.attempt(sharing)
            if share is None or await self.try_commit(share) is None:
                return
            async with self._draft_lock:
                self._unsaved = False
                await asyncio.to_thread(app.reviews.session.drafts.drop, review)
            when = "the other can read it now" if share.revealed else "the other reads it when both have shared"
            app.say(f"Your preparation is on the board; {when}.")
        finally:
            self._sharing = False

    async def action_side_by_side(self) -> None:
        """Open the review side by side."""
        await open_review(self.board_app, self._review_id, prepare=False)

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield Command(
            "Share", "Put it on the board, for the two of you (ctrl+s)", self.action_share, "prepare a review"
        )
        yield Command(
            "Side by side", self.board_app.with_key("Both preparations abreast", "review"), self.action_side_by_side
        )
        yield Command("Back", "To the board; the draft stays (Esc)", partial(self.dismiss, None))
