"""The reviews of the person at the screen: their session, and what is kept up to date in the background."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Protocol

from textual.notifications import SeverityLevel

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.store.base import Commit, StoreError

if TYPE_CHECKING:
    from teamboard.services.review_session import ReviewSession

TROUBLE_SECONDS = 30.0


class ReviewingApp(Protocol):
    """What the reviews need of an app."""

    actor: Actor

    @property
    def board(self) -> Board: ...

    @property
    def today(self) -> date: ...

    async def commit(self, action: Action) -> Commit: ...

    def say(self, text: str, severity: SeverityLevel = ..., *, seconds: float | None = ...) -> None: ...


class Reviews:
    """What an app does about reviews; `with_keys` keeps up keys and what is shared, `own` makes the first key too.

    `own` says that the person at the screen is the member they act as: nobody's key is put on another's record.
    """

    def __init__(self, app: ReviewingApp, *, with_keys: bool, own: bool) -> None:
        self._app = app
        self.with_keys = with_keys
        self._own = own
        self.key_trouble = ""
        """What is wrong with the person's key, as it was said last; empty if nothing is."""
        self._session: ReviewSession | None = None

    @property
    def session(self) -> ReviewSession:
        """The review session of the person at the screen. Refused for somebody whom the board does not know."""
        if self._session is None:
            # 12 ms with the encryption: only who has a key, or opens a review, needs them.
            from teamboard.services.review_session import review_session

            self._session = review_session(self._app.board, self._app.actor)
        return self._session

    async def keep(self) -> None:
        """Make the person's first key; say whose key has changed; show the other side what it may see by now."""
        app = self._app
        try:
            first = await asyncio.to_thread(self.session.first_key, app.board) if self._own else None
            if first is not None:
                await app.commit(first)
            self._tell_trouble(await asyncio.to_thread(self.session.key_trouble, app.board))
            for name in await asyncio.to_thread(self.session.changed_keys, app.board):
                app.say(f"The key of {name} has changed: ask them, then `teamboard key accept`.", "warning")
            for action in await asyncio.to_thread(self.session.reveals, app.board, app.today):
                await app.commit(action)
        except (Refused, StoreError) as error:
            app.say(str(error), "warning")

    def _tell_trouble(self, trouble: str) -> None:
        """Say once what is wrong with the person's key."""
        told, self.key_trouble = self.key_trouble, trouble
        if trouble and trouble != told:
            self._app.say(trouble, "warning", seconds=TROUBLE_SECONDS)
