"""Undo the person's own last commit."""

from __future__ import annotations

from teamboard.actions.undo import Undo
from teamboard.domain.history.log import history_of, last_undoable_commit
from teamboard.ui.live_app import LiveApp
from teamboard.ui.notifications import describe_entry


async def undo_own_last(app: LiveApp) -> None:
    """Undo the last commit of the person at the screen; a toast says what was undone, or why not."""
    if app.refuses_past():
        return
    board, handle = app.board, app.actor.member or ""
    # In a tuple, because None stands for a history that can't be read.
    result = await app.read_history(lambda: (last_undoable_commit(board, handle),))
    if result is None:
        return
    last = result[0]
    entry = history_of(board).get(last) if last else None
    if last is None or entry is None:
        app.say("You have no change to undo.", "warning")
        return
    sentence = describe_entry(board, entry)[0]
    if await app.attempt(app.commit(Undo(undoes=last))):
        app.say(f"Undone: {sentence}")
