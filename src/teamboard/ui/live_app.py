"""The app as screens and widgets know it: the current or a past board, the actor, commits, opening screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

import msgspec
from textual.screen import Screen
from textual.theme import Theme

from teamboard.actions.base import Action, Actor, require
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryUnavailable
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.handles import current_handle
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import Member
from teamboard.domain.verbs import VerbName
from teamboard.personal.settings import Settings
from teamboard.services.commit_guard import guard_commits
from teamboard.services.views import view_of_past, view_today
from teamboard.store.base import Clock, Commit, Store, StoreError, utc_now
from teamboard.ui.appearance import Appearance
from teamboard.ui.error_handling import ErrorRaisingApp
from teamboard.ui.keymap import key_names, screen_keys
from teamboard.ui.messages import BoardChanged
from teamboard.ui.review_access import Reviews
from teamboard.ui.widgets.lines_view import LinesView

PAST = "This is a past day, read-only; press Esc for today."

A = TypeVar("A")
Failure = Refused | StoreError | HistoryUnavailable
"""Why something was not done: its message is for the person at the screen."""
OnResult = Callable[[A | None], None] | Callable[[A | None], Awaitable[None]]
"""Called with the result of a screen, None if it was closed without one."""


class LiveApp(ErrorRaisingApp[None]):
    """An app that shows a board, follows its changes and commits for one actor."""

    _variables: tuple[Theme | None, dict[str, str]] = None, {}
    """The theme whose variables were computed last, and these."""
    _is_themed: bool = False
    """Whether the settings have named the theme: before that Textual has one of its own, which is never shown."""

    def __init__(
        self,
        store: Store,
        board: Board,
        actor: Actor,
        *,
        clock: Clock = utc_now,
        settings: Settings | None = None,
        given: Mapping[str, bool] | None = None,
        with_keys: bool = False,
        own: bool = False,
    ) -> None:
        """See `Appearance` for `settings` and `given`, `Reviews` for `with_keys` and `own`."""
        super().__init__()
        self.store = store
        self.actor = actor
        self._clock = clock
        self.current = view_today(board, clock())
        self.past: BoardOnDay | None = None
        self.guard = guard_commits(store)
        self.store_error: StoreError | None = None
        self.appearance = Appearance(self, settings, given or {}, self.redraw)
        # Known before the first parse, so that the styles are parsed once.
        self._is_themed = True
        self.stylesheet.set_variables(self.get_css_variables())
        self.reviews = Reviews(self, with_keys=with_keys, own=own)

    def get_css_variables(self) -> dict[str, str]:
        """The variables of the theme; computed when it changes, although Textual asks several times at the start."""
        theme = self.current_theme
        if self._is_themed and self._variables[0] is not theme:
            self._variables = theme, super().get_css_variables()
        return self._variables[1]

    @property
    def board(self) -> Board:
        """The current board, with the revisions of goals that are in force today."""
        return self.current.board

    @property
    def now(self) -> datetime:
        return self._clock()

    @property
    def today(self) -> date:
        return self.board.day_of(self._clock())

    @property
    def shown(self) -> BoardOnDay:
        """The view that the screens show: of today, or of a past day."""
        return self.past or self.current

    def key_names(self, name: str, on: Screen[Any] | None = None) -> tuple[str, ...]:
        """The user's keys of a named action on a screen, by default the top one; empty if it has none there."""
        screen = on or self.screen
        taken = (screen_keys(type(node)) for node in (screen.focused or screen).ancestors_with_self)
        return key_names(self.own_keys, name, frozenset().union(*taken))

    def key_name(self, name: str, on: Screen[Any] | None = None) -> str:
        """The first of `key_names`, "" if there is none."""
        return next(iter(self.key_names(name, on)), "")

    def with_key(self, text: str, name: str) -> str:
        """A description for the palette, with the action's key in brackets if it has one."""
        # The palette is open then: its own keys don't count.
        below = next((s for s in reversed(self.screen_stack) if not s.is_modal), None)
        key = self.key_name(name, below)
        return f"{text} ({key})" if key else text

    def redraw(self) -> None:
        """Repaint every screen, as after a change of settings."""
        for screen in self.screen_stack:
            for view in screen.query(LinesView):
                view.restyle()
                view.rewrite()
            screen.refresh(layout=True)

    async def open(self, screen: Screen[A], on_result: OnResult[A] | None = None) -> None:
        """Open a screen and focus it before the next key is handled, so that no typed key goes to the screen below."""
        await self.push_screen(screen, on_result)
        selector = "*" if screen.AUTO_FOCUS is None else screen.AUTO_FOCUS
        first = next((w for w in screen.query(selector) if w.focusable), None) if selector else None
        screen.set_focus(first)

    # -- the current board

    async def commit(self, action: Action) -> Commit:
        """Commit an action as the person at the screen, and show the new board. Raises Refused or StoreError.

        On a past day it is refused, however the action was reached.
        """
        if self.past is not None:
            raise Refused(PAST)
        try:
            commit = await asyncio.to_thread(self.store.commit, action, self.actor)
        except Conflict:
            # The form shows both versions, so the screens need the board that has the other one.
            self.show_board(await asyncio.to_thread(self.store.load))
            raise
        self.show_board(commit.board)
        return commit

    async def attempt(self, work: Awaitable[A], on_failure: Callable[[Failure], None] | None = None) -> A | None:
        """The result of `work`; None if it is refused or the store fails, with a toast or a call of `on_failure`.

        Everything that a screen commits goes through here.
        """
        try:
            return await work
        except (Refused, StoreError, HistoryUnavailable) as failure:
            if on_failure is None:
                self.say(str(failure), "warning")
            else:
                on_failure(failure)
            return None

    def may(self, verb: VerbName, member: Member | None = None) -> bool:
        """Whether the person may do `verb`, to `member` if given; if not, a toast says who may."""
        return self.passes(partial(require, self.board, self.actor, verb, member))

    def passes(self, check: Callable[[], object]) -> bool:
        """Whether a check refuses nothing; if it does, a toast says why."""
        try:
            check()
        except Refused as refusal:
            self.say(str(refusal), "warning")
            return False
        return True

    def show_board(self, board: Board) -> None:
        """Show a board that was read or written on every screen, and clear the store error.

        What another thread has read meanwhile is shown instead: a board must not replace a newer one.
        """
        board = self.store.known_board or board
        recovered, self.store_error = self.store_error is not None, None
        if board is self.current.loaded:
            if recovered:
                self._post_change(self.current)
            return
        before = self.current.loaded
        self._set_current(board)
        self.after_newer_board(before, board)

    def after_newer_board(self, before: Board, board: Board) -> None:
        """Hook for subclasses, called once the screens have been sent a newer board."""

    def update_day(self) -> None:
        """Show the board of today if a new day has begun."""
        if self.today != self.current.day:
            self._set_current(self.current.loaded)

    def _set_current(self, board: Board) -> None:
        before = self.current
        self.current, ids = before.followed_by(board, board.day_of(self._clock()))
        self._post_change(before, ids)
        was = before.board.member(self.actor.member)
        # They may have got another handle.
        self.actor = msgspec.structs.replace(self.actor, member=current_handle(self.board, self.actor.member))
        now = self.board.member(self.actor.member)
        if any(known_table(record_id) == "reviews" for record_id in ids) or (was and was.key) != (now and now.key):
            # The other side may have shared, which reveals one's own preparation; or the person has a new key.
            self.update_reviews_in_background()

    def update_reviews_in_background(self) -> None:
        """Run `Reviews.update()` in a worker."""
        if self.reviews.with_keys and self.actor.member is not None:
            self.run_worker(self.reviews.update(), group="reviews", name="reviews", exclusive=True)

    def show_store_error(self, error: StoreError) -> None:
        """Show on every screen that the board can't be read; the last board stays."""
        self.store_error = error
        self._post_change(self.current)

    def _post_change(self, before: BoardOnDay, ids: frozenset[RecordId] = frozenset()) -> None:
        for screen in self.screen_stack:
            screen.post_message(BoardChanged(before, self.current, ids))

    # -- past days

    async def show_day(self, day: date) -> None:
        """Show the board as it was at the end of a day, read-only; for today or later the current one."""
        if day >= self.today:
            self.show_past(None)
            return
        past = await self.read_history(lambda: view_of_past(self.current.loaded, day))
        if past is not None:
            self.show_past(past)

    async def read_history(self, read: Callable[[], A]) -> A | None:
        """Run `read` in a thread and return its result; None, and a toast, as `attempt`.

        Where the archived history can't be read, the toast says so in brief.
        """

        def failed(failure: Failure) -> None:
            text = str(failure)
            if isinstance(failure, HistoryUnavailable):
                text = f"The history can't be read so far back: {failure.brief}."
            self.say(text, "warning")

        return await self.attempt(asyncio.to_thread(read), failed)

    def show_past(self, past: BoardOnDay | None) -> None:
        """Show a past day on every screen, or the current board with None."""
        offers_others = (past is None) != (self.past is None)
        self.past = past
        self._post_change(self.current)
        for screen in self.screen_stack if offers_others else ():
            # Their footers have other keys now.
            screen.refresh_bindings()

    def refuses_past(self) -> bool:
        """True, and a toast, if a past day is shown, on which nothing can be changed."""
        if self.past is None:
            return False
        self.say(PAST, "warning")
        return True
