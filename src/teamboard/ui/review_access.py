"""The app's access to reviews: the person's review session, and the background update of keys and preparations."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from textual.notifications import SeverityLevel

from teamboard.actions.base import Action, Actor
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.store.base import Commit, StoreError

if TYPE_CHECKING:
    from teamboard.services.review_session import ReviewSession

WARNING_SECONDS = 30.0


class ReviewingApp(Protocol):
    """An app as `Reviews` sees it."""

    actor: Actor

    current: BoardOnDay

    async def commit(self, action: Action) -> Commit: ...

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
        if self._session is None:
            # Importing this and the encryption takes 12 ms, which only users of reviews should wait for.
            from teamboard.services.review_session import review_session

            self._session = review_session(self._app.current.board, self._app.actor)
        return self._session

    async def update(self) -> None:
        """Make the person's first key, warn of changed keys, and reveal preparations that both sides have shared."""
        app = self._app
        try:
            first = await asyncio.to_thread(self.session.first_key, app.current.board) if self._own else None
            if first is not None:
                await app.commit(first)
            self._warn_of_key(await asyncio.to_thread(self.session.key_trouble, app.current.board))
            for name in await asyncio.to_thread(self.session.changed_keys, app.current.board):
                app.say(f"The key of {name} has changed: ask them, then `teamboard key accept`.", "warning")
            for action in await asyncio.to_thread(self.session.reveals, app.current):
                await app.commit(action)
        except (Refused, StoreError) as error:
            # This runs for the app, with no screen whose `attempt` could be used; the first error ends all steps.
            app.say(str(error), "warning")

    def _warn_of_key(self, warning: str) -> None:
        """Show a warning about the person's key, unless it was the last one shown."""
        last, self.key_warning = self.key_warning, warning
        if warning and warning != last:
            self._app.say(warning, "warning", seconds=WARNING_SECONDS)
