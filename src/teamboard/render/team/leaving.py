"""What becomes of everything that waits for a member who leaves, in words."""

from __future__ import annotations

from collections.abc import Iterator

from teamboard.domain.board import Board, Changes
from teamboard.domain.records import Feedback, OneOnOne, Review
from teamboard.render.format import name_of


def closing_lines(board: Board, changes: Changes) -> Iterator[str]:
    """The records that are closed or passed on, each with what becomes of it: `F4 request of Ana Ruiz: declined`."""
    for record_id, after in changes.items():
        before = board.get(record_id)
        if isinstance(before, Feedback) and isinstance(after, Feedback):
            yield f"{record_id} {before.kind} of {name_of(board, before.giver)}: {after.state}"
        elif isinstance(before, OneOnOne | Review):
            kind = "one-on-one" if isinstance(before, OneOnOne) else "review"
            what = f"{record_id} {kind} of {name_of(board, before.member)} on {before.on}"
            if after is None:
                yield f"{what}: called off"
            elif isinstance(after, OneOnOne | Review):
                yield from (f"{what}: {word}" for word in _changes_of_meeting(board, before, after))


def _changes_of_meeting(board: Board, before: OneOnOne | Review, after: OneOnOne | Review) -> Iterator[str]:
    if before.manager != after.manager:
        yield f"goes to {name_of(board, after.manager)}"
    if isinstance(before, OneOnOne) and isinstance(after, OneOnOne) and before.held != after.held:
        yield "kept as held"
    for number, (was, now) in enumerate(zip(before.actions, after.actions, strict=True), start=1):
        if was != now:
            fate = "done" if now.done else f"goes to {name_of(board, now.owner)}"
            yield f"action {before.id}.{number} {fate}"
