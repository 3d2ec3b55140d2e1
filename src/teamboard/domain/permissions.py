"""Permissions: whether a member may do something, read from the table of verbs."""

from __future__ import annotations

from collections.abc import Iterator

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.records import Member, TeamGoal
from teamboard.domain.verbs import Relation, VerbName, all_verbs


def is_manager(board: Board, member: Member) -> bool:
    """True if a member manages somebody, or has no manager: a new board begins with such a member."""
    return member.manager is None or bool(board.reports(member.handle))


def is_above(board: Board, member: Member, other: Member) -> bool:
    """True if a member is the manager of another, or that manager's manager, and so on."""
    return any(above.handle == member.handle for above in _managers_above(board, other))


def _managers_above(board: Board, member: Member) -> Iterator[Member]:
    """Yield a member's manager, that manager's manager and so on."""
    seen: set[str] = set()
    above = board.member(member.manager)
    # A board that another program has written may have managers in a circle.
    while above is not None and above.handle not in seen:
        yield above
        seen.add(above.handle)
        above = board.member(above.manager)


def may_read_coaching(board: Board, reader: Member | None, member: Member) -> bool:
    """True if a reader is shown what is meant for coaching a member, such as hints: the member, the managers above."""
    return reader is not None and (reader.handle == member.handle or is_above(board, reader, member))


def has_relation(
    board: Board, member: Member, relation: Relation, owner: Member | None, giver: str | None = None
) -> bool:
    """True if a member has a relation to a record of this owner and giver (a handle)."""
    match relation:
        case "owner":
            return owner is not None and member.handle == owner.handle
        case "owner's manager":
            return owner is not None and member.handle == owner.manager
        case "owner's manager or above":
            return owner is not None and is_above(board, member, owner)
        case "giver":
            return member.handle == giver
        case "manager":
            return is_manager(board, member)
        case "manager where nobody is above":
            # Only somebody who leaves may be: a merged copy gives reports to them.
            stays = owner is not None and any(above.left is None for above in _managers_above(board, owner))
            return owner is not None and not stays and is_manager(board, member)
        case "above where the owner leaves":
            above: tuple[Relation, ...] = ("owner's manager or above", "manager where nobody is above")
            return (
                owner is not None
                and owner.left is not None
                and any(has_relation(board, member, r, owner) for r in above)
            )
        case "member":
            return True


def may(
    board: Board, member: Member | None, verb: VerbName, owner: Member | None = None, giver: str | None = None
) -> bool:
    """True if the relations of a verb allow it to a member; False for somebody who is not one (None)."""
    return member is not None and any(has_relation(board, member, r, owner, giver) for r in all_verbs()[verb].may)


def may_decide(board: Board, member: Member, verb: VerbName, goal: AnyGoal) -> bool:
    """True if a member may close a goal, open it again or remove it: the verb allows it, or they decide alone.

    Alone decide a team goal's owner, and the owner of a skill or career goal, or of any goal if nobody is above.
    """
    if member.handle == goal.owner and (isinstance(goal, TeamGoal) or goal.kind != "result" or member.manager is None):
        return True
    return may(board, member, verb, board.member(goal.owner))


def verb_on(goal: AnyGoal, verb: VerbName) -> VerbName:
    """The verb that says who may do something with a goal, such as "edit a goal": of a team goal another one."""
    return _ON_TEAM_GOALS[verb] if isinstance(goal, TeamGoal) else verb


_ON_TEAM_GOALS: dict[VerbName, VerbName] = {
    "edit a goal": "edit a team goal",
    "hand over a goal": "hand over a team goal",
    "revise a goal": "revise a team goal",
}


def who_may(board: Board, verb: VerbName, owner: Member | None = None, giver: str | None = None) -> list[Member]:
    """The members to whom a verb is allowed, in the board's order, without those who have left."""
    return [m for m in board.members if m.left is None and may(board, m, verb, owner, giver)]
