"""The app: wires store, screens and themes together. It decides nothing about goals or feedback."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any, ClassVar, Literal, TypeVar

from textual.binding import BindingType
from textual.command import CommandPalette, Provider
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen

from teamboard.actions.base import Action, Actor, require
from teamboard.domain.board import Board, changed
from teamboard.domain.board_on_day import Standings
from teamboard.domain.commit_log import HistoryAway
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.history.log import history_of, own_last
from teamboard.domain.history.time_travel import board_on
from teamboard.domain.ids import known_table
from teamboard.domain.revisions import in_effect
from teamboard.personal.settings import Settings
from teamboard.store.base import Clock, Store, StoreError, utc_now
from teamboard.ui.appearance import Looks
from teamboard.ui.error_handling import OneLineApp
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged
from teamboard.ui.notifications import Herald
from teamboard.ui.palette import Jumps, Offer, Offers
from teamboard.ui.review_access import Reviews
from teamboard.ui.screen_registry import PLACES, screen_at
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.widgets.lines_view import LinesView

DAY_SECONDS = 30.0
NOTICE_SECONDS = 30.0
ENDLESS = ("store", "themes")
"""The workers that go on for as long as the app does."""
WATCH_AFTER_SECONDS = 0.2
"""The first paint comes first; what was missed by then is found when the watching starts."""


A = TypeVar("A")
Answered = Callable[[A | None], None] | Callable[[A | None], Awaitable[None]]
"""Takes what a screen answers with; None, if it has no answer."""

FirstScreen = Literal["board", "period", "prep", "review", "standup"]
"""What an app opens with: the board, or over it the turn to the next period, or a review, prepared or held."""


class BoardApp(OneLineApp[None]):
    """One board, live, for one person."""

    # The first screen's styles are read with the app's own: one reading less before the first paint.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/board/board.tcss"]
    TITLE = "teamboard"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Offers}
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
        """`about` is the review to open first, `standup` the standup; `with_keys` and `own` are those of `Reviews`.

        With no settings those of the user's file hold, but for the looks that are `given` for this once.
        """
        super().__init__()
        self.store = store
        self.actor = actor
        self._newest = board
        self._first = first
        self._about = about
        self._standup = standup or Screen()
        self.reviews = Reviews(self, with_keys=with_keys, own=own)
        self._clock = clock
        self.board = in_effect(board, board.day_of(clock()))
        self.past: Standings | None = None
        self.trouble: StoreError | None = None
        self.standings = Standings(self.board, self.today)
        self.looks = Looks(self, settings, given or {})
        self.herald = Herald(self)

    @property
    def now(self) -> datetime:
        return self._clock()

    @property
    def today(self) -> date:
        return self.board.day_of(self._clock())

    @property
    def shown(self) -> Standings:
        """What the screens show: the board of now, or of a past day."""
        return self.past or self.standings

    def get_default_screen(self) -> Screen[Any]:
        """The screen that all others are opened over."""
        return BoardScreen()

    def on_mount(self) -> None:
        if self._first == "period":
            self.call_after_refresh(self._turn_period)
        elif self._first == "standup":
            self.call_after_refresh(self.push_screen, self._standup)
        elif self._first != "board":
            self.call_after_refresh(self.reviews.open, self._about, prepare=self._first == "prep")
        self.looks.begin()
        self.herald.begin()
        self.set_interval(DAY_SECONDS, self._turn_day)
        self.set_timer(WATCH_AFTER_SECONDS, self._start_watching)

    def _start_watching(self) -> None:
        gc.freeze()
        gc.enable()
        for group, work in zip(ENDLESS, (self._follow_store(), self.looks.follow()), strict=True):
            self.run_worker(work, group=group, name=group)
        self.run_worker(self._notice(), group="notices")
        self.reviews.keep_soon()

    async def _notice(self) -> None:
        for line in await asyncio.to_thread(self.store.notices):
            self.say(line, "warning", seconds=NOTICE_SECONDS)

    def on_key(self) -> None:
        self.herald.seen()

    def on_app_focus(self) -> None:
        self.herald.seen()

    def on_unmount(self) -> None:
        self.herald.end()

    # -- how it looks

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line goes through before it is painted."""
        return [*super().get_line_filters(), *self.looks.filters]

    def redraw(self) -> None:
        """Paint every screen anew, as after a change of its looks."""
        for screen in self.screen_stack:
            for view in screen.query(LinesView):
                view.restyle()
                view.rewrite()
            screen.refresh(layout=True)

    # -- the board

    async def commit(self, action: Action) -> Board:
        """Do something for the person at the screen; Refused or StoreError if it can't be done."""
        try:
            board = (await asyncio.to_thread(self.store.commit, action, self.actor)).board
        except Conflict:
            # Whoever is to choose between two versions has both before them.
            self.show_board(await asyncio.to_thread(self.store.load))
            raise
        self.show_board(board)
        return board

    def show_board(self, board: Board) -> None:
        """Show a newer board on every screen."""
        recovered, self.trouble = self.trouble is not None, None
        if board is self._newest:
            if recovered:
                self._tell(self.standings)
            return
        before, self._newest = self._newest, board
        self._take(in_effect(board, self.today))
        # The lines first, then the title: what it says is read from the history.
        self.call_after_refresh(self.herald.tell, before, board)

    def _take(self, board: Board) -> None:
        before = self.standings
        ids = frozenset(changed(self.board, board))
        self.board = board
        self.standings = before.after(board, self.today, ids)
        self._tell(before, ids)
        was, now = before.board.member(self.actor.member), board.member(self.actor.member)
        if any(known_table(record_id) == "reviews" for record_id in ids) or (was and was.key) != (now and now.key):
            # The other may have shared: what is to be shown to them now is shown. Or the person has another key.
            self.reviews.keep_soon()

    def show_trouble(self, trouble: StoreError) -> None:
        """Say on every screen that the board can't be read; the last good one stays."""
        self.trouble = trouble
        self._tell(self.standings)

    async def _follow_store(self) -> None:
        async with aclosing(self.store.changes()) as found:  # type: ignore[type-var]
            async for board in found:
                if isinstance(board, StoreError):
                    self.show_trouble(board)
                else:
                    self.show_board(board)

    def _turn_day(self) -> None:
        if self.today != self.standings.today:
            self._take(in_effect(self._newest, self.today))

    def _tell(self, before: Standings, ids: frozenset[str] = frozenset()) -> None:
        for screen in self.screen_stack:
            screen.post_message(BoardChanged(before, self.standings, ids))

    # -- the past

    async def action_step(self, days: int) -> None:
        """Show the board as it stood a day earlier or later."""
        await self.show_day(self.shown.today + timedelta(days=days))

    async def action_go_to(self) -> None:
        """Ask for a day, and show the board as it stood then."""
        from teamboard.ui.screens.history.day import DayScreen

        await self.open(DayScreen(self.today), self._go_to)

    async def _go_to(self, day: date | None) -> None:
        if day is not None:
            await self.show_day(day)

    async def show_day(self, day: date) -> None:
        """Show the board as it stood at the end of a day, read-only; of today or later, the live one."""
        if day >= self.today:
            self.show_past(None)
            return
        found = await self.look_back(lambda: (board_on(self.board, day),))
        board = found[0] if found else None
        if found is None:
            return
        if board is None:
            self.say(f"There was no board on {day} yet.", "warning")
        else:
            self.show_past(Standings(in_effect(board, day), day))

    async def look_back(self, find: Callable[[], A]) -> A | None:
        """What is found in the history, read out of the screen's way; None, and why in a toast, if it can't be read."""
        try:
            return await asyncio.to_thread(find)
        except HistoryAway as away:
            self.say(f"The history can't be read so far back: {away.brief}.", "warning")
            return None

    def show_past(self, past: Standings | None) -> None:
        """Show a past day's board on every screen, or, with None, that of now."""
        self.past = past
        self._tell(self.standings)

    # -- saying things

    def say(self, text: str, severity: SeverityLevel = "information", *, seconds: float | None = None) -> None:
        """A toast; the text is shown as it is."""
        self.notify(text, severity=severity, timeout=seconds, markup=False)

    async def open(self, screen: Screen[A], answered: Answered[A] | None = None) -> None:
        """Open a screen, and have the next key go to it: what a fast typist types never lands below."""
        await self.push_screen(screen, answered)
        wanted = "*" if screen.AUTO_FOCUS is None else screen.AUTO_FOCUS
        first = next((w for w in screen.query(wanted) if w.focusable), None) if wanted else None
        screen.set_focus(first)

    def action_show(self, place: str) -> None:
        """Open one of the screens that open from anywhere."""
        self.push_screen(screen_at(place))

    async def _turn_period(self) -> None:
        """The turn to the next period, and nothing else: for whoever asked for it on the command line."""
        from teamboard.ui.screens.periods.period_rollover import PeriodScreen

        await self.open(PeriodScreen(self.board), lambda _: self.exit())

    async def action_next_period(self) -> None:
        """Close the period and begin the next, where the person may."""
        from teamboard.actions.periods import BeginPeriod

        try:
            require(self.board, self.actor, BeginPeriod.verb)
        except Refused as refusal:
            self.say(str(refusal), "warning")
            return
        from teamboard.ui.screens.periods.period_rollover import PeriodScreen

        await self.open(PeriodScreen(self.board))

    def action_keys(self) -> None:
        """Show the keys."""
        from teamboard.ui.screens.help.keys import KeysScreen

        if not isinstance(self.screen, KeysScreen):
            self.push_screen(KeysScreen(self.screen.active_bindings, getattr(self.screen, "WORDS", ())))

    async def action_undo(self) -> None:
        """Take back the person's own last commit."""
        if self.past is not None:
            self.say("This board is of the past; press Esc for now.", "warning")
            return
        from teamboard.actions.undo import Undo
        from teamboard.render.activity_log import describe_commit

        board, handle = self.board, self.actor.member or ""
        found = await self.look_back(lambda: (own_last(board, handle),))
        if found is None:
            return
        last = found[0]
        entry = history_of(board).get(last) if last else None
        if last is None or entry is None:
            self.say("There is nothing of yours to take back.", "warning")
            return
        what = describe_commit(board, entry)
        try:
            await self.commit(Undo(undoes=last))
        except (Refused, StoreError) as error:
            self.say(str(error), "warning")
        else:
            self.say(f"Taken back: {what}")

    def action_jump(self) -> None:
        """Jump to whatever has a name."""
        self.push_screen(CommandPalette(providers=[Jumps], placeholder="A member, a goal, feedback, a review"))

    def jumps(self) -> Iterable[Offer]:
        """Where one can jump to, and how it is called."""
        from teamboard.ui.quick_open import jumps

        return jumps(self)

    def offers(self) -> Iterable[Offer]:
        """What the palette offers on every screen."""
        yield Offer("Jump", "To any member, goal, feedback or review by name (ctrl+k)", self.action_jump)
        yield from self.looks.offers()
        for name, place in PLACES.items():
            yield Offer(place.title, f"{place.about} ({place.key})", partial(self.action_show, name))
        yield Offer(
            "Next period", "Carry, renew, drop or close what is unfinished", self.action_next_period, "begin a period"
        )
        yield Offer("Undo", "Take back your own last change (ctrl+z)", partial(self.run_action, "undo"), "undo")
        yield Offer("Keys", "What each key does (?)", self.action_keys)
        yield Offer("Quit", "Leave the board (q)", self.exit)
