"""Undo the person's own last commit."""

from __future__ import annotations

from functools import partial

from teamboard.actions.undo import Undo, commit_to_undo
from teamboard.ui.live_app import LiveApp
from teamboard.ui.notifications import describe_entry


async def undo_own_last(app: LiveApp) -> None:
    """Undo the last commit of the person at the screen; a toast says what was undone, or why not."""
    if app.refuses_past():
        return
    board = app.board
    last = await app.read_history(partial(commit_to_undo, board, app.actor))
    if last is None:
        return
    revision, entry = last
    sentence = describe_entry(board, entry)[0]
    if await app.attempt(app.commit(Undo(undoes=revision))):
        app.say(f"Undone: {sentence}")


def take_back(app: LiveApp) -> str:
    """The end of a toast about a commit: which key takes it back, "" if none does."""
    key = app.key_name("undo")
    return f" · {key} takes it back" if key else ""
