"""Goals that were split here when they were handed over, and on which a copy that is merged has a check-in."""

from __future__ import annotations

from collections.abc import Iterable

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.goals.handing_over import split_again
from teamboard.domain.records import CheckIn, Goal


def with_splits(board: Board, changes: Changes, steps: Iterable[tuple[int, Changes, HistoryEntry]]) -> Changes:
    """The last changes of a merge, with such goals split at the value that they have now. Raises Refused.

    `board` has the merged commits, which are `steps`.
    """
    checked_in = {record.goal for _, made, _ in steps for record in made.values() if isinstance(record, CheckIn)}
    after = board.with_changes(changes)
    for rest in after.goals if checked_in else ():
        kept = after.goal(rest.continues) if rest.continues in checked_in and rest.outcome is None else None
        if isinstance(kept, Goal) and kept.outcome == "achieved":
            changes = changes | {half.id: half for half in split_again(after, kept, rest) if after.get(half.id) != half}
    return changes
