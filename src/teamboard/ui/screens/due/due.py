"""What is due: to and from the person, or in the whole team, the most overdue first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var

from teamboard.actions.one_on_ones import FinishAction
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import DUE_KINDS, Due, DueKind, dues
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.sanitize import shell_command
from teamboard.render.due import AHEAD_DAYS, OVERDUE_NOTE, due_row, due_sections
from teamboard.render.line_layout import Line, Span, fit
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged, RowOpened
from teamboard.ui.navigation import open_review
from teamboard.ui.palette import Command
from teamboard.ui.screens.base_screen import TWO_PANES
from teamboard.ui.screens.goal_screen import GoalScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.rows import Row

Whose = Literal["yours", "the team's"]
FINISH_KEY = "x"
SETTLED_BY: dict[DueKind, str] = {
    "check-in": "check-in",
    "feedback": "feedback",
    "manager's feedback": "feedback",
    "one-on-one": "one-on-one",
    "review": "review",
}
"""The name of the action that settles each kind of item but agreed actions."""
WHOSE: tuple[Whose, ...] = ("yours", "the team's")


class DueScreen(GoalScreen[None]):
    """The list of what is due; Enter opens the form or screen that settles the selected row."""

    LEGEND: ClassVar[legend.Legend] = legend.DUE
    CSS_PATH: ClassVar[Path] = TWO_PANES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(FINISH_KEY, "finish", "Done"),
        Binding("tab", "turn", "Yours or all"),
        Binding("escape", "back", "Back"),
        bound("due", "back", "Back"),
    ]

    whose: var[Whose] = var[Whose]("yours")

    view = getters.query_one(BoardView)
    caption = getters.query_one("#boxes", LinesView)

    def __init__(self) -> None:
        super().__init__()
        self._dues: dict[RecordId, Due] = {}

    @property
    def selected(self) -> RecordId | None:
        """The id of the goal or member that the selected row is about, or None."""
        due = self._due
        if due is None:
            return None
        member = self.shown.board.member(due.to)
        return to_record_id(due.about) if due.kind == "check-in" else member.id if member else None

    @property
    def _due(self) -> Due | None:
        return self._dues.get(self.view.selected) if self.view.selected else None

    def compose(self) -> ComposeResult:
        if self.board_app.board.member(self.board_app.actor.member) is None:
            self.set_reactive(DueScreen.whose, "the team's")
        yield from self.compose_header()
        yield LinesView(self._caption, id="boxes")
        yield BoardView(self.shown, self._rows, draw=self._draw)
        yield KeyFooter()

    def on_mount(self) -> None:
        self.show_header()
        self.view.focus()

    # -- contents

    def _caption(self, width: int) -> Iterator[Line]:
        spans: list[Span] = [("  Due   ", "strong")]
        for whose in WHOSE:
            late = sum(bool(due.overdue) for due in self._dues_of(whose))
            count = f" {late} overdue" if late else " nothing overdue"
            spans += [(f"{whose}{count}", "strong" if whose == self.whose else "dim"), ("   ", "")]
        yield tuple(spans)

    def _dues_of(self, whose: Whose) -> list[Due]:
        board = self.shown.board
        me = board.member(self.board_app.actor.member)
        if whose == "yours" and me is None:
            return []
        return dues(self.shown, me if whose == "yours" else None)

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        sections = due_sections(self._dues_of(self.whose), shown.day)
        rows: list[Row] = []
        self._dues = {}
        for section in sections:
            rows += [Row(text="")] if rows else []
            note = OVERDUE_NOTE if section.dues[0].overdue else ""
            rows.append(Row(text=f"  {section.title}{note}", style="strong"))
            for due in section.dues:
                key = " ".join((due.kind, due.owes or "", due.to or "", due.about))
                rows.append(Row.of_part(key))
                self._dues[rows[-1].record_id] = due
        return rows or [Row(text=f"  Nothing is due in the next {AHEAD_DAYS} days.")]

    @property
    def _key_cells(self) -> int:
        """The width of the column of keys, whichever kinds are listed."""
        return max(cell_len(self._settling_key(kind)) for kind in DUE_KINDS)

    def _draw(self, row: Row, width: int) -> Line:
        due = self._dues.get(row.record_id)
        if due is None:
            return ((row.text, row.style),)
        return due_row(self.shown, due, width, key=fit(self._settling_key(due.kind), self._key_cells))

    def _settling_key(self, kind: DueKind) -> str:
        """The key that settles an item, or that of opening it, which settles it too."""
        by = SETTLED_BY.get(kind)
        return FINISH_KEY if by is None else self.key_name(by) or self.key_name("open")

    def watch_whose(self) -> None:
        if self.is_mounted:
            self.view.rebuild()
            self.view.reveal()
            self.caption.rewrite()

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        self.show_header()
        self.view.show_board(self.shown)
        self.caption.rewrite()

    # -- actions

    @on(RowOpened)
    async def _row_opened(self) -> None:
        due = self._due
        if due is None:
            return
        match due.kind:
            case "check-in":
                await self.action_check_in()
            case "feedback" | "manager's feedback":
                await self.action_feedback()
            case "one-on-one":
                self.action_one_on_one()
            case "action":
                await self.action_finish()
            case "review":
                if due.about:
                    await open_review(self.board_app, to_record_id(due.about), prepare=due.on > self.shown.day)
                else:
                    schedule = shell_command("review", "schedule", due.to, "DAY")
                    self.board_app.say(f"The day is set with {schedule}.")

    async def action_finish(self) -> None:
        """Mark the selected agreed action as done."""
        due = self._due
        if due is None or due.kind != "action" or self.board_app.past is not None:
            self.board_app.say(f"Select an agreed action on today's board, then press {FINISH_KEY}.", "warning")
            return
        if await self.try_commit(FinishAction(action=due.about)):
            self.board_app.say(f"{due.about} is done.")

    def open_goal(self, goal_id: RecordId | None) -> None:
        """Select the check-in that is due on a goal, if there is one."""
        self.view.select(next((key for key, due in self._dues.items() if goal_id and due.about == goal_id), None))

    def action_turn(self) -> None:
        """Switch between the person's and the team's."""
        self.whose = WHOSE[1 - WHOSE.index(self.whose)]

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield from self.goal_commands()
        yield Command("Yours or the team's", "Turn the list (Tab)", self.action_turn)
        yield Command("Back", "To the board (Esc)", self.action_back)
