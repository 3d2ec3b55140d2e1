"""The app's access to reviews: the person's review session, and the background update of keys and preparations."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from textual.notifications import SeverityLevel

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.store.base import Store

if TYPE_CHECKING:
    from teamboard.services.review_session import Opened, ReviewSession

A = TypeVar("A")

WARNING_SECONDS = 30.0


class ReviewingApp(Protocol):
    """An app as `Reviews` sees it."""

    store: Store
    actor: Actor
    current: BoardOnDay

    @property
    def now(self) -> datetime: ...

    def show_board(self, board: Board) -> None: ...

    async def attempt(self, work: Awaitable[A]) -> A | None: ...

    def say(self, text: str, severity: SeverityLevel = ..., *, seconds: float | None = ...) -> None: ...


class Reviews:
    """The reviews of the person at the screen.

    `with_keys` turns the background update on. `own` is True if the person acts as themselves: only then is a first
    key made, so that nobody's key gets into another member's record.
    """

    def __init__(self, app: ReviewingApp, *, with_keys: bool, own: bool) -> None:
        self._app = app
        self.with_keys = with_keys
        self._own = own
        self.key_warning = ""
        """The last warning about the person's key; "" if it is in order."""
        self._session: ReviewSession | None = None

    @property
    def session(self) -> ReviewSession:
        """The person's review session. Raises Refused if they are not a member."""
        if self._session is None or self._session.handle != self._app.actor.member:
            # Importing this and the encryption takes 12 ms, which only users of reviews should wait for.
            from teamboard.services.review_session import review_session

            self._session = review_session(self._app.current.board, self._app.actor)
        return self._session

    async def update(self) -> None:
        """Make the person's first key, warn of changed keys, and reveal preparations that both sides have shared."""
        app = self._app
        board = app.current.loaded
        opened = await app.attempt(asyncio.to_thread(self._open, board))
        if opened is None:
            return
        # Only a board that was committed comes from the store, and shows that the store can be reached.
        if opened.shown.loaded is not board:
            app.show_board(opened.shown.loaded)
        self._warn_of_key(opened.key_warning)
        for warning in opened.warnings:
            app.say(warning, "warning")

    def _open(self, board: Board) -> Opened:
        app = self._app
        return self.session.open(app.store, board, app.actor, own=self._own, now=app.now)

    def _warn_of_key(self, warning: str) -> None:
        """Show a warning about the person's key, unless it was the last one shown."""
        last, self.key_warning = self.key_warning, warning
        if warning and warning != last:
            self._app.say(warning, "warning", seconds=WARNING_SECONDS)
