"""A review, side by side: both preparations, the facts, what the two agree on, and their signatures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from time import monotonic
from typing import ClassVar

import msgspec
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from teamboard.actions.base import Action
from teamboard.actions.reviews import AddReviewAction, RateReview, find_review
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.one_on_ones import agreed_actions
from teamboard.domain.records import Review
from teamboard.domain.reviews.content import Agreed, Outcome, Sides
from teamboard.render.clipboard import lines_text
from teamboard.render.documents.review import SIGNATURE_WORDS, review_markdown
from teamboard.render.format import goal_label, name_of
from teamboard.render.goals.hints import hint_lines
from teamboard.render.line_layout import Line, wrapped
from teamboard.render.one_on_ones import agreed_action_line
from teamboard.render.reviews import (
    SIDES,
    STATE_LABELS,
    TWO_COLUMNS_FROM,
    VISIBILITY_NOTE,
    ReviewBlock,
    column_heads,
    describe_time_spent,
    period_aside,
    rating_question,
    review_blocks,
)
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged
from teamboard.ui.palette import Command
from teamboard.ui.screens.choose import ChooseScreen
from teamboard.ui.screens.goal_screen import GoalScreen
from teamboard.ui.screens.one_on_one_forms import AgreedActionForm
from teamboard.ui.screens.reviews.clock import ThemeClock
from teamboard.ui.screens.reviews.signing import Signer, describe_signed, sign_choices
from teamboard.ui.screens.text_prompt import TextPromptScreen
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView

CLOCK_SECONDS = 1.0
TOP_ROWS = 1


class ReviewScreen(GoalScreen[None]):
    """A review held on one screen or on two terminals, which show each other's changes."""

    LEGEND: ClassVar[legend.Legend] = legend.REVIEW
    CSS_PATH: ClassVar[str] = "review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("up", "part(-1)", "Part"),
        bound("down", "part(1)", "Part"),
        Binding("pageup", "scroll(-15)", show=False),
        Binding("pagedown", "scroll(15)", show=False),
        Binding("tab", "turn(1)", "Side", priority=True),
        bound("check-in", "check_in", "Check in"),
        bound("move", "move", "Move, align"),
        Binding("1", "rate(1)", "Agreed", key_display="1-5"),
        *(Binding(str(level), f"rate({level})", show=False) for level in range(2, 6)),
        Binding("enter", "write", "Words"),
        Binding("c", "agree", "Action"),
        Binding("z", "clock", "Clock"),
        Binding("w", "sign", "Sign"),
        Binding("n", "add", "Add"),
        Binding("escape", "back", "Back"),
        bound("review", "back", "Back"),
    ]

    heading = getters.query_one("#heading", LinesView)
    view = getters.query_one("#review", LinesView)
    foot = getters.query_one("#foot", LinesView)

    def __init__(self, review_id: RecordId, *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = ThemeClock(clock)
        self._review_id = review_id
        self._sides: Sides | None = None
        self._blocks: list[ReviewBlock] = []
        self._at = 0
        self._side = 0

    @property
    def _review(self) -> Review:
        return find_review(self.board_app.board, self._review_id)

    @property
    def selected(self) -> RecordId | None:
        """The id of the goal, or the theme, of the current block."""
        return to_record_id(self._blocks[self._at].about) if self._at < len(self._blocks) else None

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield LinesView(self._heading, id="heading")
        yield LinesView(self._lines, id="review")
        yield LinesView(self._foot, id="foot")
        yield KeyFooter()

    async def on_mount(self) -> None:
        self.show_header()
        self.set_interval(CLOCK_SECONDS, self._tick)
        await self._load()

    @on(BoardChanged)
    async def _load(self) -> None:
        """Decrypt and show what the person may read, in a thread."""
        self.show_header()
        app = self.board_app
        try:
            review = self._review
        except NotFound:
            self.dismiss(None)
            return
        read = partial(app.reviews.session.sides, app.current, review)
        self._sides = await app.read_history(read) or self._sides
        if self._sides is not None:
            self._clock.begin_after(self._sides.outcome.seconds)
        self._rewrite()

    def _rewrite(self) -> None:
        for view in (self.heading, self.view, self.foot):
            view.rewrite()
        self.refresh_bindings()

    # -- contents

    def _heading(self, width: int) -> Iterator[Line]:
        board, review = self.board_app.board, self._review
        both = f"{name_of(board, review.member)} with {name_of(board, review.manager)}"
        yield (
            (f"  {review.id} Review of {both}", "strong"),
            (f"   {review.on:%d %b}, {STATE_LABELS[review.state]}{period_aside(board, review)}", "dim"),
        )
        state = self.board_app.reviews.session.signature_state(self.board_app.board, review)
        signed = ", ".join(
            name_of(board, s.by) + (f" (witnessed by {name_of(board, s.witnessed)})" if s.witnessed else "")
            for s in review.signatures
        )
        note = f"signed by {signed}; {SIGNATURE_WORDS[state]}" if signed else VISIBILITY_NOTE
        if self._is_rating_due(review) and state != "broken":
            yield ((f"  {rating_question(review)}", "warn"),)
        else:
            yield ((f"  {note}", "bad" if state == "broken" else "dim"),)
        if self._sides is not None:
            yield column_heads(board, self._sides, width, SIDES[self._side])

    def _is_rating_due(self, review: Review) -> bool:
        """Whether the person is asked to rate how useful the review was."""
        return review.state == "signed" and review.useful is None and self.board_app.actor.member == review.member

    def _lines(self, width: int) -> Iterator[Line]:
        if self._sides is None:
            return
        board = self.board_app.board
        self._blocks = list(review_blocks(board, self._sides, width, side=SIDES[self._side]))
        self._at = min(self._at, max(len(self._blocks) - 1, 0))
        for i, block in enumerate(self._blocks):
            for j, line in enumerate(block.lines):
                marked = i == self._at and j == 0 and line and line[0][0].startswith(" ")
                yield (("▌", "accent"), (line[0][0][1:], line[0][1]), *line[1:]) if marked else line
        yield from self._addition_lines(width)

    def _addition_lines(self, width: int) -> Iterator[Line]:
        """The agreed actions, what is worth a word until it is signed, and what was added after signing."""
        review, board = self._review, self.board_app.board
        if review.actions:
            yield ((" Agreed actions", "strong"), ("   the team sees them on the board", "dim"))
            for agreed_action in agreed_actions(review):
                yield agreed_action_line(self.board_app.current, agreed_action, width)
            yield ()
        member, reader = board.member(review.member), board.member(self.board_app.actor.member)
        if member is not None and not review.signatures:
            yield from hint_lines(self.board_app.current, member, reader, width, " ")
        try:
            for by, text in self.board_app.reviews.session.additions(review):
                yield ((f" Added by {name_of(board, by)}", "strong"),)
                yield from (((f"   {piece}", "text"),) for piece in wrapped(text, max(width - 6, 20)))
        except Refused as refusal:
            yield ((f" {refusal}", "bad"),)

    def _foot(self, width: int) -> Iterator[Line]:
        theme, stored = self._clock.theme, self._sides.outcome.seconds if self._sides else {}
        seconds = self._clock.totals(stored)
        now = f"now: {theme}" if theme else "z starts the clock"
        yield ((f"  {now}", "accent" if theme else "dim"), (f"   {describe_time_spent(seconds)}", "dim"))

    # -- the parts

    def action_part(self, step: int) -> None:
        """Go to the next or previous block."""
        self._at = min(max(self._at + step, 0), max(len(self._blocks) - 1, 0))
        self.view.rewrite()
        above = sum(len(block.lines) for block in self._blocks[: self._at])
        self.view.scroll_to(y=max(above - TOP_ROWS, 0), animate=False)
        self.refresh_bindings()

    def action_scroll(self, lines: int) -> None:
        """Scroll the lines."""
        self.view.scroll_relative(y=lines, animate=False)

    def action_turn(self, step: int) -> None:
        """Show the next side, in windows with room for only one."""
        self._side = (self._side + step) % len(SIDES)
        self._rewrite()

    # -- the clock

    def _tick(self) -> None:
        if self._clock.theme is not None:
            self.foot.rewrite()

    def action_clock(self) -> None:
        """Switch the clock to the next theme, or off; the time is stored with the next change."""
        self._clock.turn()
        self.foot.rewrite()

    # -- what the two agree on

    def text_to_copy(self, *, as_markdown: bool) -> str:
        """The review as the person may read it; in Markdown as `review export` prints it."""
        if as_markdown and self._sides is not None:
            content = self.board_app.reviews.session.content(self.board_app.board, self._sides)
            return review_markdown(self.board_app.board, content).rstrip()
        return lines_text(self.view.drawn, as_markdown=as_markdown)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the actions that make sense now."""
        if not self.is_mounted:
            return True
        signed = bool(self._review.signatures)
        if action in ("rate", "write", "agree", "clock", "add", "sign") and self.board_app.past is not None:
            return False
        if action == "turn":
            return self.size.width < TWO_COLUMNS_FROM
        if action == "rate" and self._is_rating_due(self._review):
            return True
        if action in ("rate", "write", "agree", "clock"):
            return not signed
        if action == "add":
            return signed
        if action == "sign":
            return bool(self._review.outcome) and self._review.state != "signed"
        return True

    async def action_rate(self, level: int) -> None:
        """Set the agreed rating of the selected goal; once the review is signed, rate how useful it was."""
        if self._is_rating_due(self._review):
            await self._rate_review(level)
            return
        goal = self._selected_goal()
        if goal:
            await self._change(lambda o: o.with_agreed(msgspec.structs.replace(o.agreed_of(goal), rating=level)))

    async def _rate_review(self, useful: int) -> None:
        if await self.try_commit(RateReview(review=self._review_id, useful=useful)):
            self.board_app.say(f"{useful} of 5: thank you.")

    def _selected_goal(self) -> RecordId | None:
        goal = self.board_app.board.goal(self.selected)
        if goal is None:
            self.board_app.say("Select a goal first.", "warning")
            return None
        return goal.id

    async def action_write(self) -> None:
        """Open the form for the agreed words about the selected goal, or the summary if none is selected."""
        if self._sides is None:
            return
        goal = self.board_app.board.goal(self.selected)
        outcome = self._sides.outcome
        text = outcome.agreed_of(goal.id).words if goal else outcome.summary
        title = f"Agreed about {goal_label(goal)}" if goal else "Agreed, in short"

        def make(words: str) -> Action:
            now = self.board_app.reviews.session.outcome(self._review)
            if goal is None:
                return self._write_action(msgspec.structs.replace(now, summary=words))
            agreed: Agreed = msgspec.structs.replace(now.agreed_of(goal.id), words=words)
            return self._write_action(now.with_agreed(agreed))

        await self.board_app.open(TextPromptScreen(title, make, seen_by=VISIBILITY_NOTE, text=text))

    async def _change(self, change: Callable[[Outcome], Outcome]) -> None:
        """Change the newest outcome, so that the other side's changes are kept; tried twice."""
        app = self.board_app

        async def write() -> None:
            await app.commit(self._write_action(change(app.reviews.session.outcome(self._review))))

        async def write_again_after_conflict() -> None:
            try:
                await write()
            except Conflict:
                await write()

        await self.attempt(write_again_after_conflict())

    def _write_action(self, outcome: Outcome) -> Action:
        """The action that stores an outcome, with the time spent so far."""
        self._clock.take()
        seconds = self._clock.totals(outcome.seconds)
        timed = msgspec.structs.replace(outcome, seconds={t: s for t, s in seconds.items() if s})
        return self.board_app.reviews.session.write(self.board_app.board, self._review, timed)

    async def action_agree(self) -> None:
        """Open the form for an agreed action."""
        review = self._review
        member = self.board_app.board.member(review.member)
        if member is not None:
            await self.board_app.open(AgreedActionForm(member, lambda a: AddReviewAction(review=review.id, agreed=a)))

    async def action_sign(self) -> None:
        """Sign the review; asks who signs if the other side could sign at this terminal too."""
        options = sign_choices(self.board_app.board, self._review, self.board_app.actor.member)
        if not options:
            await self._sign(witnessed=False)
            return
        await self.board_app.open(ChooseScreen("Sign what was agreed", options), self._sign_as)

    async def _sign_as(self, chosen: Signer | None) -> None:
        if chosen is not None:
            await self._sign(witnessed=chosen == "other")

    async def _sign(self, *, witnessed: bool) -> None:
        app = self.board_app
        sign_review = partial(app.reviews.session.sign, app.board, self._review, witnessed=witnessed)
        sign = await self.attempt(asyncio.to_thread(sign_review))
        commit = await self.try_commit(sign) if sign is not None else None
        if commit is None:
            return
        app.say(describe_signed(app.current, find_review(commit.board, self._review_id)))

    async def action_add(self) -> None:
        """Open the form for an addition to the signed review."""
        app = self.board_app

        def make(text: str) -> Action:
            return app.reviews.session.add(app.board, self._review, text)

        await app.open(TextPromptScreen("Add to what was signed", make, seen_by=VISIBILITY_NOTE))

    # -- navigation and palette

    def open_goal(self, goal_id: RecordId | None) -> None:
        """Go to the block of a goal that was chosen in the alignment, if there is one."""
        at = next((i for i, block in enumerate(self._blocks) if block.about == goal_id), None)
        if at is not None:
            self._at = at
            self.view.rewrite()

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield from self.goal_commands()
        yield Command("Agreed words", "What you agree on about the selected goal (Enter)", self.action_write)
        yield Command("Action", "Agree on an action (c)", self.action_agree, "hold a review")
        yield Command("Sign", "Sign what was agreed (w)", self.action_sign, "sign a review")
        yield Command("Back", "To the board (Esc)", partial(self.dismiss, None))
