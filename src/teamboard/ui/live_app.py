"""What screens and widgets know of the app: the board of now or of a past day, who acts, committing, opening."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from textual.screen import Screen

from teamboard.actions.base import Action, Actor, require
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryUnavailable
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.ids import known_table
from teamboard.domain.records import Member
from teamboard.personal.settings import Settings
from teamboard.services.views import view_of_past, view_today
from teamboard.store.base import Clock, Commit, Store, StoreError, utc_now
from teamboard.ui.appearance import Appearance
from teamboard.ui.error_handling import ErrorRaisingApp
from teamboard.ui.messages import BoardChanged
from teamboard.ui.review_access import Reviews
from teamboard.ui.widgets.lines_view import LinesView

PAST = "This board is of the past; press Esc for now."

A = TypeVar("A")
Answered = Callable[[A | None], None] | Callable[[A | None], Awaitable[None]]
"""Takes what a screen answers with; None, if it has no answer."""


class LiveApp(ErrorRaisingApp[None]):
    """A board, live, and the person at the screen."""

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
        """`with_keys` and `own` are those of `Reviews`.

        With no settings those of the user's file hold, but for the looks that are `given` for this once.
        """
        super().__init__()
        self.store = store
        self.actor = actor
        self._clock = clock
        self.current = view_today(board, clock())
        self.past: BoardOnDay | None = None
        self.trouble: StoreError | None = None
        self.appearance = Appearance(self, settings, given or {}, self.redraw)
        self.reviews = Reviews(self, with_keys=with_keys, own=own)

    @property
    def board(self) -> Board:
        """The board as it is now, with the goals as they hold today."""
        return self.current.board

    @property
    def now(self) -> datetime:
        return self._clock()

    @property
    def today(self) -> date:
        return self.board.day_of(self._clock())

    @property
    def shown(self) -> BoardOnDay:
        """What the screens show: the board of now, or of a past day."""
        return self.past or self.current

    def redraw(self) -> None:
        """Paint every screen anew, as after a change of its looks."""
        for screen in self.screen_stack:
            for view in screen.query(LinesView):
                view.restyle()
                view.rewrite()
            screen.refresh(layout=True)

    async def open(self, screen: Screen[A], answered: Answered[A] | None = None) -> None:
        """Open a screen, and have the next key go to it: what a fast typist types never lands below."""
        await self.push_screen(screen, answered)
        wanted = "*" if screen.AUTO_FOCUS is None else screen.AUTO_FOCUS
        first = next((w for w in screen.query(wanted) if w.focusable), None) if wanted else None
        screen.set_focus(first)

    # -- the board of now

    async def commit(self, action: Action) -> Commit:
        """Commit an action as the person at the screen, and show the new board. Raises Refused or StoreError."""
        try:
            commit = await asyncio.to_thread(self.store.commit, action, self.actor)
        except Conflict:
            # The form shows both versions, so the screens need the board that has the other one.
            self.show_board(await asyncio.to_thread(self.store.load))
            raise
        self.show_board(commit.board)
        return commit

    def may(self, verb: str, member: Member | None = None) -> bool:
        """Whether the person may do something, to a member if there is one; if not, a toast says who may."""
        try:
            require(self.board, self.actor, verb, member)
        except Refused as refusal:
            self.say(str(refusal), "warning")
            return False
        return True

    def show_board(self, board: Board) -> None:
        """Show a newer board on every screen."""
        recovered, self.trouble = self.trouble is not None, None
        if board is self.current.loaded:
            if recovered:
                self._tell(self.current)
            return
        before = self.current.loaded
        self._take(board)
        self.after_newer_board(before, board)

    def after_newer_board(self, before: Board, board: Board) -> None:
        """Hook: every screen was told of a newer board."""

    def update_day(self) -> None:
        """Show the board as it is today, where a new day has begun."""
        if self.today != self.current.day:
            self._take(self.current.loaded)

    def _take(self, board: Board) -> None:
        before = self.current
        self.current, ids = before.followed_by(board, self.today)
        self._tell(before, ids)
        was, now = before.board.member(self.actor.member), self.board.member(self.actor.member)
        if any(known_table(record_id) == "reviews" for record_id in ids) or (was and was.key) != (now and now.key):
            # The other may have shared: what is to be shown to them now is shown. Or the person has another key.
            self.update_reviews_in_background()

    def update_reviews_in_background(self) -> None:
        """Keep keys and shared preparations up to date, in the background."""
        if self.reviews.with_keys and self.actor.member is not None:
            self.run_worker(self.reviews.keep(), group="reviews", name="reviews", exclusive=True)

    def show_trouble(self, trouble: StoreError) -> None:
        """Say on every screen that the board can't be read; the last good one stays."""
        self.trouble = trouble
        self._tell(self.current)

    def _tell(self, before: BoardOnDay, ids: frozenset[str] = frozenset()) -> None:
        for screen in self.screen_stack:
            screen.post_message(BoardChanged(before, self.current, ids))

    # -- the past

    async def show_day(self, day: date) -> None:
        """Show the board as it stood at the end of a day, read-only; of today or later, the live one."""
        if day >= self.today:
            self.show_past(None)
            return
        try:
            past = await self.read_history(lambda: view_of_past(self.board, day))
        except Refused as refusal:
            self.say(str(refusal), "warning")
            return
        if past is not None:
            self.show_past(past)

    async def read_history(self, find: Callable[[], A]) -> A | None:
        """What is found in the history, read out of the screen's way; None, and why in a toast, if it can't be read."""
        try:
            return await asyncio.to_thread(find)
        except HistoryUnavailable as away:
            self.say(f"The history can't be read so far back: {away.brief}.", "warning")
            return None

    def show_past(self, past: BoardOnDay | None) -> None:
        """Show a past day's board on every screen, or, with None, that of now."""
        self.past = past
        self._tell(self.current)

    def refuses_past(self) -> bool:
        """Whether a past day is on the screen, where nothing can be changed; a toast says so."""
        if self.past is None:
            return False
        self.say(PAST, "warning")
        return True
