"""Access to the app for all screens, forms and dialogs: commits and refusals."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar, cast

from textual.screen import Screen

from teamboard.actions.base import Action
from teamboard.store.base import Commit
from teamboard.ui.live_app import Failure, LiveApp

A = TypeVar("A")


class BoardAccess:
    """A mixin for screens that only a `LiveApp` opens."""

    @property
    def board_app(self) -> LiveApp:
        return cast("LiveApp", cast("Screen[Any]", self).app)

    def refuse(self, failure: Failure) -> None:
        """Show why something was not done: in a toast, unless a screen overrides it."""
        self.board_app.say(str(failure), "warning")

    async def try_commit(self, action: Action) -> Commit | None:
        """Commit an action; None, and the reason on the screen, if it is refused. The screen stays open."""
        return await self.attempt(self.board_app.commit(action))

    async def attempt(self, work: Awaitable[A]) -> A | None:
        """The result of `work`; None, and the reason on the screen, if it is refused or the store fails."""
        return await self.board_app.attempt(work, self.refuse)
