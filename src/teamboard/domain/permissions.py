"""Who may do what, in one table."""

from __future__ import annotations

from typing import Literal

from teamboard.domain.board import Board
from teamboard.domain.records import Member

Role = Literal["owner", "owner's manager", "giver", "manager", "member"]

MAY: dict[str, tuple[Role, ...]] = {
    "check in": ("owner", "owner's manager"),
    "add a goal": ("manager",),
    "add a team goal": ("manager",),
    "add a member": ("manager",),
    "change a member": ("manager",),
    "change the team": ("manager",),
    "set a skill": ("owner", "owner's manager"),
    "plan a career": ("owner", "owner's manager"),
    "align a goal": ("owner", "owner's manager"),
    "revise a goal": ("owner", "owner's manager"),
    "revise a team goal": ("owner",),
    "answer a proposal": ("owner",),
    "withdraw a revision": ("owner",),
    "acknowledge a revision": ("owner",),
    "begin a period": ("manager",),
    "archive closed periods": ("manager",),
    "merge a copy": ("manager",),
    "offer help": ("member",),
    "keep a standup": ("member",),
    "give feedback": ("member",),
    "ask for feedback": ("member",),
    "reply to feedback": ("member",),
    "acknowledge feedback": ("owner",),
    "decline a request": ("owner",),
    "resolve feedback": ("owner", "owner's manager"),
    "reopen feedback": ("owner", "owner's manager", "giver"),
    "write in a one-on-one": ("owner", "owner's manager"),
    "finish an action": ("owner", "owner's manager", "giver"),
    "say how useful a one-on-one was": ("owner",),
    "add a fact": ("owner", "owner's manager"),
    "import facts": ("manager",),
    "schedule a review": ("owner", "owner's manager"),
    "prepare a review": ("owner", "owner's manager"),
    "hold a review": ("owner", "owner's manager"),
    "say how useful a review was": ("owner",),
    "sign a review": ("owner", "owner's manager"),
    "set a key": ("owner",),
    "say who you are": ("owner",),
    "undo": ("owner",),
}
"""The verb of an action: who may do it.

The owner is the goal's, the feedback's or the review's person; of a revision, whoever is asked to answer
or acknowledge it, or, to withdraw it, whoever made it. The giver is whoever gave a feedback, or promised
an action.
"""


def is_manager(board: Board, member: Member) -> bool:
    """Whether a member manages somebody, or has nobody above them (who else should begin?)."""
    return member.manager is None or bool(board.reports(member.handle))


def has_role(board: Board, member: Member, role: Role, owner: Member | None, giver: str | None = None) -> bool:
    """Whether a member has a role towards what `owner` owns and the member of handle `giver` gave."""
    match role:
        case "owner":
            return owner is not None and member.handle == owner.handle
        case "owner's manager":
            return owner is not None and member.handle == owner.manager
        case "giver":
            return member.handle == giver
        case "manager":
            return is_manager(board, member)
        case _:
            return True


def may(board: Board, member: Member | None, verb: str, owner: Member | None = None, giver: str | None = None) -> bool:
    """Whether a member may do something; an unknown person looks and does not touch."""
    return member is not None and any(has_role(board, member, r, owner, giver) for r in MAY[verb])


def who_may(board: Board, verb: str, owner: Member | None = None, giver: str | None = None) -> list[Member]:
    """The members who may do something, in the board's order."""
    return [m for m in board.members if may(board, m, verb, owner, giver)]
