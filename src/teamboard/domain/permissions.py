"""Who may do what: the table of verbs, asked about a member."""

from __future__ import annotations

from teamboard.domain.board import Board
from teamboard.domain.records import Member
from teamboard.domain.verbs import VERBS, Relation


def is_manager(board: Board, member: Member) -> bool:
    """Whether a member manages somebody, or has no manager (who else should begin?)."""
    return member.manager is None or bool(board.reports(member.handle))


def has_relation(
    board: Board, member: Member, relation: Relation, owner: Member | None, giver: str | None = None
) -> bool:
    """Whether a member has a relation to what `owner` owns and the member of handle `giver` gave."""
    match relation:
        case "owner":
            return owner is not None and member.handle == owner.handle
        case "owner's manager":
            return owner is not None and member.handle == owner.manager
        case "giver":
            return member.handle == giver
        case "manager":
            return is_manager(board, member)
        case "member":
            return True


def may(board: Board, member: Member | None, verb: str, owner: Member | None = None, giver: str | None = None) -> bool:
    """Whether a member may do something; people who are not members may not."""
    return member is not None and any(has_relation(board, member, r, owner, giver) for r in VERBS[verb].may)


def who_may(board: Board, verb: str, owner: Member | None = None, giver: str | None = None) -> list[Member]:
    """The members who may do something, in the board's order."""
    return [m for m in board.members if may(board, m, verb, owner, giver)]
