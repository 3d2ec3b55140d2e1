"""The kiosk: shows the board and each member in turn on a wall screen, read-only, dimmed at night."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.widgets import Footer

from teamboard.domain.board_filter import filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.records import Member
from teamboard.domain.standup import speakers
from teamboard.ui.messages import BoardChanged
from teamboard.ui.screens.standup.standup import StandupScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.rows import Row

ROTATE_SECONDS = 20.0
NIGHT = (20, 7)
"""The hours from and until which the screen is dimmed, in the team's time zone."""


def release_free_memory() -> None:
    """Release free heap memory to the OS.

    Each newer board takes new memory, and over days glibc would keep the freed memory of the old ones. With another C
    library only Python's garbage is collected.
    """
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


class WallView(BoardView, can_focus=False):
    """The board, shown page by page; no row can be selected."""

    def _select(self, key: str | None) -> None:
        pass


class KioskScreen(StandupScreen):
    """Shows each page of the board, then each member, and starts again."""

    CSS_PATH: ClassVar[str] = "standup.tcss"

    wall = getters.query_one(WallView)

    def __init__(self, *, rotate: float = ROTATE_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(order="round", rotate=rotate, clock=clock)
        self._page: int | None = 0
        """The page of the board that is shown; None while a member is shown."""

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            if isinstance(widget, Footer):
                yield WallView(self.shown, self._rows, id="wall")
            else:
                yield widget

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        filtered = filter_board(shown)
        rows = [Row(t.id) for t in filtered.team_goals]
        for section in filtered.sections:
            rows += [Row(text=""), Row(section.member.id), *(Row(g.id) for g in section.goals)]
        return rows

    @property
    def _member(self) -> Member | None:
        return None if self._page is not None else super()._member

    def _pages(self) -> list[int]:
        """The index of the first row of each page; records of several lines are not split."""
        rows, height, starts = self.wall.rows, max(self.wall.size.height, 1), [0]
        while (end := starts[-1] + height) < len(rows):
            starts.append(max(end - rows[end].part, starts[-1] + 1))
        return starts

    def _show(self) -> None:
        super()._show()
        self.set_class(self._page is not None, "-board")
        self.set_class(self._is_night(), "-night")
        pages = self._pages()
        self.wall.scroll_to(y=pages[min(self._page or 0, len(pages) - 1)], animate=False)

    def _is_night(self) -> bool:
        hour = self.board_app.now.astimezone(self.shown.board.zone).hour
        begins, ends = NIGHT
        return hour >= begins or hour < ends

    def action_next(self, step: int) -> None:
        """Show the next page of the board or the next member; after the last one the board again."""
        self._since = self._clock()
        if self._page is not None and self._page + 1 < len(self._pages()):
            self._page += 1
        elif self._page is not None:
            # Members may have joined or left since the last round.
            self._speakers = [m.handle for m in speakers(self.shown, "round", 0)]
            self._page, self._at = (None, 0) if self._speakers else (0, 0)
        elif self._at + 1 < len(self._speakers):
            self._at += 1
        else:
            self._page, self._at = 0, 0
            release_free_memory()
        self._over = False
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable all actions that change the board."""
        return action not in ("help", "keep", "round_up")

    def on_board_changed(self, message: BoardChanged) -> None:
        """Show the newer board."""
        self.wall.show_board(self.shown, message.changed)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)
