"""The app: wires store, screens and themes together. It decides nothing about goals or feedback."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable
from contextlib import aclosing, suppress
from datetime import date, datetime
from functools import partial
from pathlib import PurePath
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.notifications import SeverityLevel
from textual.screen import Screen

from teamboard.actions.base import Action, Actor, Refused
from teamboard.actions.undo import Undo
from teamboard.board.board import Board, changed
from teamboard.board.history import history_of, own_last
from teamboard.board.standings import Standings
from teamboard.exchange.sentences import sentence
from teamboard.exchange.settings import Settings, load_settings, save_settings
from teamboard.exchange.theme_file import ThemeFile, find_theme, load_themes
from teamboard.store.base import Clock, Store, StoreError, utc_now
from teamboard.ui.messages import BoardChanged
from teamboard.ui.palette import Offer, Offers
from teamboard.ui.screens.board import BoardScreen
from teamboard.ui.themes import textual_theme, theme_changes

DAY_SECONDS = 30.0
WATCH_AFTER_SECONDS = 0.2
"""The first paint comes first; what was missed by then is found when the watching starts."""


class BoardApp(App[None]):
    """One board, live, for one person."""

    # The first screen's styles are read with the app's own: one reading less before the first paint.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/board.tcss"]
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"board": BoardScreen}
    DEFAULT_MODE = "board"
    TITLE = "teamboard"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Offers}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit"),
        Binding("question_mark", "keys", "Keys", key_display="?"),
        Binding("ctrl+p", "command_palette", "Palette", show=False),
        Binding("ctrl+z", "undo", "Undo", show=False),
    ]

    def __init__(
        self, store: Store, board: Board, actor: Actor, *, clock: Clock = utc_now, theme: str | None = None
    ) -> None:
        super().__init__()
        self.store = store
        self.actor = actor
        self.board = board
        self.trouble: StoreError | None = None
        self.crash: Exception | None = None
        self._clock = clock
        self.standings = Standings(board, self.today)
        self._themes: dict[str, ThemeFile] = {}
        self._use(find_theme(theme or load_settings().theme))

    @property
    def now(self) -> datetime:
        return self._clock()

    @property
    def today(self) -> date:
        return self.board.day_of(self._clock())

    def on_mount(self) -> None:
        self.set_interval(DAY_SECONDS, self._turn_day)
        self.set_timer(WATCH_AFTER_SECONDS, self._start_watching)

    def _start_watching(self) -> None:
        gc.freeze()
        gc.enable()
        self.run_worker(self._follow_store(), group="store", name="store")
        self.run_worker(self._follow_themes(), group="themes", name="themes")

    def _fatal_error(self) -> None:
        """Textual would print a traceback; whoever started the app says it in one line instead."""
        self.crash = self._exception
        self._close_messages_no_wait()

    # -- the board

    async def commit(self, action: Action) -> Board:
        """Do something for the person at the screen; Refused or StoreError if it can't be done."""
        board = await asyncio.to_thread(self.store.commit, action, self.actor)
        self.show_board(board)
        return board

    def show_board(self, board: Board) -> None:
        """Show a newer board on every screen."""
        recovered, self.trouble = self.trouble is not None, None
        if board is self.board:
            if recovered:
                self._tell(self.standings)
            return
        before = self.standings
        ids = frozenset(changed(self.board, board))
        self.board = board
        self.standings = before.after(board, self.today, ids)
        self._tell(before, ids)

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
            before, self.standings = self.standings, Standings(self.board, self.today)
            self._tell(before)

    def _tell(self, before: Standings, ids: frozenset[str] = frozenset()) -> None:
        for screen in self.screen_stack:
            screen.post_message(BoardChanged(before, self.standings, ids))

    # -- themes

    def _use(self, theme: ThemeFile) -> None:
        self.register_theme(textual_theme(theme))
        self.theme = theme.name

    def choose_theme(self, name: str) -> None:
        """Use a theme, and remember it."""
        self._use(self._themes[name])
        try:
            save_settings(Settings(theme=name))
        except OSError as error:
            self.say(f"The theme is on, but can't be remembered: {error.strerror or error}.", "warning")

    async def _follow_themes(self) -> None:
        await self._read_themes()
        with suppress(OSError):
            async with aclosing(theme_changes()) as found:
                async for _ in found:
                    await self._read_themes()
                    if self.theme in self._themes:
                        self._restyle(self._themes[self.theme])

    async def _read_themes(self) -> None:
        self._themes, broken = await asyncio.to_thread(load_themes)
        for problem in broken:
            self.say(f"{problem}; it is skipped.", "warning")

    def _restyle(self, theme: ThemeFile) -> None:
        """Take the colours of a theme file that has changed while its theme is on."""
        self.register_theme(textual_theme(theme))
        self._invalidate_css()
        self.refresh_css(animate=False)
        self.theme_changed_signal.publish(self.current_theme)

    # -- saying things

    def say(self, text: str, severity: SeverityLevel = "information", *, seconds: float | None = None) -> None:
        """A toast; the text is shown as it is."""
        self.notify(text, severity=severity, timeout=seconds, markup=False)

    def action_keys(self) -> None:
        """Show the keys."""
        from teamboard.ui.screens.keys import KeysScreen

        if not isinstance(self.screen, KeysScreen):
            self.push_screen(KeysScreen())

    async def action_undo(self) -> None:
        """Take back the person's own last commit."""
        last = own_last(self.board, self.actor.member) if self.actor.member else None
        entry = history_of(self.board).get(last) if last else None
        if last is None or entry is None:
            self.say("There is nothing of yours to take back.", "warning")
            return
        what = sentence(self.board, entry)
        try:
            await self.commit(Undo(undoes=last))
        except (Refused, StoreError) as error:
            self.say(str(error), "warning")
        else:
            self.say(f"Taken back: {what}")

    def offers(self) -> Iterable[Offer]:
        """What the palette offers on every screen."""
        for theme in self._themes.values():
            if theme.name != self.theme:
                yield Offer(f"Theme: {theme.name}", theme.about, partial(self.choose_theme, theme.name))
        yield Offer("Undo", "Take back your own last change (ctrl+z)", partial(self.run_action, "undo"))
        yield Offer("Keys", "What each key does (?)", self.action_keys)
        yield Offer("Quit", "Leave the board (q)", self.exit)
