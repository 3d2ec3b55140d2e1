"""The session of a command: which board, who is acting, and whether there is a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

import click

from teamboard.actions.base import Actor
from teamboard.cli.shared.standard_streams import print_error
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.history.clock import clock_warning
from teamboard.services.acting import find_actor, is_own_member, key_of_another, local_actor, saved_settings
from teamboard.services.commit_guard import CommitGuard, guard_commits
from teamboard.services.views import view_today
from teamboard.store.base import Store, utc_now
from teamboard.store.factory import default_place, is_postgres_address, open_store
from teamboard.store.written import last_written

S = TypeVar("S", bound=Store)


class Session:
    """The options that hold for every command."""

    def __init__(self) -> None:
        self.board_given: str | None = None
        self.member_given: str | None = None
        self.looks_given: dict[str, bool] = {}
        self.read_only = False
        self.debug = False
        self._store: Store | None = None
        self._key_warned = False

    @property
    def path(self) -> str:
        return self.board_given or default_place()

    def store(self) -> Store:
        """The store of the board, the same at each call."""
        if self._store is None:
            self._store = self.guarded(open_store(self.path))
        return self._store

    def guarded(self, store: S) -> S:
        """The store, which notices commits that its file has lost; when the command ends, they are told."""
        if not is_postgres_address(self.path):
            guard = guard_commits(store)
            context = click.get_current_context(silent=True)
            if guard is not None and context is not None:
                context.call_on_close(lambda: _tell(guard))
        return store

    def actor(self, board: Board) -> Actor:
        """The actor. Raises NotFound if the named member is not on the board."""
        return local_actor() if self.read_only else find_actor(board, named=self.member_given, seat=self._seat)

    def is_own(self, board: Board, actor: Actor) -> bool:
        """Whether the caller is known to be the member they act as, and not only named with --as."""
        return is_own_member(board, actor, seat=self._seat)

    @property
    def _seat(self) -> str | None:
        return self._store.authenticated_as if self._store else None

    @property
    def may_ask(self) -> bool:
        """Whether the user can be asked questions on the terminal."""
        return has_screen() and not self.read_only and "TEXTUAL_DRIVER" not in os.environ

    @property
    def in_letters(self) -> bool:
        """Whether the board is printed in plain letters."""
        settings = saved_settings()
        return self.looks_given.get("ascii", settings is not None and settings.ascii)

    def open(self) -> tuple[Store, BoardOnDay, Actor]:
        """The store, the board today, and the actor; warns of a key that is not the caller's."""
        store = self.store()
        board = store.load()
        actor = self.actor(board)
        self.warn_of_key(key_of_another(board, actor))
        if wrong := clock_warning(board, self.now()):
            warn(wrong)
        return store, self.shown(board), actor

    def warn_of_key(self, trouble: str) -> None:
        """Print a warning about the caller's key, if there is one, once per command."""
        if trouble and not self._key_warned:
            self._key_warned = True
            warn(trouble)

    def shown(self, board: Board) -> BoardOnDay:
        """The view of a board today."""
        return view_today(board, self.now())

    def now(self) -> datetime:
        return utc_now()

    def today(self, board: Board) -> date:
        return board.day_of(self.now())


def _tell(guard: CommitGuard) -> None:
    """Print what a guard has found: commits that the file has lost, and, after a commit, why no backup was taken."""
    warn_each(loss.advice for loss in guard.take_untold())
    if last_written() and (warning := guard.take_backup_warning()):
        warn(warning)


pass_session = click.make_pass_decorator(Session, ensure=True)


def has_screen() -> bool:
    """Whether the app can open here: on a terminal, or in the browser that `teamboard serve` runs it for."""
    if "TEXTUAL_DRIVER" in os.environ:
        return True
    return is_capable_terminal() and sys.stdin.isatty() and sys.stdout.isatty()


def is_capable_terminal() -> bool:
    """Whether the terminal knows escape sequences, by its name in TERM."""
    return os.environ.get("TERM") not in ("dumb", "unknown")


def warn(text: str) -> None:
    """Print a warning in one line on standard error."""
    print_error(text)


def warn_each(texts: Iterable[str]) -> None:
    """Print each warning in a line on standard error."""
    for text in texts:
        warn(text)
