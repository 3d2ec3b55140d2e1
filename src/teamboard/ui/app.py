"""The app: wires the board, screens, themes and notifications together. It decides nothing about goals or feedback."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import date, timedelta
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual.binding import BindingType
from textual.command import CommandPalette, Provider
from textual.filter import LineFilter
from textual.screen import Screen

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.history.clock import clock_warning
from teamboard.personal.rescued_text import INTERRUPTED_TEXT, interrupted_texts
from teamboard.personal.settings import Settings
from teamboard.store.base import Clock, Store, StoreError, utc_now
from teamboard.ui import navigation
from teamboard.ui.keymap import bound
from teamboard.ui.live_app import LiveApp
from teamboard.ui.notifications import Notifier
from teamboard.ui.palette import Command, QuickOpenCommands, ScreenCommands
from teamboard.ui.screens.base_screen import LiveScreen
from teamboard.ui.screens.board.board import BoardScreen

if TYPE_CHECKING:
    from teamboard.domain.history.archive import ArchiveOffer

DAY_SECONDS = 30.0
NOTICE_SECONDS = 30.0
ENDLESS_WORKERS = ("store", "themes")
"""The worker groups that run until the app ends."""
WATCH_AFTER_SECONDS = 0.2
"""How long after the start the store is watched: after the first paint; changes until then are found when it begins."""

FirstScreen = Literal["board", "period", "prep", "review", "standup"]
"""What the app opens with: the board; over it the rollover, a review to prepare (`prep`) or hold, or the standup."""


class BoardApp(LiveApp):
    """One board, live, for one person."""

    # Parsed together with the app's own styles, which saves one pass before the first paint.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/board/board.tcss"]
    TITLE = "teamboard"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ScreenCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("quit", "quit", "Quit", show=True),
        bound("keys", "keys", "Keys", show=True),
        bound("palette", "command_palette", "Every action there is"),
        bound("undo", "undo", "Undo your last change"),
        bound("bring-back", "bring_back", "Bring back lost commits"),
        bound("settings", "show('settings')", "Settings"),
        bound("jump", "jump", "Jump to a name"),
    ]

    def __init__(  # noqa: PLR0913 - what the command line was given
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
        """`about` is the id of the review to open first, `standup` the standup screen; see `LiveApp` for the others."""
        super().__init__(store, board, actor, clock=clock, settings=settings, given=given, with_keys=with_keys, own=own)
        self._first = first
        self._about = about
        self._standup = standup or Screen()
        self.notifier = Notifier(self)
        self.left_to_archive: ArchiveOffer | None = None
        """What the command line archives after the rollover, once the app is closed."""

    def get_default_screen(self) -> Screen[Any]:
        """The screen at the bottom of the stack."""
        return BoardScreen()

    def on_mount(self) -> None:
        if self._first == "period":
            self.call_after_refresh(self._roll_over_period)
        elif self._first == "standup":
            self.call_after_refresh(self.push_screen, self._standup)
        elif self._first != "board":
            prepare = self._first == "prep"
            self.call_after_refresh(navigation.open_review, self, self._about, prepare=prepare)
        self.appearance.start()
        self.notifier.start()
        self.set_interval(DAY_SECONDS, self.update_day)
        self.set_timer(WATCH_AFTER_SECONDS, self._start_watching)

    def _start_watching(self) -> None:
        gc.freeze()
        gc.enable()
        for group, work in zip(ENDLESS_WORKERS, (self._follow_store(), self.appearance.follow()), strict=True):
            self.run_worker(work, group=group, name=group)
        self.run_worker(self._notice(), group="notices")
        self.update_reviews_in_background()

    async def _notice(self) -> None:
        self._tell_losses()
        # Not below the prompt, where the last message is printed as the result, and not to who only looks on.
        if not self.is_inline and self.actor.member is not None:
            for path in await asyncio.to_thread(interrupted_texts):
                self.say(INTERRUPTED_TEXT.format(path=path), "warning", seconds=NOTICE_SECONDS)
        if wrong := clock_warning(self.board, self.now):
            self.say(wrong, "warning", seconds=NOTICE_SECONDS)
        for line in await asyncio.to_thread(self.store.notices):
            self.say(line, "warning", seconds=NOTICE_SECONDS)

    def on_key(self) -> None:
        self.notifier.mark_seen()

    def on_app_focus(self) -> None:
        self.notifier.mark_seen()

    def on_unmount(self) -> None:
        self.notifier.stop()

    # -- appearance

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filters that each line passes before it is painted."""
        return [*super().get_line_filters(), *self.appearance.filters]

    # -- the board

    def after_newer_board(self, before: Board, board: Board) -> None:
        """Notify the person of what others have changed."""
        self._tell_losses()
        # After the repaint: reading the history would delay it.
        self.call_after_refresh(self.notifier.add_commits, before, board)

    def _tell_losses(self) -> None:
        """Say what the file has lost, once; the board's own screen shows it for as long as it is missing."""
        # Below the prompt the command says it when the app is closed.
        for loss in self.guard.take_untold() if self.guard and not self.is_inline else ():
            if not isinstance(self.screen, BoardScreen):
                notice = loss.notice(self.board, self.actor, self.key_name("bring-back"))
                self.say(notice, "warning", seconds=NOTICE_SECONDS)

    async def _follow_store(self) -> None:
        async with aclosing(self.store.changes()) as changes:  # type: ignore[type-var]
            async for board in changes:
                if isinstance(board, StoreError):
                    self.show_store_error(board)
                else:
                    self.show_board(board)

    # -- the past

    async def action_step(self, days: int) -> None:
        """Show the board as it was a day earlier or later."""
        await self.show_day(self.shown.day + timedelta(days=days))

    async def action_go_to(self) -> None:
        """Ask for a day and show the board as it was then."""
        await self.open(navigation.day_prompt(self.today), self._go_to)

    async def _go_to(self, day: date | None) -> None:
        if day is not None:
            await self.show_day(day)

    # -- screens that open from anywhere

    async def action_new_member(self) -> None:
        """Open the form for a new member, if the person may add one."""
        if not self.refuses_past() and self.may("add a member"):
            await self.open(navigation.new_member_form(self.actor.member or ""))

    async def action_number_style(self) -> None:
        """Open the form for how the team writes numbers, if the person may change the team."""
        if not self.refuses_past() and self.may("change the team"):
            await self.open(navigation.number_style_form())

    def action_show(self, name: navigation.GlobalScreenName) -> None:
        """Open one of `navigation.GLOBAL_SCREENS`."""
        self.push_screen(navigation.make_screen(name))

    async def _roll_over_period(self) -> None:
        """Open the period rollover alone and exit after it, as the command line asks for."""

        def keep(offer: ArchiveOffer) -> None:
            self.left_to_archive = offer

        await self.open(navigation.next_period_form(self.board, keep), lambda _: self.exit())

    async def action_next_period(self) -> None:
        """Open the period rollover, if the person may begin a period."""
        if not self.refuses_past() and self.may("begin a period"):
            await self.open(navigation.next_period_form(self.board))

    async def action_periods(self) -> None:
        """Open the form for the team's periods, if the person may change the team."""
        team = self.board.team
        if team is not None and not self.refuses_past() and self.may("change the team"):
            await self.open(navigation.period_form(team))

    def action_keys(self) -> None:
        """Show the keys."""
        legend = self.screen.LEGEND if isinstance(self.screen, LiveScreen) else ()
        navigation.open_keys(self, self.screen.active_bindings, legend)

    async def action_undo(self) -> None:
        """Undo the person's own last commit."""
        await navigation.undo_own_last(self)

    async def action_bring_back(self) -> None:
        """Bring back commits that the board's file has lost."""
        await navigation.bring_back_lost(self)

    def action_jump(self) -> None:
        """Open the search for members, goals, feedback and reviews."""
        self.push_screen(
            CommandPalette(providers=[QuickOpenCommands], placeholder="A member, a goal, feedback, a review")
        )

    def quick_open_commands(self) -> Iterable[Command]:
        """The commands that open a member, goal, feedback or review."""
        return navigation.quick_open_commands(self)

    def commands(self) -> Iterable[Command]:
        """The commands that the palette has on every screen."""
        yield Command(
            "Jump", self.with_key("To any member, goal, feedback or review by name", "jump"), self.action_jump
        )
        yield from self.appearance.commands()
        for name, screen in navigation.GLOBAL_SCREENS.items():
            yield Command(screen.title, self.with_key(screen.about, name), partial(self.action_show, name))
        yield Command(
            "Next period", "Carry, renew, drop or close what is unfinished", self.action_next_period, "begin a period"
        )
        yield Command("Periods", "Their days and length, fiscal years too", self.action_periods, "change the team")
        yield Command("New member", "Somebody joins the team", self.action_new_member, "add a member")
        about = "How the team reads and writes them: 1,200.50 or 1.200,50"
        yield Command("Numbers", about, self.action_number_style, "change the team")
        yield Command(
            "Undo", self.with_key("Undo your own last change", "undo"), partial(self.run_action, "undo"), "undo"
        )
        about = self.with_key("Bring back commits that the board's file has lost", "bring-back")
        yield Command("Bring back", about, partial(self.run_action, "bring_back"), "merge a copy")
        yield Command("Keys", self.with_key("What each key does", "keys"), self.action_keys)
        yield Command("Quit", self.with_key("Leave the board", "quit"), self.action_quit)
