"""Revisions: the terms of a goal on a day, open proposals, and who has to answer or acknowledge.

A goal's record has its newest agreed terms. Earlier terms are in the revisions: each has the fields that it changed as
they were before, and the first day on which the new ones are in effect. A revision with nothing before made its goal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

import msgspec
from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.commit_log import Fields, fields_of, record_of
from teamboard.domain.ids import RecordId, known_table, number_of
from teamboard.domain.people import on_team, stays
from teamboard.domain.records import NOTICES, Goal, GoalRevision, Member, TeamGoal
from teamboard.domain.records.patterns import in_words

G = TypeVar("G", bound=AnyGoal)
_DAY = timedelta(days=1)


def makes_goal(revision: GoalRevision) -> bool:
    """True for the revision that made its goal."""
    return not revision.before


def made_by(board: Board, goal: AnyGoal) -> GoalRevision | None:
    """The revision that made a goal; None for one that its owner set, or that is older than such revisions."""
    return next((v for v in board.revisions_of(goal.id) if makes_goal(v)), None)


def agreed_on(board: Board, goal_id: RecordId) -> tuple[GoalRevision, ...]:
    """The agreed revisions of a goal but the one that made it, by the days on which they take effect."""
    found = board.revisions_of(goal_id)
    if not found:
        return ()
    agreed = [v for v in found if v.state == "agreed" and not makes_goal(v)]
    return tuple(sorted(agreed, key=lambda v: (effective(board, v), number_of(v.id))))


def effective(board: Board, revision: GoalRevision) -> date:
    """The first day on which an agreed revision is in effect."""
    return revision.effective or board.day_of(revision.at)


def with_fields(goal: G, fields: Fields) -> G:
    """Return a goal with some fields replaced, as in a revision's `before` and `after`; None is the field's default."""
    plain: Fields = {k: v for k, v in {**(fields_of(goal) or {}), **fields}.items() if v is not None}
    return record_of(goal.id, plain)  # type: ignore[return-value]


@cache
def _terms_of(kind: type[AnyGoal]) -> type[msgspec.Struct]:
    """A type for some fields of a goal or team goal: each may be missing, and None if it has a default."""
    fields = [
        (f.encode_name, f.type | msgspec.UnsetType | (None if not f.required else msgspec.UnsetType), msgspec.UNSET)
        for f in msgspec.structs.fields(kind)
        if f.name != "id"
    ]
    return msgspec.defstruct(f"{kind.__name__}Terms", fields, forbid_unknown_fields=True)


def unfit_terms(revision: GoalRevision) -> str | None:
    """Why `before` or `after` of a revision can't be terms of its goal, or None."""
    terms = _terms_of(TeamGoal if known_table(revision.goal) == "team_goals" else Goal)
    for name, fields in (("before", revision.before), ("after", revision.after)):
        try:
            msgspec.convert(fields, terms)
        except msgspec.ValidationError as error:
            return f"{name}: {in_words(str(error))}".replace("`", "'")
    return None


class Ownership(Struct, frozen=True):
    """A goal with the owner it had, from the first day on which it was theirs to the last; None for no such day."""

    goal: Goal
    first: date | None
    last: date | None


def owned_by(board: Board, handle: str) -> tuple[Ownership, ...]:
    """The goals of a member, in the order of their ids, with those that were handed over to somebody else since."""
    goals = {goal.id: goal for goal in board.goals_of(handle)}
    for revision in board.revisions:
        goal = board.goal(revision.goal)
        if "owner" in revision.before and isinstance(goal, Goal):
            goals[goal.id] = goal
    owned = (o for goal_id in sorted(goals, key=number_of) for o in _ownerships(board, goals[goal_id]))
    return tuple(o for o in owned if o.goal.owner == handle)


def owners_between(board: Board, goal: AnyGoal, first: date, last: date) -> tuple[str, ...]:
    """The handles of those who had a goal between two days, both included, the first one first."""
    if not isinstance(goal, Goal):
        return (goal.owner,)
    owned = (o for o in _ownerships(board, goal) if (o.first or last) <= last and (o.last or first) >= first)
    return tuple(dict.fromkeys(o.goal.owner for o in owned))


def _ownerships(board: Board, goal: Goal) -> Iterator[Ownership]:
    """Yield a goal with each of its owners, the first one first."""
    first: date | None = None
    for revision in agreed_on(board, goal.id):
        # The revision has the handle of its day.
        before = board.known_as(str(revision.before.get("owner")))
        if before is not None:
            day = effective(board, revision)
            yield Ownership(msgspec.structs.replace(goal, owner=before.handle), first, day - _DAY)
            first = day
    yield Ownership(goal, first, None)


def terms_on(board: Board, goal: G, day: date) -> G:
    """Return a goal with the terms in effect on a day."""
    for revision in reversed(agreed_on(board, goal.id)):
        if effective(board, revision) <= day:
            break
        goal = with_fields(goal, revision.before)
    return goal


def in_effect(board: Board, day: date) -> Board:
    """Return the board with the terms in effect on a day: without revisions that take effect later."""
    changes: Changes = {}
    for revision in board.revisions:
        if revision.state == "agreed" and effective(board, revision) > day:
            goal = board.goal(revision.goal)
            if goal is not None:
                changes[goal.id] = terms_on(board, goal, day)
    return board.with_changes(changes)


def coming_revision(board: Board, goal_id: RecordId, day: date) -> GoalRevision | None:
    """The next agreed revision of a goal that takes effect after a day, or None."""
    return next((v for v in agreed_on(board, goal_id) if effective(board, v) > day), None)


def last_agreed(board: Board, goal_id: RecordId) -> GoalRevision | None:
    """The newest agreed revision of a goal, which is the one to acknowledge; or None."""
    return next((v for v in reversed(board.revisions_of(goal_id)) if v.state == "agreed"), None)


def leaver_before(board: Board, goal: AnyGoal, day: date) -> Member | None:
    """Who had a goal before it was handed over, and leaves after a day: until then they check in on it; or None."""
    owners = (v.before["owner"] for v in reversed(agreed_on(board, goal.id)) if "owner" in v.before)
    member = board.member(str(next(owners, "")))
    return member if member is not None and member.left is not None and on_team(member, day) else None


def newest_revision_id(board: Board, goal_id: RecordId) -> RecordId | None:
    """The id of the newest proposed or agreed revision of a goal, or None; a form passes it to detect a conflict."""
    found = [v.id for v in board.revisions_of(goal_id) if v.state in ("proposed", "agreed")]
    return found[-1] if found else None


def open_proposal(board: Board, goal_id: RecordId) -> GoalRevision | None:
    """The open proposal for a goal, or None; there is at most one."""
    return next((v for v in board.revisions_of(goal_id) if v.state == "proposed"), None)


def withdraw_proposals(board: Board, goal_ids: Iterable[RecordId]) -> Changes:
    """The open proposals for some goals, withdrawn."""
    proposals = (open_proposal(board, goal_id) for goal_id in goal_ids)
    return {p.id: msgspec.structs.replace(p, state="withdrawn") for p in proposals if p is not None}


def asked_to_answer(board: Board, revision: GoalRevision) -> Member | None:
    """The member who has to agree or decline: the owner, or the owner's manager if the owner proposed it; or None.

    An owner who has no manager any more answers their own proposals, as they decide alone.
    """
    goal = board.goal(revision.goal)
    owner = board.member(goal.owner) if goal else None
    if owner is None or revision.by != owner.handle or owner.manager is None:
        return owner
    return board.member(owner.manager)


def terms_of(goal: AnyGoal) -> Fields:
    """What the revision that made a goal says of it: the fields that may be revised later."""
    fields = fields_of(goal) or {}
    return {name: fields[name] for name in ("title", "measure", "due")}


def is_notice(revision: GoalRevision) -> bool:
    """True if a revision tells the owner what somebody else did with the goal, and not why the business changed it."""
    return revision.reason in NOTICES


def notice_asks(board: Board, handle: str, by: str | None) -> bool:
    """True if a notice of what `by` did with a goal asks its owner to acknowledge it: somebody else, who stays."""
    owner = board.member(handle)
    return handle != by and (owner is None or stays(owner))


def asked_to_acknowledge(board: Board, revision: GoalRevision) -> tuple[str, ...]:
    """The handles of the members who have to acknowledge an agreed revision, without the member who made it.

    These are the owners of open goals aligned to a revised team goal. A notice asks the goal's owner, as long as the
    goal is open, or if it tells that it was closed. Who leaves is not asked.
    """
    goal = board.goal(revision.goal)
    if goal is None or revision.state != "agreed":
        return ()
    if is_notice(revision):
        is_current = goal.outcome is None or revision.reason == "closed"
        return (goal.owner,) if is_current and notice_asks(board, goal.owner, revision.by) else ()
    if not isinstance(goal, TeamGoal) or goal.outcome in ("achieved", "missed"):
        return ()
    owners = dict.fromkeys(g.owner for g in board.aligned_to(goal.id) if g.outcome is None)
    return tuple(handle for handle in owners if handle != revision.by)


def unacknowledged(board: Board, goal_id: RecordId) -> tuple[str, ...]:
    """The handles of the members who have not acknowledged the last agreed revision of a goal."""
    last = last_agreed(board, goal_id)
    if last is None:
        return ()
    return tuple(h for h in asked_to_acknowledge(board, last) if h not in last.acknowledged)


def renewed_together(board: Board, revision: GoalRevision) -> tuple[GoalRevision, ...]:
    """The notices of goals of one owner that were renewed in one commit, in the order of their ids.

    One answer is to all of them. Any other revision is alone.
    """
    goal = board.goal(revision.goal)
    if revision.reason != "renewed" or goal is None:
        return (revision,)
    mine: tuple[AnyGoal, ...] = (*board.goals_of(goal.owner), *(t for t in board.team_goals if t.owner == goal.owner))
    notices = (v for g in mine for v in board.revisions_of(g.id) if _turn_of(v) == _turn_of(revision))
    return tuple(sorted(notices, key=lambda v: number_of(v.id)))


def _turn_of(revision: GoalRevision) -> tuple[object, ...]:
    """What the notices of goals that were renewed in one commit have in common."""
    return revision.reason, revision.by, revision.at


def revisions_waiting_for(board: Board, handle: str | None) -> list[GoalRevision]:
    """The revisions that a member has to answer (proposals) or acknowledge (revised team goals, notices).

    Of goals that were renewed together it is the first notice.
    """
    member = board.member(handle)
    if member is None:
        return []
    return _one_of_a_turn(v for v in board.revisions if member.handle in _waited_for(board, v, member.handle))


def revisions_waiting_for_each(board: Board) -> dict[str, list[GoalRevision]]:
    """The same for each member for whom any revision waits, by handle."""
    found: dict[str, list[GoalRevision]] = {}
    for revision in board.revisions:
        for handle in _waited_for(board, revision):
            found.setdefault(handle, []).append(revision)
    return {handle: _one_of_a_turn(revisions) for handle, revisions in found.items()}


def _waited_for(board: Board, revision: GoalRevision, handle: str | None = None) -> tuple[str, ...]:
    """The handles of the members who have to answer or acknowledge a revision; with `handle` only that one counts."""
    if revision.state == "proposed":
        asked = asked_to_answer(board, revision)
        return () if asked is None else (asked.handle,)
    # Most are notices to others, as each goal that was set has one: they are passed over at once.
    goal = board.goal(revision.goal) if handle is not None and is_notice(revision) else None
    if goal is not None and goal.owner != handle:
        return ()
    return unacknowledged(board, revision.goal) if last_agreed(board, revision.goal) is revision else ()


def _one_of_a_turn(revisions: Iterable[GoalRevision]) -> list[GoalRevision]:
    """Some revisions to one member without those that were renewed together with an earlier one."""
    found: list[GoalRevision] = []
    turns: set[tuple[object, ...]] = set()
    for revision in revisions:
        if revision.reason == "renewed" and revision.state == "agreed":
            if _turn_of(revision) in turns:
                continue
            turns.add(_turn_of(revision))
        found.append(revision)
    return found
