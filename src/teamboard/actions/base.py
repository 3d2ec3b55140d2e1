"""What an action is, how it becomes a commit, and what most actions check first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

import msgspec
from msgspec import Struct

from teamboard.actions.verify import has_dates_in_range, unreadable_changes, unreadable_entry
from teamboard.domain import permissions
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.goals.closing import ending_of
from teamboard.domain.handles import current_handle, display_name
from teamboard.domain.history.clock import commit_time
from teamboard.domain.history.differences import differences
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.people import describe_namesakes, on_team
from teamboard.domain.records import Member
from teamboard.domain.records.names import comparable
from teamboard.domain.references import broken_references
from teamboard.domain.sanitize import shell_command
from teamboard.domain.verbs import VerbName, all_verbs

DATE_OUT_OF_RANGE = "A date is out of range: it must be between 1900-01-01 and 9000-01-01."


class Actor(Struct, frozen=True):
    """Who acts: the member's handle, or None for somebody who is not a member; with login and host.

    `set_up` is true while a team is read from files: nobody is asked to acknowledge goals that are set or renewed then.
    """

    member: str | None
    login: str = ""
    host: str = ""
    set_up: bool = False


class Action(Protocol):
    """One person's change to a board: a pure function, called with the newest board at the moment of the commit."""

    @property
    def verb(self) -> str: ...

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes: ...


def perform(board: Board, action: Action, by: Actor, at: datetime) -> tuple[Board, HistoryEntry, Changes]:
    """Run an action; return the next board, the history entry of the commit, and the changes.

    `at` is what the clock says. Raises Refused, also if a reader could not decode what the action returns. The next
    board carries no history: a store appends the entry to its own.
    """
    clock, at = at, commit_time(board, at)
    # An app that was opened before the member got another handle still knows them by the one before.
    by = msgspec.structs.replace(by, member=current_handle(board, by.member))
    member = board.member(by.member)
    if member is not None and not on_team(member, board.day_of(at)):
        raise Refused(
            f"{display_name(board, member)} left the team on {member.left}, and can't change the board any more."
        )
    try:
        changes = action(board, by, at)
    except OverflowError:
        raise Refused(DATE_OUT_OF_RANGE) from None
    if any(record is not None and not has_dates_in_range(record) for record in changes.values()):
        raise Refused(DATE_OUT_OF_RANGE)
    _refuse(action, next(unreadable_changes(changes), None))
    entry = HistoryEntry(
        by=by.member,
        at=at,
        verb=action.verb,
        changes=differences(board, changes),
        login=by.login,
        host=by.host,
        undoes=getattr(action, "undoes", None),
        clock=clock if clock != at else None,
    )
    if (why := unreadable_entry(entry)) is not None:
        raise Refused(f"This can't be stored in the history ({why}); nothing was changed.")
    after = board.apply(changes)
    broken = next(broken_references(board, after, changes), None)
    _refuse(action, (broken.record_id, broken.why) if broken else None)
    return after, entry, changes


def _refuse(action: Action, wrong: tuple[RecordId, str] | None) -> None:
    """Raise Refused if a record, given as its id and what is wrong, would make the board unreadable."""
    if wrong is not None:
        if getattr(action, "is_raw", False):
            # What a program's own edit does to the board is not this program's fault.
            raise Refused(f"{wrong[0]}: {wrong[1]}; nothing was changed.")
        raise Refused(
            f"The board would be unreadable after `{action.verb}` ({wrong[0]}: {wrong[1]}); "
            "nothing was changed. Please report this."
        )


def require(board: Board, by: Actor, verb: VerbName, owner: Member | None = None, giver: str | None = None) -> Member:
    """The acting member. Raises Refused, with the names of those who may, if this one may not."""
    member = board.member(by.member)
    if member is not None and permissions.may(board, member, verb, owner, giver):
        return member
    allowed = _describe_members(permissions.who_may(board, verb, owner, giver))
    # A lead who is about to get the first report is not a manager before.
    is_new = all_verbs()[verb].may == ("manager",) and member is not None
    yet = ", to whom nobody reports yet" if is_new else ""
    raise Refused(f"Only {allowed} may {all_verbs()[verb].said or verb} here; {_describe_actor(board, by)}{yet}.")


def require_for_both(board: Board, by: Actor, verb: VerbName, owner: Member, heir: Member) -> Member:
    """The acting member, who may do `verb` for two members, or for the owner and is the heir.

    Raises Refused, with the names of those who may: who is above one of the two may not.
    """

    def may(member: Member, other: Member) -> bool:
        return permissions.may(board, member, verb, other)

    member = board.member(by.member)
    if member is not None and may(member, owner) and (member.handle == heir.handle or may(member, heir)):
        return member
    both = [m for m in permissions.who_may(board, verb, owner) if m.handle == heir.handle or may(m, heir)]
    is_above_one = member is not None and (may(member, owner) or may(member, heir))
    names = f"{display_name(board, owner)} and {display_name(board, heir)}"
    why = f", as somebody above both {names}" if is_above_one else ""
    said = all_verbs()[verb].said or verb
    raise Refused(f"Only {_describe_members(both)} may {said} here{why}; {_describe_actor(board, by)}.")


def _describe_actor(board: Board, by: Actor) -> str:
    """Who somebody is who may not do something: `you are Ana Ruiz (ana)`."""
    member = board.member(by.member)
    if member is not None:
        return f"you are {member.name} ({member.handle})"
    if by.member:
        return f"{by.member!r} is not a member of this board"
    login = f" (login {by.login!r})" if by.login else ""
    return f"this board does not know you{login}: say who you are with --as"


def _describe_members(members: list[Member]) -> str:
    names = [f"{m.name} ({m.handle})" for m in members[:3]]
    if len(members) > 3:
        names.append(f"{len(members) - 3} more")
    return " or ".join(names) if names else "a member"


def find_goal(board: Board, goal_id: str) -> AnyGoal:
    """The goal or team goal of an id, in upper or lower case. Raises NotFound, also for one that was not agreed."""
    goal = board.goal(to_record_id(goal_id))
    if goal is None or not (board.counts(goal.id) or board.is_proposed(goal.id)):
        raise NotFound(f"There is no goal {goal_id!r}. List goals with `teamboard goal list`.")
    return goal


def open_goal(board: Board, goal_id: str) -> AnyGoal:
    """The goal or team goal of an id. Raises NotFound, or Refused if the goal is closed or only proposed."""
    goal = find_goal(board, goal_id)
    if board.is_proposed(goal.id):
        agree = shell_command("revision", "agree", goal.id)
        raise Refused(f"{goal.id} is proposed and does not count yet: it has to be agreed first, with {agree}.")
    if goal.outcome is not None:
        raise Refused(f"{goal.id} is over: {ending_of(board, goal)}.")
    return goal


FOR_GOOD = date.max
"""The day until which somebody has what nobody takes from them: a goal, or reports."""


def find_colleague(board: Board, handle: str, today: date, until: date | None = None) -> Member:
    """The member of a handle or full name who may be given something that lasts `until` a day, or only today.

    Raises NotFound, or Refused if they have left, or leave by that day: what waited for them then was handed over when
    their leaving was put down.
    """
    member = find_member(board, handle)
    refuse_who_leaves(board, member, today, until or today)
    return member


def refuse_changed_since(board: Board, member: Member, field: str, was: object) -> None:
    """Raise Conflict if a field of a member is not what the person saw, unless `was` is None."""
    if was is not None and getattr(member, field) != was:
        raise Conflict(f"Somebody changed the {field} of {display_name(board, member)} while you were typing.", member)


def refuse_who_leaves(board: Board, member: Member, today: date, day: date) -> None:
    """Raise Refused if a member has left today, or leaves by `day`."""
    if not on_team(member, today):
        raise Refused(f"{display_name(board, member)} left the team on {member.left}: choose somebody who is on it.")
    if not on_team(member, day):
        choose = "choose somebody who stays" if day == FOR_GOOD else "choose a day before it"
        raise Refused(f"{display_name(board, member)} leaves the team on {member.left}: {choose}.")


def find_member(board: Board, handle: str) -> Member:
    """The member of a handle or full name, in any case, or of one that they had before.

    Raises NotFound if none, or several, have it.
    """
    wanted = handle.strip().removeprefix("@")
    members = [member] if (member := board.member(wanted)) is not None else find_members(board, wanted)
    if not members:
        raise NotFound(f"There is no member {handle!r}. List members with `teamboard member list`.")
    if len(members) > 1:
        raise NotFound(describe_namesakes(handle, [m.handle for m in members]))
    return members[0]


def find_members(board: Board, name: str) -> list[Member]:
    """The members with a handle or full name, in any case; if there are none, those who had it before or later."""
    wanted = comparable(name)
    now = [m for m in board.members if wanted in (comparable(m.handle), comparable(m.name))]
    then = now or [m for m in board.members if wanted in map(comparable, m.formerly)]
    return then or ([later] if (later := board.known_as(name)) is not None else [])
