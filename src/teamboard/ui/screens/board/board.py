"""The main screen: the board, a pane with the detail of the selected goal, a filter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.reactive import var

from teamboard.domain.board_filter import MEMBER_ORDERS, NEEDS_HELP, PROPOSED, MemberOrder, filter_board
from teamboard.domain.board_on_day import BoardOnDay, achieved
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId, Table
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.render.board_header import set_aside_notice
from teamboard.render.line_layout import SpanStyle
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged, RowOpened, RowSelected
from teamboard.ui.navigation import banner, goal_detail, key_footer, member_rank, open_member
from teamboard.ui.palette import Command
from teamboard.ui.screens.filtered_screen import FilteredScreen
from teamboard.ui.screens.goal_screen import GoalScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.rows import Row

if TYPE_CHECKING:
    from teamboard.ui.widgets.banner import Banner
    from teamboard.ui.widgets.goal_detail import GoalDetail

CELEBRATION_SECONDS = 8.0
SORT_SECONDS = 1.5
FOOTER_AFTER_SECONDS = 0.03
ROW_TABLES: tuple[Table, ...] = ("members", "team_goals", "goals")
"""The tables on which the rows depend that are neither filtered nor sorted by what changes with each check-in."""
DETAIL_KEYS: dict[str, dict[str, Any]] = {
    "back": {"show": True, "description": "Close"},
    "scroll_detail(-3)": {"show": True, "description": "Scroll", "key_display": "shift+↑↓"},
}
"""What the footer says of some actions while the detail is open."""
DETAIL_STYLES = Path(__file__).with_name("detail.tcss")


class BoardScreen(FilteredScreen[None], GoalScreen[None]):
    """The team goals, then each member with their goals."""

    FILTER_HINT: ClassVar[str] = "name, goal, status, needs help"

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (150, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("filter", "filter", "Filter", priority=True, show=True),
        bound("sort", "sort", "Sort by gap, forecast …"),
        bound("history", "app.show('history')", "History"),
        bound("quarter", "app.show('quarter')", "The quarter's result"),
        bound("standup", "app.show('standup')", "Hold the standup"),
        Binding("escape", "back", "Back", show=False),
        Binding("shift+up", "scroll_detail(-3)", "Scroll the detail", show=False),
        Binding("shift+down", "scroll_detail(3)", "Scroll the detail", show=False),
    ]

    order: var[MemberOrder] = var[MemberOrder]("team")

    def __init__(self) -> None:
        super().__init__()
        self._banner: Banner | None = None
        self._detail: GoalDetail | None = None
        self._opens_member = False
        """True if Enter opens a member: one is selected, not a goal."""
        self._rows_kept: tuple[tuple[object, ...], list[Row]] = ((), [])

    @property
    def view(self) -> BoardView:
        """The board."""
        return self.query_one("#board", BoardView)

    @property
    def selected(self) -> RecordId | None:
        """The id of the selected row's record, or None."""
        return self.view.selected

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield BoardView(self.shown, self._rows, id="board")

    def on_mount(self) -> None:
        self._show_state()
        self.view.focus()
        # After the first paint: the footer's dozen widgets would delay it.
        self.set_timer(FOOTER_AFTER_SECONDS, self._mount_footer)

    async def _mount_footer(self) -> None:
        with self.app.batch_update():
            # The class gives up the room that was left for it.
            self.add_class("-footed")
            await self.mount(key_footer())
        # A new footer is empty until the bindings change.
        self.refresh_bindings()

    # -- rows

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        """The rows for a view; those of the last one while nothing has changed that they depend on."""
        if self.words or self.order not in ("team", "name"):
            return self._new_rows(shown)
        tables = (self.order, *(shown.board.tables[name] for name in ROW_TABLES))
        # Mostly the same records, whose comparison takes a hundredth of the time of filtering them.
        if tables != self._rows_kept[0]:
            self._rows_kept = tables, self._new_rows(shown)
        return self._rows_kept[1]

    def _new_rows(self, shown: BoardOnDay) -> list[Row]:
        filtered = filter_board(shown, words=self.words, order=self.order, rank=member_rank(shown, self.order))
        rows = [Row(t.id) for t in filtered.team_goals]
        is_said = False
        for section in filtered.sections:
            rows += [Row(text="")] if rows else []
            rows.append(Row(section.member.id))
            rows += [Row(g.id) for g in (*section.goals, *section.proposed)]
            if not section.goals and not section.proposed:
                # Said once: on a board without goals every member would have it.
                how_to_add = "" if is_said else self.how_to_add_goal(section.member)
                rows.append(Row(text=f"     no goals yet{how_to_add}"))
                is_said = is_said or how_to_add != ""
        if not rows:
            empty = "nothing fits this filter" if self.words else "nobody is on this board yet"
            hint = "Esc shows all again" if self.words else "`teamboard member add` brings somebody in"
            rows += [Row(text=f"  {empty}", style="strong"), Row(text=f"  {hint}")]
        return rows

    def watch_words(self) -> None:
        self._arrange()

    def watch_order(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        if self.is_mounted:
            self.view.rebuild()
            self.view.reveal()

    # -- changes of the board

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        app = self.board_app
        self.view.show_board(self.shown, () if app.past else message.changed)
        self._show_state()
        self._show_detail()
        goals = achieved(message.before, message.after, message.changed)
        if goals and app.store_error is None:
            owner = app.board.member(goals[-1].owner)
            name = display_name(app.board, owner) if owner else goals[-1].owner
            self._announce(f"★ ★ ★ {name} achieved {goals[-1].title} ★ ★ ★", "achieved")
            self.set_timer(CELEBRATION_SECONDS, self._show_state)

    def _show_state(self) -> None:
        app = self.board_app
        self.show_header()
        if app.store_error is None and app.past is not None:
            self._announce(self._past_keys(), "warn")
        elif app.store_error is None and app.guard is not None and app.guard.losses:
            key = self.key_name("bring-back")
            self._announce(f"▲ {app.guard.losses[-1].notice(app.board, app.actor, key)}", "bad")
        elif app.store_error is None and app.board.set_aside:
            self._announce(set_aside_notice(app.board), "warn")
        elif app.store_error is None:
            self._announce("", "")
        else:
            self._announce(f"▲ {app.store_error.brief} This is the last good board; nothing can be written.", "bad")

    def _announce(self, text: str, style: SpanStyle) -> None:
        """Show a text in the banner, which is made with the first one: most boards never have any."""
        if self._banner is None and text:
            self._banner = banner()
            self.mount(self._banner, before="#board")
        if self._banner is not None:
            self._banner.say(text, style)
            self.set_class(bool(text), "-banner")

    def _past_keys(self) -> str:
        """The keys that lead to other days, for the banner."""
        steps = " ".join(key for name in ("day-back", "day-on") if (key := self.key_name(name)))
        date_key = self.key_name("go-to")
        keys = (steps and f"{steps} a day back and on", date_key and f"{date_key} a date", "Esc for now")
        return " · ".join(key for key in keys if key)

    # -- the detail of a goal

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that the footer and `?` list; with the detail open also those that close and scroll it."""
        active = super().active_bindings
        if not self.has_class("-detail"):
            return active
        changes = DETAIL_KEYS if self._opens_member else DETAIL_KEYS | {"open": {"show": False}}
        return {
            key: found._replace(binding=replace(found.binding, **changes.get(found.binding.action, {})))
            for key, found in active.items()
        }

    @on(RowSelected)
    def _row_selected(self) -> None:
        opened_member = self._opens_member
        self._opens_member = isinstance(self.shown.board.get(self.selected), Member)
        if self.has_class("-detail") and self._opens_member != opened_member:
            self.refresh_bindings()
        self._show_detail()

    @on(RowOpened)
    def _row_opened(self, message: RowOpened) -> None:
        record = self.shown.board.get(message.record_id)
        if isinstance(record, Member):
            self.open_member(record.handle)
        elif not self.has_class("-detail"):
            self._open_detail()

    def _open_detail(self) -> None:
        if self._detail is None:
            # Not with the screen's own styles: to parse them would delay the first paint.
            self.app.stylesheet.read(DETAIL_STYLES)
            self._detail = goal_detail(self.key_name)
            self.mount(self._detail, after="#board")
        self.add_class("-detail")
        self.refresh_bindings()
        self.call_after_refresh(self._show_detail)

    def _show_detail(self) -> None:
        if self._detail is None or not self.has_class("-detail"):
            return
        shown = self.shown
        goal = shown.board.goal(self.view.selected)
        if goal is not None:
            self._detail.show(shown, goal, shown.board.member(self.board_app.actor.member))

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll the text of the detail."""
        if self._detail is not None:
            self._detail.scroll_text(lines)

    def action_back(self) -> None:
        """Go back to today, or close what is open; the board itself stays."""
        super().action_back()
        self.view.focus()

    def close_part(self) -> bool:
        """Unmark, close the detail, or clear the filter; True always, since the board itself stays."""
        if self.marked:
            self.view.unmark()
        elif self.has_class("-detail"):
            self.remove_class("-detail")
            self.refresh_bindings()
        else:
            super().close_part()
        return True

    # -- filter and sort

    @property
    def filtered(self) -> BoardView:
        """The board."""
        return self.view

    def action_sort(self) -> None:
        """Sort the members in the next order."""
        orders = list(MEMBER_ORDERS)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.board_app.say(f"Members {MEMBER_ORDERS[self.order]}.", seconds=SORT_SECONDS)

    # -- navigation and palette

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield from self.goal_commands()
        yield Command(
            "Open", self.board_app.with_key("The selected goal's detail, or the member", "open"), self.view.action_open
        )
        yield Command("Filter", self.board_app.with_key("Narrow the board by words", "filter"), self.action_filter)
        for order, name in MEMBER_ORDERS.items():
            if order != self.order:
                yield Command(
                    f"Sort {name}",
                    self.board_app.with_key("The order of the members", "sort"),
                    partial(self._sort, order),
                )
        yield Command("Needs help", "Only goals that want help", partial(self.filter_by, NEEDS_HELP))
        yield Command("Proposed", "Only goals for which a revision is proposed", partial(self.filter_by, PROPOSED))
        for region in sorted({member.region for member in self.shown.members if member.region}):
            yield Command(f"Region: {one_line(region)}", "Only its members", partial(self.filter_by, region))
        for member in self.shown.members:
            yield Command(
                f"Member: {display_name(self.shown.board, member)}",
                member.role or "Open the member",
                partial(self.open_member, member.handle),
            )

    def _sort(self, order: MemberOrder) -> None:
        self.order = order

    def open_member(self, handle: str) -> None:
        """Open a member."""
        open_member(self.board_app, handle, self.open_goal)

    def open_goal(self, goal_id: RecordId | None) -> None:
        """Select a goal that was chosen on another screen, and open its detail."""
        if goal_id is not None and self.view.select(goal_id):
            self._open_detail()
