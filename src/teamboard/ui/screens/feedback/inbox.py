"""The feedback inbox: a list of feedback to the person, from them or of the team, beside the selected thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import var

from teamboard.actions.base import Action
from teamboard.actions.feedback import (
    AcknowledgeFeedback,
    DeclineRequest,
    ReopenFeedback,
    ReplyToFeedback,
    ResolveFeedback,
)
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.feedback import count_open, is_open
from teamboard.domain.ids import RecordId
from teamboard.domain.permissions import may
from teamboard.domain.records import Feedback
from teamboard.render.feedback import FILTER_HINT, feedback_heading, feedback_row, matches_filter, thread_lines
from teamboard.render.line_layout import Line, Span
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged, RowSelected
from teamboard.ui.palette import Command
from teamboard.ui.screens.base_screen import TWO_PANES
from teamboard.ui.screens.filtered_screen import FilteredScreen
from teamboard.ui.screens.text_prompt import TextPromptScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.rows import Row

Box = Literal["to you", "from you", "the team's"]
BOXES: tuple[Box, ...] = ("to you", "from you", "the team's")
REQUEST_WORDS: dict[Box, str] = {"to you": "to answer", "from you": "asked", "the team's": "asked"}
"""What is said of the open requests in each box."""


class InboxView(BoardView):
    """The list of feedback; Enter replies."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.reply", "Reply")]


class InboxScreen(FilteredScreen[None]):
    """Feedback and requests, open before closed, newest first."""

    LEGEND: ClassVar[legend.Legend] = legend.INBOX
    FILTER_HINT: ClassVar[str] = FILTER_HINT
    CSS_PATH: ClassVar[Path] = TWO_PANES
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "acknowledge", "Acknowledge"),
        Binding("x", "resolve", "Resolve"),
        Binding("d", "decline", "Decline"),
        Binding("x", "reopen", "Reopen"),
        Binding("tab", "turn", "Whose"),
        bound("filter", "filter", "Filter", priority=True, show=True),
        Binding("escape", "back", "Back"),
        bound("inbox", "back", "Back"),
        Binding("shift+up", "scroll_thread(-3)", "Scroll the thread", show=False),
        Binding("shift+down", "scroll_thread(3)", "Scroll the thread", show=False),
    ]

    box: var[Box] = var[Box]("to you")

    view = getters.query_one(BoardView)
    thread = getters.query_one("#thread", LinesView)
    title_line = getters.query_one("#boxes", LinesView)

    def __init__(self, selected: RecordId | None = None) -> None:
        """`selected` is the id of the feedback to select first; the list then shows the team's feedback."""
        super().__init__()
        self._first = selected

    def compose(self) -> ComposeResult:
        if self._first:
            self.set_reactive(InboxScreen.box, "the team's")
        if self.board_app.board.member(self.board_app.actor.member) is None:
            self.set_reactive(InboxScreen.box, "the team's")
        yield from self.compose_header()
        yield LinesView(self._boxes, id="boxes")
        with Container(id="both"):
            yield InboxView(self.shown, self._rows, draw=self._draw)
            yield LinesView(self._thread, id="thread")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.show_header()
        self.view.focus()
        self.view.select(self._first)

    # -- contents

    def _boxes(self, width: int) -> Iterator[Line]:
        spans: list[Span] = [("  ", "")]
        for box in BOXES:
            counts = count_open(f for f in self._feedback_in(box) if f.to not in self.shown.gone)
            asked = f" · {counts.asked} {REQUEST_WORDS[box]}" if counts.asked else ""
            spans += [(f"{box} {counts.open} open{asked}", "strong" if box == self.box else "dim"), ("   ", "")]
        yield tuple(spans)

    def _feedback_in(self, box: Box) -> list[Feedback]:
        board, me = self.shown.board, self.board_app.actor.member or ""
        if box == "the team's":
            listed = list(board.feedback)
        else:
            listed = list(board.feedback_to(me) if box == "to you" else board.feedback_from(me))
        return sorted(listed, key=lambda f: (not is_open(f), -f.at.timestamp()))

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        rows = [Row(f.id) for f in self._feedback_in(self.box) if matches_filter(shown, f, self.words)]
        return rows or [Row(text="  nothing fits these words" if self.words else "  no feedback here yet")]

    def _draw(self, row: Row, width: int) -> Line:
        feedback = self._feedback(row.record_id)
        return feedback_row(self.shown, feedback, width) if feedback else ((row.text, row.style),)

    def _feedback(self, record_id: RecordId | None) -> Feedback | None:
        record = self.shown.board.get(record_id)
        return record if isinstance(record, Feedback) else None

    def _thread(self, width: int) -> Iterable[Line]:
        feedback = self._feedback(self.view.selected)
        return thread_lines(self.shown, feedback, width) if feedback else ()

    def watch_box(self) -> None:
        self._arrange()

    def watch_words(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        if self.is_mounted:
            self.view.rebuild()
            self.title_line.rewrite()
            self.thread.rewrite()

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        self.show_header()
        self.view.show_board(self.shown, () if self.board_app.past else message.changed)
        self.title_line.rewrite()
        self.thread.rewrite()
        self.refresh_bindings()

    @on(RowSelected)
    def _row_selected(self) -> None:
        self.thread.scroll_to(y=0, animate=False)
        self.thread.rewrite()
        self.refresh_bindings()

    # -- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the actions that make sense for the selected feedback."""
        if action not in ("reply", "acknowledge", "resolve", "decline", "reopen"):
            return True
        feedback = self._feedback(self.view.selected) if self.is_mounted else None
        if feedback is None or self.board_app.past is not None:
            return False
        request, open_now = feedback.kind == "request", is_open(feedback)
        verb, makes_sense = {
            "reply": (ReplyToFeedback.verb, True),
            "acknowledge": (AcknowledgeFeedback.verb, not request and feedback.state == "open"),
            "resolve": (ResolveFeedback.verb, not request and open_now),
            "decline": (DeclineRequest.verb, request and open_now),
            "reopen": (ReopenFeedback.verb, not open_now),
        }[action]
        board = self.board_app.board
        me = board.member(self.board_app.actor.member)
        return makes_sense and may(board, me, verb, board.member(feedback.to), feedback.giver)

    async def _write(self, title: str, make: Callable[[str], Action]) -> None:
        await self.board_app.open(TextPromptScreen(title, make))

    async def action_reply(self) -> None:
        """Reply to the selected feedback or request."""
        feedback = self._feedback(self.view.selected)
        if feedback is not None:
            heading = feedback_heading(self.shown.board, feedback)
            await self._write(f"{feedback.id} {heading}", lambda text: ReplyToFeedback(feedback=feedback.id, text=text))

    async def action_decline(self) -> None:
        """Decline the selected request, with a reason."""
        feedback = self._feedback(self.view.selected)
        if feedback is not None:
            title = f"Decline {feedback.id}: a word on why"
            await self._write(title, lambda text: DeclineRequest(feedback=feedback.id, word=text))

    async def action_acknowledge(self) -> None:
        """Acknowledge the selected feedback."""
        feedback = self._feedback(self.view.selected)
        if feedback is not None:
            await self.try_commit(AcknowledgeFeedback(feedback=feedback.id))

    async def action_resolve(self) -> None:
        """Resolve the selected feedback."""
        feedback = self._feedback(self.view.selected)
        if feedback is not None:
            await self.try_commit(ResolveFeedback(feedback=feedback.id))

    async def action_reopen(self) -> None:
        """Reopen the selected feedback."""
        feedback = self._feedback(self.view.selected)
        if feedback is not None:
            await self.try_commit(ReopenFeedback(feedback=feedback.id))

    # -- navigation and palette

    @property
    def to_copy(self) -> Sequence[RecordId]:
        """The id of the selected feedback."""
        return [self.view.selected] if self.view.selected else []

    @property
    def filtered(self) -> BoardView:
        """The list."""
        return self.view

    def action_turn(self) -> None:
        """Show the next of the three lists."""
        self.box = BOXES[(BOXES.index(self.box) + 1) % len(BOXES)]

    def action_scroll_thread(self, lines: int) -> None:
        """Scroll the thread."""
        self.thread.scroll_relative(y=lines, animate=False)

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield Command("Reply", "Reply, or answer the request (Enter)", self.action_reply, "reply to feedback")
        yield Command("Turn", "To you, from you, the team's (Tab)", self.action_turn)
        yield Command("Back", "To the board (Esc)", self.action_back)
