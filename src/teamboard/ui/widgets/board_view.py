"""The board: one widget that draws a line for each team goal, member and goal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, cast

from msgspec import Struct
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.timer import Timer

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay, touched
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.render.board_header import id_cells
from teamboard.render.goals.board_line import columns_for, goal_line
from teamboard.render.line_layout import Line
from teamboard.render.team.member_line import member_line
from teamboard.ui.appearance import HasAppearance
from teamboard.ui.keymap import bound
from teamboard.ui.messages import RowOpened, RowSelected
from teamboard.ui.widgets.glow import Glow
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.rows import Row

GLOW_STEP_SECONDS = 0.1
SCROLL_MARGIN = 2


RowsOf = Callable[[BoardOnDay], list[Row]]
"""Returns the rows for a view of the board."""

DrawRow = Callable[[Row, int], Line]
"""Draws a row, in a width in cells."""


class BigLayout(Struct, frozen=True):
    """The functions that draw a board big: one expands its rows, one draws a part of a record."""

    rows: Callable[[list[Row], Board], list[Row]]
    line: Callable[[BoardOnDay, AnyGoal | Member, int, int], Line]


class BoardView(LinesView, can_focus=True):
    """Rows of a board, one of them selected. A row that has changed glows for three seconds."""

    DEFAULT_CSS: ClassVar[str] = "BoardView { margin: 1 0 0 0; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("up", "move(-1)", "Up or down"),
        bound("down", "move(1)", "Up or down"),
        Binding("pageup", "page(-1)", "A page up or down", show=False),
        Binding("pagedown", "page(1)", "A page up or down", show=False),
        Binding("home", "edge(-1)", "First or last", show=False),
        Binding("end,G", "edge(1)", "First or last", show=False),
        bound("open", "open", "Open", show=True),
    ]

    def __init__(
        self,
        shown: BoardOnDay,
        rows_of: RowsOf,
        *,
        draw: DrawRow | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._draw = draw or self.board_line
        self._can_be_big = draw is None
        self._big: BigLayout | None = None
        self.shown = shown
        self._rows_of = rows_of
        self._rows: list[Row] = []
        self._at: dict[str, int] = {}
        self._places: dict[RecordId, list[int]] = {}
        self._selected: str | None = None
        self._marks: set[RecordId] = set()
        self._drawn: dict[int, Line] = {}
        self._glows = Glow()
        self._glow_timer: Timer | None = None

    # -- rows

    @property
    def selected(self) -> RecordId | None:
        """The id of the selected row's record, or None."""
        return RecordId(self._selected.rpartition("/")[2]) if self._selected else None

    @property
    def rows(self) -> list[Row]:
        return self._rows

    @property
    def drawn(self) -> list[Line]:
        """All lines, also those scrolled out of sight."""
        return [self._line(index) for index in range(len(self._rows))]

    @property
    def marked(self) -> list[RecordId]:
        """The ids of the marked records, in the order of the rows."""
        return list(dict.fromkeys(row.record_id for row in self._rows if row.record_id in self._marks))

    def toggle_mark(self, record_id: RecordId) -> None:
        """Mark a record, or unmark it."""
        self._marks ^= {record_id}
        self._refresh_record(record_id)

    def unmark(self) -> None:
        """Unmark all records."""
        marked, self._marks = self._marks, set()
        for record_id in marked:
            self._refresh_record(record_id)

    def _refresh_record(self, record_id: RecordId) -> None:
        for index in self._places.get(record_id, ()):
            self._refresh_row(index)

    @property
    def line_count(self) -> int:
        return len(self._rows)

    def on_mount(self) -> None:
        self._set_big()
        self._glow_timer = self.set_interval(GLOW_STEP_SECONDS, self._fade, pause=True)
        self.rebuild()

    def show_board(self, shown: BoardOnDay, changed: Iterable[RecordId] = ()) -> None:
        """Show another view. Selection and scroll position stay; the rows of the `changed` ids glow."""
        changed_ids = self._ids_to_light(shown.board, changed)
        self.shown = shown
        before = self._rows
        rows = self._rows_now()
        self._glows.light(changed_ids)
        if rows != before:
            self.rebuild(rows)
        else:
            self._redraw()
        if changed_ids and self._glow_timer is not None:
            self._glow_timer.resume()

    def rebuild(self, rows: list[Row] | None = None) -> None:
        """Compute the rows again, such as for a new filter; the row at the top stays there."""
        offset = self.scroll_offset.y
        anchor = next((i for i in range(offset, len(self._rows)) if self._rows[i].record_id), None)
        anchor_key = self._rows[anchor].key if anchor is not None else ""
        before, neighbours = self.selected, self._neighbours() if rows is not None else []
        self._rows = rows if rows is not None else self._rows_now()
        self._at = {row.key: i for i, row in enumerate(self._rows) if row.record_id and not row.part}
        self._places = {}
        for i, row in enumerate(self._rows):
            self._places.setdefault(row.record_id, []).append(i)
        self._drawn.clear()
        self.virtual_size = Size(0, len(self._rows))
        if self._selected not in self._at:
            others = (row.key for row in self._rows if row.record_id)
            first = next((key for key in neighbours if key in self._at), None) or next(others, None)
            self._select(self._rows[self._places[before][0]].key if before in self._places else first)
        if offset and anchor is not None and anchor_key in self._at:
            self.scroll_to(y=max(self._at[anchor_key] - (anchor - offset), 0), animate=False)
        self.refresh()

    def _neighbours(self) -> list[str]:
        """The keys of the rows after the selected one, then of those before it, nearest first."""
        at = self._at.get(self._selected or "", 0)
        return [row.key for row in (*self._rows[at + 1 :], *reversed(self._rows[:at])) if row.record_id]

    def _rows_now(self) -> list[Row]:
        rows = self._rows_of(self.shown)
        return self._big.rows(rows, self.shown.board) if self._big else rows

    def _set_big(self) -> bool:
        """Draw big or not, as the settings say; True if that has changed."""
        big = self._can_be_big and cast("HasAppearance", self.app).appearance.settings.big
        if big == (self._big is not None):
            return False
        self._big = None
        if big:
            # Imported late: with the standup's lines it takes 24 ms, and only a big board needs it.
            from teamboard.ui.widgets.big_lines import big_line, big_rows

            self._big = BigLayout(big_rows, big_line)
        return True

    def _ids_to_light(self, board: Board, changed: Iterable[RecordId]) -> set[RecordId]:
        ids = set(changed)
        lit = touched(board, ids) | {i for i in ids if known_table(i) in ("members", "team_goals", "goals")}
        for record_id in ids:
            record = board.get(record_id)
            handle = getattr(record, "to", None) or getattr(record, "member", None)
            member = board.member(handle) if isinstance(handle, str) else None
            if member is not None:
                lit.add(member.id)
        return lit

    # -- drawing

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        if index >= len(self._rows):
            return self.strip((), self.span_styles.background)
        record_id = self._rows[index].record_id
        selected = bool(record_id) and self._rows[index].key == self._selected
        background = self.span_styles.background_of(selected=selected, glow=self.glow(record_id))
        line = self._line(index)
        sign = self._sign(record_id, selected=selected)
        if sign and line and line[0][0].startswith(" "):
            line = ((sign, "accent"), (line[0][0][1:], line[0][1]), *line[1:])
        return self.strip(line, background)

    def _sign(self, record_id: RecordId, *, selected: bool) -> str:
        """The sign before a row that is selected, marked or both; "" if it is neither."""
        if record_id in self._marks:
            return "◉" if selected else "●"
        return ("▌" if self.has_focus else "▏") if selected else ""

    def _line(self, index: int) -> Line:
        line = self._drawn.get(index)
        if line is None:
            line = self._drawn[index] = self._draw_row(self._rows[index])
        return line

    def _draw_row(self, row: Row) -> Line:
        return self._draw(row, self.scrollable_content_region.width)

    def board_line(self, row: Row, width: int) -> Line:
        """The line of a row: of a goal or member, or the row's own text."""
        if not row.record_id:
            return ((row.text, row.style),)
        board = self.shown.board
        columns = columns_for(width, id_cells(board))
        record = board.get(row.record_id)
        if self._big and isinstance(record, Goal | TeamGoal | Member):
            return self._big.line(self.shown, record, row.part, width)
        if isinstance(record, Goal | TeamGoal):
            return goal_line(self.shown, record, columns)
        member = board.member(getattr(record, "handle", None))
        return member_line(self.shown, member, columns) if member else ()

    def _redraw(self) -> None:
        """Draw all lines again, and repaint those in sight that differ."""
        top, height = self.scroll_offset.y, self.size.height
        before, self._drawn = self._drawn, {}
        for index in range(top, min(top + height, len(self._rows))):
            if self._line(index) != before.get(index):
                self._refresh_row(index)

    def _refresh_row(self, index: int) -> None:
        self.refresh(Region(0, index - self.scroll_offset.y, self.size.width, 1))

    def glow(self, record_id: RecordId) -> float:
        """How strongly a record's rows glow now, 0 to 1."""
        left = self._glows.left(record_id)
        return left if self.app.animation_level != "none" else float(left > 0)

    def _fade(self) -> None:
        for record_id in self._glows.fade():
            self._refresh_record(record_id)
        if not self._glows and self._glow_timer is not None:
            self._glow_timer.pause()

    def rewrite(self) -> None:
        self._drawn.clear()
        if self._set_big():
            self.rebuild()
        self.refresh()
        self.reveal()

    def on_focus(self) -> None:
        self._refresh_selected()

    def on_blur(self) -> None:
        self._refresh_selected()

    # -- selection

    def select(self, record_id: RecordId | None) -> bool:
        """Select the first row of a record; False if it has none."""
        places = self._places.get(record_id) if record_id else None
        if not places:
            return False
        self._select(self._rows[places[0]].key)
        self.reveal()
        return True

    def _select(self, key: str | None) -> None:
        if key == self._selected:
            return
        self._refresh_selected()
        self._selected = key
        self._refresh_selected()
        self.post_message(RowSelected(self.selected))

    def _refresh_selected(self) -> None:
        first = self._at.get(self._selected or "")
        if first is not None:
            for index in range(first, first + self._parts(first)):
                self._refresh_row(index)

    def _parts(self, first: int) -> int:
        """The number of lines of the record whose first line has the index `first`."""
        key, last = self._rows[first].key, first + 1
        while last < len(self._rows) and self._rows[last].key == key and self._rows[last].part:
            last += 1
        return last - first

    def reveal(self) -> None:
        """Scroll the selected row into sight, with a margin."""
        index = self._at.get(self._selected or "")
        height = self.size.height
        if index is None or not height:
            return
        parts = self._parts(index)
        margin = max(min(SCROLL_MARGIN, (height - parts) // 2), 0)
        top = self.scroll_offset.y
        low, high = index + parts - height + margin, index - margin
        target = min(max(top, low), high)
        if target != top:
            self.scroll_to(y=max(target, 0), animate=False)

    def _step(self, start: int, direction: int) -> None:
        index = start
        while 0 <= index < len(self._rows):
            key = self._rows[index].key
            if key and key != self._selected:
                self._select(key)
                break
            index += direction
        self.reveal()

    def action_move(self, direction: int) -> None:
        """Select the next row up or down."""
        self._step(self._at.get(self._selected or "", -1) + direction, direction)

    def action_page(self, direction: int) -> None:
        """Select the row a page up or down."""
        height = max(self.size.height - 2, 1)
        target = self._at.get(self._selected or "", 0) + direction * height
        self._step(min(max(target, 0), len(self._rows) - 1), -direction)

    def action_edge(self, direction: int) -> None:
        """Select the first or the last row."""
        self._step(0 if direction < 0 else len(self._rows) - 1, -direction)

    def action_open(self) -> None:
        """Open the selected row."""
        if self.selected is not None:
            self.post_message(RowOpened(self.selected))

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y
        if index < len(self._rows) and self._rows[index].record_id:
            if event.chain > 1:
                self.action_open()
            else:
                self._select(self._rows[index].key)
