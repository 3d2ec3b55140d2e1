"""Bring back commits that the board's file has lost, when the person asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Literal

from teamboard.domain.amounts import plural
from teamboard.domain.board import Board
from teamboard.domain.history.merge import Commits, Merge
from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import MERGE_VERB
from teamboard.render.merge import clash_lines, left_lines, renumbered_lines
from teamboard.services.lost_commits import describe_commits, may_bring_back, may_merge
from teamboard.store.file.merge import Merged, merge, preview_merge
from teamboard.store.file.store import FileStore
from teamboard.ui.live_app import Failure, LiveApp
from teamboard.ui.screens.choose import ChooseScreen

Answer = Literal["here", "copy"]


async def bring_back_lost(app: LiveApp) -> None:
    """Show which commits are missing; after a confirmation and the person's answers to conflicts, merge them."""
    if app.refuses_past():
        return
    if app.guard is None or not isinstance(app.store, FileStore):
        app.say("No commits are missing.")
        return
    missing = await app.read_history(app.guard.own_missing)
    if missing is None:
        return
    copies: list[str | Commits] = [*app.guard.kept_copies()] if may_merge(app.board, app.actor) else []
    if own := may_bring_back(app.board, app.actor, missing):
        copies.append(own)
    elif not copies and (app.guard.losses or missing):
        app.may(MERGE_VERB)
        return
    # Why not: an older copy whose commits are all on the board again, or one that is damaged.
    failures: list[Failure] = []
    for copy in copies:
        if await app.attempt(_BringBack(app, app.store).start(copy), failures.append):
            return
    if failures and app.guard.losses:
        app.say(str(failures[-1]), "warning")
    else:
        app.say("No commits are missing.", "warning" if app.guard.losses else "information")


class _BringBack:
    """The steps from the key to the merge; each prompt is opened when the one before is answered."""

    def __init__(self, app: LiveApp, store: FileStore) -> None:
        self._app, self._store = app, store
        self._answers: dict[tuple[RecordId, str], bool] = {}

    async def start(self, copy: str | Commits) -> bool:
        """Ask whether the commits are to come back; return True.

        Raises Refused, StoreError and HistoryUnavailable.
        """
        found = await asyncio.to_thread(preview_merge, self._store, copy, self._app.now)
        commits = [(step.revision, step.entry) for step in found.steps]
        title = f"Bring back {describe_commits(found.board, commits)}?"

        async def confirmed(chosen: str | None) -> None:
            if chosen == "yes":
                await self._ask(copy, found)

        options: Mapping[str, str] = {"yes": "Bring back, with who made it and when", "no": "Leave as it is"}
        await self._app.open(ChooseScreen(title, options), confirmed)
        return True

    async def _ask(self, copy: str | Commits, found: Merge) -> None:
        """Ask about the next conflict, or merge when all are answered."""
        if len(self._answers) == len(found.conflicts):
            await self._merge(copy)
            return
        conflict = found.conflicts[len(self._answers)]
        about, here, there = clash_lines(found.board, conflict)

        async def answered(chosen: Answer | None) -> None:
            if chosen is not None:
                self._answers[conflict.record_id, conflict.field] = chosen == "copy"
                await self._ask(copy, found)

        options: Mapping[Answer, str] = {"here": f"on the board: {here}", "copy": f"missing: {there}"}
        await self._app.open(ChooseScreen(f"{about}. Which one do you want to keep?", options), answered)

    async def _merge(self, copy: str | Commits) -> None:
        app = self._app
        merged = await app.attempt(asyncio.to_thread(self._merged, copy))
        if merged is not None:
            (count, renumbered, left, after), board = merged
            app.show_board(board)
            told = (*renumbered_lines(renumbered), *left_lines(after, left))
            app.say(" ".join([f"Brought back {plural(count, 'commit')}.", *told]))

    def _merged(self, copy: str | Commits) -> tuple[Merged, Board]:
        """Merge the commits; return what came of it, and the newest board."""
        merged = merge(self._store, copy, self._answers, self._app.actor, self._app.now)
        return merged, self._store.load()
