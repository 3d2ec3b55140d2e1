"""Notices: what is done with a goal as a whole, as a revision that its owner acknowledges if somebody else did it."""

from __future__ import annotations

from datetime import datetime

from teamboard.actions.base import Actor
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.commit_log import fields_of
from teamboard.domain.goals.revisions import terms_of
from teamboard.domain.records import GoalRevision, Notice


def notice(
    board: Board,
    before: AnyGoal | None,
    after: AnyGoal,
    by: Actor,
    at: datetime,
    reason: Notice,
    *,
    why: str = "",
    preceding: int = 0,
) -> Changes:
    """The agreed revision that tells a goal's owner what changed; empty if it is the owner who changes the goal.

    With a word on `why` it is made for a change by the owner too, whom it does not ask, to keep the word.
    `before` is None for a new goal; `preceding` is how many revisions the same change makes before this one.
    """
    if by.member is None or (by.member == after.owner and not why):
        return {}
    was, new = fields_of(before) or {}, terms_of(after) if before is None else fields_of(after) or {}
    changed = [name for name in {**was, **new} if before is None or was.get(name) != new.get(name)]
    revision = GoalRevision(
        id=board.next_id("revisions", after=preceding),
        goal=after.id,
        reason=reason,
        why=why,
        by=by.member,
        at=at,
        state="agreed",
        before={} if before is None else {name: was.get(name) for name in changed},
        after={name: new.get(name) for name in changed},
        effective=board.day_of(at),
    )
    return {revision.id: revision}
