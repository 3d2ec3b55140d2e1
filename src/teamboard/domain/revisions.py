"""Revisions: the terms of a goal on a day, what is proposed, and who has yet to say something to it.

A goal's record has its newest agreed terms. What held before is in the revisions that led there: each
keeps the fields it changed as they were, and the first day on which its own hold.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.commit_log import Fields, fields_of, record_of
from teamboard.domain.ids import number_of
from teamboard.domain.records import GoalRevision, Member, TeamGoal

G = TypeVar("G", bound=AnyGoal)


def agreed_on(board: Board, goal_id: str) -> tuple[GoalRevision, ...]:
    """The agreed revisions of a goal, in the order of their days."""
    found = board.revisions_of(goal_id)
    if not found:
        return ()
    agreed = [v for v in found if v.state == "agreed"]
    return tuple(sorted(agreed, key=lambda v: (effective(board, v), number_of(v.id))))


def effective(board: Board, revision: GoalRevision) -> date:
    """The first day on which an agreed revision holds."""
    return revision.effective or board.day_of(revision.at)


def with_fields(goal: G, fields: Fields) -> G:
    """A goal with some of its fields, as a revision keeps them; None stands for a field's default."""
    plain: Fields = {k: v for k, v in {**(fields_of(goal) or {}), **fields}.items() if v is not None}
    return record_of(goal.id, plain)  # type: ignore[return-value]


def terms_on(board: Board, goal: G, day: date) -> G:
    """A goal as it was agreed for a day: what was revised later is as it was before."""
    for revision in reversed(agreed_on(board, goal.id)):
        if effective(board, revision) <= day:
            break
        goal = with_fields(goal, revision.before)
    return goal


def in_effect(board: Board, day: date) -> Board:
    """The board with every goal as it holds on a day: a revision whose day is to come is not in effect yet."""
    changes: Changes = {}
    for revision in board.revisions:
        if revision.state == "agreed" and effective(board, revision) > day:
            goal = board.goal(revision.goal)
            if goal is not None:
                changes[goal.id] = terms_on(board, goal, day)
    return board.with_changes(changes)


def coming_revision(board: Board, goal_id: str, day: date) -> GoalRevision | None:
    """The agreed revision of a goal whose day is still to come, if there is one."""
    return next((v for v in agreed_on(board, goal_id) if effective(board, v) > day), None)


def last_agreed(board: Board, goal_id: str) -> GoalRevision | None:
    """The revision of a goal that was agreed last, or None: the one that there is to acknowledge."""
    return next((v for v in reversed(board.revisions_of(goal_id)) if v.state == "agreed"), None)


def newest_revision_id(board: Board, goal_id: str) -> str | None:
    """The id of the last revision of a goal that is proposed or agreed: what a form was opened on."""
    found = [v.id for v in board.revisions_of(goal_id) if v.state in ("proposed", "agreed")]
    return found[-1] if found else None


def open_proposal(board: Board, goal_id: str) -> GoalRevision | None:
    """The revision of a goal that is proposed and not yet answered; there is one at most."""
    return next((v for v in board.revisions_of(goal_id) if v.state == "proposed"), None)


def asked_to_answer(board: Board, revision: GoalRevision) -> Member | None:
    """Who is to agree or decline: the owner's manager for a proposal of the owner, else the owner."""
    goal = board.goal(revision.goal)
    owner = board.member(goal.owner) if goal else None
    if owner is None or revision.by != owner.handle:
        return owner
    return board.member(owner.manager)


def asked_to_acknowledge(board: Board, revision: GoalRevision) -> tuple[str, ...]:
    """The members whom an agreed revision of a team goal concerns: those with an open goal aligned to it."""
    goal = board.goal(revision.goal)
    if not isinstance(goal, TeamGoal) or revision.state != "agreed" or goal.outcome in ("achieved", "missed"):
        return ()
    found = dict.fromkeys(g.owner for g in board.aligned_to(goal.id) if g.outcome is None)
    return tuple(handle for handle in found if handle != revision.by)


def unacknowledged(board: Board, goal_id: str) -> tuple[str, ...]:
    """The members who have yet to acknowledge the last agreed revision of a team goal, by handle."""
    last = last_agreed(board, goal_id)
    if last is None:
        return ()
    return tuple(h for h in asked_to_acknowledge(board, last) if h not in last.acknowledged)


def revisions_waiting_for(board: Board, handle: str | None) -> list[GoalRevision]:
    """The revisions that wait for a member: proposals to answer, team goals to acknowledge."""
    member = board.member(handle)
    if member is None:
        return []
    found: list[GoalRevision] = []
    for revision in board.revisions:
        if revision.state == "proposed":
            asked = asked_to_answer(board, revision)
            if asked is not None and asked.handle == member.handle:
                found.append(revision)
        elif last_agreed(board, revision.goal) is revision and member.handle in unacknowledged(board, revision.goal):
            found.append(revision)
    return found
