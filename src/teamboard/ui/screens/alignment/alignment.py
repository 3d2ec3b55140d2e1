"""The alignment: the carriers of each team goal and their shares, or each member's goals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.render.alignment import ARRANGEMENTS, AlignmentTable, Arrangement, TreeRow
from teamboard.render.line_layout import Line
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged, RowOpened
from teamboard.ui.navigation import open_member
from teamboard.ui.palette import Command
from teamboard.ui.screens.goal_screen import GoalScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.rows import Row


class AlignmentScreen(GoalScreen["str | None"]):
    """The tree of team goals and their carriers; the result is the id of a goal whose detail to open, or None."""

    LEGEND: ClassVar[legend.Legend] = legend.ALIGNMENT
    CSS_PATH: ClassVar[str] = "alignment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("move", "move", "Move", show=True),
        bound("sort", "arrange", "Arrange", show=True),
        Binding("escape", "back", "Back"),
        bound("align", "back", "Back"),
    ]

    arrangement: var[Arrangement] = var[Arrangement]("team goal")

    view = getters.query_one(BoardView)
    caption = getters.query_one("#caption", LinesView)

    def __init__(self) -> None:
        super().__init__()
        self._table: AlignmentTable | None = None
        self._tree: dict[str, TreeRow] = {}

    @property
    def selected(self) -> RecordId | None:
        """The id of the selected row's record, or None."""
        return self.view.selected

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield LinesView(self._caption, id="caption")
        yield BoardView(self.shown, self._rows, draw=self._draw)
        yield KeyFooter()

    def on_mount(self) -> None:
        self.show_header()
        self.view.focus()

    @property
    def _width(self) -> int:
        """The width of headings and rows, which leave room for a scrollbar, so that they stay in line."""
        return max(self.size.width - 1, 1)

    def _caption(self, _: int) -> list[Line]:
        return [self._table.caption(self._width)] if self._table else []

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        self._table = AlignmentTable(shown, self.arrangement, "" if self.board_app.past else self.key_name("move"))
        rows: list[Row] = []
        self._tree = {}
        for i, found in enumerate(self._table.rows):
            # Without an id the row can't be selected; the text is its key in `_tree`.
            row = Row(found.record_id, under=found.under) if found.record_id else Row(text=f"#{i}")
            self._tree[row.key or row.text] = found
            rows.append(row)
        self.caption.rewrite()
        return rows

    def _draw(self, row: Row, _: int) -> Line:
        return self._tree[row.key or row.text].draw(self._width)

    def watch_arrangement(self) -> None:
        if self.is_mounted:
            self.view.rebuild()
            self.view.reveal()

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        self.show_header()
        self.view.show_board(self.shown, () if self.board_app.past else message.changed)

    @on(RowOpened)
    def _row_opened(self, message: RowOpened) -> None:
        record = self.shown.board.get(message.record_id)
        if self.shown.board.goal(message.record_id) is not None:
            self.dismiss(message.record_id)
        elif record is not None and self.app.screen is self:
            open_member(self.board_app, getattr(record, "handle", ""), self.open_goal)

    def open_goal(self, goal_id: RecordId | None) -> None:
        """Close the screen with the id of a goal; the screen below opens its detail."""
        if goal_id is not None:
            self.dismiss(goal_id)

    def action_arrange(self) -> None:
        """Switch between the arrangements by team goal and by member."""
        self.arrangement = ARRANGEMENTS[1 - ARRANGEMENTS.index(self.arrangement)]

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield from self.goal_commands()
        yield Command(
            "Arrange otherwise", self.board_app.with_key("By team goal, or by member", "sort"), self.action_arrange
        )
        yield Command("Back", "To the board (Esc)", self.action_back)
