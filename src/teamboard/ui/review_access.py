"""The reviews of the person at the screen: their session, what is kept up in the background, and opening one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from teamboard.domain.errors import Refused
from teamboard.store.base import StoreError

if TYPE_CHECKING:
    from teamboard.services.review_session import ReviewSession
    from teamboard.ui.app import BoardApp

TROUBLE_SECONDS = 30.0


class Reviews:
    """What an app does about reviews; `with_keys` keeps up keys and what is shared, `own` makes the first key too.

    `own` says that the person at the screen is the member they act as: nobody's key is put on another's record.
    """

    def __init__(self, app: BoardApp, *, with_keys: bool, own: bool) -> None:
        self._app = app
        self._with_keys = with_keys
        self._own = own
        self.key_trouble = ""
        """What is wrong with the person's key, as it was said last; empty if nothing is."""
        self._session: ReviewSession | None = None

    @property
    def session(self) -> ReviewSession:
        """The review session of the person at the screen. Refused for somebody whom the board does not know."""
        if self._session is None:
            from teamboard.services.review_session import review_session

            self._session = review_session(self._app.board, self._app.actor)
        return self._session

    def keep_soon(self) -> None:
        """Keep them up, in the background."""
        if self._with_keys and self._app.actor.member is not None:
            self._app.run_worker(self.keep(), group="reviews", name="reviews", exclusive=True)

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

    async def open(self, review_id: str, *, prepare: bool) -> None:
        """Open a review of the person's: to prepare it, or side by side; others are told whose it is."""
        from teamboard.actions.reviews import find_review, require_side

        app = self._app
        try:
            review = find_review(app.board, review_id)
            if app.past is not None:
                raise Refused("This board is of the past; press Esc for now.")
            require_side(review, app.actor.member)
        except Refused as refusal:
            app.say(str(refusal), "warning")
            return
        if self._with_keys:
            await self.keep()
        if prepare:
            me = app.board.member(app.actor.member)
            if self._with_keys and me is not None and not me.key:
                # Before anything is typed that could not be kept.
                from teamboard.services.review_session import NO_KEY

                app.say(NO_KEY, "warning")
            from teamboard.ui.screens.reviews.prepare import PrepareScreen

            await app.push_screen(PrepareScreen(review.id))
        else:
            from teamboard.ui.screens.reviews.review import ReviewScreen

            await app.push_screen(ReviewScreen(review.id))
