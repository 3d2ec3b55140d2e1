"""Check in or give feedback in a few lines below the prompt: choose a goal or a member, then fill in the form."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, ClassVar, Literal, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Input, Label

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.permissions import may
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.domain.records.names import comparable
from teamboard.domain.sanitize import one_line
from teamboard.ui.app import BoardApp
from teamboard.ui.messages import RowOpened
from teamboard.ui.navigation import check_in_form, give_feedback_form
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.ordered_input import LineField, wait_until_processed
from teamboard.ui.widgets.rows import Row

FormKind = Literal["check in", "feedback"]
QUESTIONS: dict[FormKind, str] = {"check in": "Which goal?", "feedback": "Feedback to whom?"}
MOST_ROWS = 10


class PickScreen(Screen[None]):
    """The goals or members to choose from, filtered by the words that are typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", priority=True),
        Binding("down", "move(1)", "Down", priority=True),
        Binding("enter", "choose", "Choose", priority=True),
        Binding("escape", "app.quit", "Leave"),
    ]

    view = getters.query_one(BoardView)

    @property
    def quick(self) -> QuickApp:
        return cast("QuickApp", self.app)

    def compose(self) -> ComposeResult:
        yield Label(QUESTIONS[self.quick.what], id="question")
        yield LineField(placeholder="type to narrow, ↑ ↓ to select, Enter to choose, Esc to leave", compact=True)
        yield BoardView(self.quick.shown, self._rows)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._filter()

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        words = comparable(self.query_one(Input).value).split()
        rows = [Row(record.id) for record in self.quick.choices(shown) if all(word in _text(record) for word in words)]
        return rows or [Row(text="  nothing fits; Backspace shows more")]

    @on(Input.Changed)
    def _filter(self) -> None:
        self.view.rebuild()
        self.view.styles.height = min(len(self.view.rows), MOST_ROWS)

    async def action_move(self, direction: int) -> None:
        """Select the next row up or down, once the words typed before have filtered the rows."""
        await wait_until_processed(self.query_one(Input), self)
        self.view.action_move(direction)

    async def action_choose(self) -> None:
        """Open the form for the selected row, once the words typed before have filtered the rows."""
        await wait_until_processed(self.query_one(Input), self)
        await self.quick.open_form(self.view.selected)

    @on(RowOpened)
    async def _row_opened(self, message: RowOpened) -> None:
        await self.quick.open_form(message.record_id)


def _text(record: Goal | TeamGoal | Member) -> str:
    title = record.name if isinstance(record, Member) else record.title
    return comparable(one_line(f"{record.id} {title} {getattr(record, 'handle', '')}"))


class QuickApp(BoardApp):
    """One form on a board, below the prompt; `said` is its last message, to be printed afterwards."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [*BoardApp.CSS_PATH, "inline.tcss"]

    what: FormKind = "check in"
    said = ""

    def get_default_screen(self) -> Screen[Any]:
        """The screen at the bottom of the stack."""
        return PickScreen()

    def choices(self, shown: BoardOnDay) -> list[Goal | TeamGoal | Member]:
        """The goals on which the person may check in, their own first; for feedback, the other members."""
        board, me = shown.board, shown.board.member(self.actor.member)
        if self.what == "feedback":
            return [m for m in shown.members if m is not me]
        own = sorted(board.open_goals, key=lambda g: (g.owner != self.actor.member, isinstance(g, TeamGoal)))
        return [
            g
            for g in own
            if may(board, me, CheckInGoal.verb, board.member(g.owner))
            and not (isinstance(g, TeamGoal) and g.rolls_up != "own")
        ]

    async def open_form(self, record_id: RecordId | None) -> None:
        """Open the form for a goal or a member."""
        record = self.board.get(record_id)
        if isinstance(record, Goal | TeamGoal):
            await self._open(check_in_form(record, self.board.last_checkin(record.id)))
        elif isinstance(record, Member):
            await self._open(give_feedback_form(record, ""))

    async def _open(self, form: Screen[bool]) -> None:
        await self.open(form, lambda saved: self.exit() if saved else None)

    def say(self, text: str, severity: SeverityLevel = "information", *, seconds: float | None = None) -> None:
        """Keep the message, to be printed when the form is closed."""
        self.said = text
