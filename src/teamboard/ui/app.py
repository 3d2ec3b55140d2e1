"""The app: wires the board, screens, themes and notifications together. It decides nothing about goals or feedback."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import date, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any, ClassVar, Literal

from textual.binding import BindingType
from textual.command import CommandPalette, Provider
from textual.filter import LineFilter
from textual.screen import Screen

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.personal.settings import Settings
from teamboard.store.base import Clock, Store, StoreError, utc_now
from teamboard.ui import navigation
from teamboard.ui.keymap import DEFAULTS, bound
from teamboard.ui.live_app import LiveApp
from teamboard.ui.notifications import Notifier
from teamboard.ui.palette import Command, QuickOpenCommands, ScreenCommands
from teamboard.ui.quick_open import quick_open_commands
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.undo import undo_own_last

DAY_SECONDS = 30.0
NOTICE_SECONDS = 30.0
ENDLESS = ("store", "themes")
"""The workers that go on for as long as the app does."""
WATCH_AFTER_SECONDS = 0.2
"""The first paint comes first; what was missed by then is found when the watching starts."""

FirstScreen = Literal["board", "period", "prep", "review", "standup"]
"""What an app opens with: the board, or over it the turn to the next period, or a review, prepared or held."""


class BoardApp(LiveApp):
    """One board, live, for one person."""

    # The first screen's styles are read with the app's own: one reading less before the first paint.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/board/board.tcss"]
    TITLE = "teamboard"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ScreenCommands}
    SCREENS = {name: partial(navigation.make_screen, name) for name in navigation.GLOBAL_SCREENS}
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("quit", "quit", "Quit", show=True),
        bound("keys", "keys", "Keys", show=True),
        bound("palette", "command_palette", "Every action there is"),
        bound("undo", "undo", "Take back your last"),
        bound("settings", "show('settings')", "Settings"),
        bound("jump", "jump", "Jump to a name"),
    ]

    def __init__(
        self,
        store: Store,
        board: Board,
        actor: Actor,
        *,
        clock: Clock = utc_now,
        settings: Settings | None = None,
        first: FirstScreen = "board",
        about: str = "",
        with_keys: bool = False,
        own: bool = False,
        standup: Screen[Any] | None = None,
        given: Mapping[str, bool] | None = None,
    ) -> None:
        """`about` is the review to open first, `standup` the standup; the others are those of `LiveApp`."""
        super().__init__(store, board, actor, clock=clock, settings=settings, given=given, with_keys=with_keys, own=own)
        self._first = first
        self._about = about
        self._standup = standup or Screen()
        self.notifier = Notifier(self)

    def get_default_screen(self) -> Screen[Any]:
        """The screen that all others are opened over."""
        return BoardScreen()

    def on_mount(self) -> None:
        if self._first == "period":
            self.call_after_refresh(self._turn_period)
        elif self._first == "standup":
            self.call_after_refresh(self.push_screen, self._standup)
        elif self._first != "board":
            prepare = self._first == "prep"
            self.call_after_refresh(navigation.open_review, self, self._about, prepare=prepare)
        self.appearance.begin()
        self.notifier.begin()
        self.set_interval(DAY_SECONDS, self.update_day)
        self.set_timer(WATCH_AFTER_SECONDS, self._start_watching)

    def _start_watching(self) -> None:
        gc.freeze()
        gc.enable()
        for group, work in zip(ENDLESS, (self._follow_store(), self.appearance.follow()), strict=True):
            self.run_worker(work, group=group, name=group)
        self.run_worker(self._notice(), group="notices")
        self.update_reviews_in_background()

    async def _notice(self) -> None:
        for line in await asyncio.to_thread(self.store.notices):
            self.say(line, "warning", seconds=NOTICE_SECONDS)

    def on_key(self) -> None:
        self.notifier.seen()

    def on_app_focus(self) -> None:
        self.notifier.seen()

    def on_unmount(self) -> None:
        self.notifier.end()

    # -- how it looks

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line goes through before it is painted."""
        return [*super().get_line_filters(), *self.appearance.filters]

    # -- the board

    def after_newer_board(self, before: Board, board: Board) -> None:
        """Have the notifier say what is new."""
        # The lines first, then the title: what it says is read from the history.
        self.call_after_refresh(self.notifier.tell, before, board)

    async def _follow_store(self) -> None:
        async with aclosing(self.store.changes()) as found:  # type: ignore[type-var]
            async for board in found:
                if isinstance(board, StoreError):
                    self.show_trouble(board)
                else:
                    self.show_board(board)

    # -- the past

    async def action_step(self, days: int) -> None:
        """Show the board as it stood a day earlier or later."""
        await self.show_day(self.shown.day + timedelta(days=days))

    async def action_go_to(self) -> None:
        """Ask for a day, and show the board as it stood then."""
        await self.open(navigation.day_prompt(self.today), self._go_to)

    async def _go_to(self, day: date | None) -> None:
        if day is not None:
            await self.show_day(day)

    # -- screens that open from anywhere

    def action_show(self, place: str) -> None:
        """Open one of the screens that open from anywhere."""
        self.push_screen(self.SCREENS[place]())

    async def _turn_period(self) -> None:
        """The turn to the next period, and nothing else: for whoever asked for it on the command line."""
        await self.open(navigation.next_period_form(self.board), lambda _: self.exit())

    async def action_next_period(self) -> None:
        """Close the period and begin the next, where the person may."""
        if self.may("begin a period"):
            await self.open(navigation.next_period_form(self.board))

    def action_keys(self) -> None:
        """Show the keys."""
        navigation.open_keys(self, self.screen.active_bindings, getattr(self.screen, "LEGEND", ()))

    async def action_undo(self) -> None:
        """Take back the person's own last commit."""
        await undo_own_last(self)

    def action_jump(self) -> None:
        """Jump to whatever has a name."""
        self.push_screen(
            CommandPalette(providers=[QuickOpenCommands], placeholder="A member, a goal, feedback, a review")
        )

    def quick_open_commands(self) -> Iterable[Command]:
        """Where one can jump to, and how it is called."""
        return quick_open_commands(self)

    def commands(self) -> Iterable[Command]:
        """What the palette offers on every screen."""
        yield Command("Jump", "To any member, goal, feedback or review by name (ctrl+k)", self.action_jump)
        yield from self.appearance.commands()
        for name, place in navigation.GLOBAL_SCREENS.items():
            yield Command(place.title, f"{place.about} ({DEFAULTS[name]})", partial(self.action_show, name))
        yield Command(
            "Next period", "Carry, renew, drop or close what is unfinished", self.action_next_period, "begin a period"
        )
        yield Command("Undo", "Take back your own last change (ctrl+z)", partial(self.run_action, "undo"), "undo")
        yield Command("Keys", "What each key does (?)", self.action_keys)
        yield Command("Quit", "Leave the board (q)", self.exit)
