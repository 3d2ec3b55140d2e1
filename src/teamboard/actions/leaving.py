"""Who leaves the team and who takes over from them, and who comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, cast

import msgspec
from msgspec import Struct

from teamboard.actions.base import FOR_GOOD, Actor, find_colleague, find_member, require
from teamboard.actions.goal_changes.closing import refuse_coming_revision
from teamboard.actions.goal_changes.handing_over import handed_over, refuse_absent
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.due import planned_meetings
from teamboard.domain.errors import Refused
from teamboard.domain.feedback import is_open
from teamboard.domain.goals.activity import all_driven
from teamboard.domain.goals.closing import closed_on
from teamboard.domain.goals.handing_over import HandOver, hand_over, has_no_week_left
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.revisions import withdraw_proposals
from teamboard.domain.handles import display_name
from teamboard.domain.ids import Table, known_table, to_record_id
from teamboard.domain.one_on_ones import Talk
from teamboard.domain.people import on_team, stays, under
from teamboard.domain.permissions import is_above
from teamboard.domain.records import OUTCOMES, Feedback, Goal, Member, OneOnOne, Reply, TeamGoal
from teamboard.domain.sanitize import shell_command
from teamboard.domain.verbs import VerbName


class LeaveTeam(Struct, frozen=True, kw_only=True):
    """Let a member leave the team: from `day` on they are off the board, and who was named takes over.

    By those above the member; any manager for a head.

    `goals` says for each open goal, by id, who takes it or with which outcome it is closed. Of the others, those that
    have reached their target are achieved, an activity to be split without a week left is missed, other results go to
    `goals_to`, skill and career goals are dropped. Reports, and team goals that `goals` does not name, go to
    `reports_to`, or else to the member's manager.

    What waits for the member is closed: feedback is resolved, requests are declined, planned meetings are called off,
    agreed actions are done. Meetings with their reports go to the new manager. All of it holds at once, also where
    `day` is in the future; only the member's own meetings before that day stay. Until it they use their logins, which
    are free after it.
    """

    verb: ClassVar[VerbName] = "leave the team"

    member: str
    day: date
    goals_to: str = ""
    goals: dict[str, str] = {}
    reports_to: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member, today = find_member(board, self.member), board.day_of(at)
        actor = require(board, by, self.verb, member)
        if member.left is not None:
            back = shell_command("member", "return", member.handle)
            raise Refused(
                f"{display_name(board, member)} is off the board from {member.left} on already; {back} takes it back."
            )
        if member.joined is not None and self.day < member.joined:
            raise Refused(
                f"{display_name(board, member)} has been on the board since {member.joined}: {self.day} is before it."
            )
        people = self._people(board, member, today)
        after = board.with_changes(people)
        if not any(m.manager is None or _reports(after, m, self.day) for m in after.members if on_team(m, self.day)):
            raise Refused(
                f"{display_name(board, member)} is the last manager: "
                "bring somebody onto the board who takes over first."
            )
        return people | self._goals(board, member, by, at) | settle_what_waits(after, member, actor, self.day, at)

    def _people(self, board: Board, member: Member, today: date) -> Changes:
        """The member who leaves, and those who get another manager by it."""
        reports = [m for m in board.reports(member.handle) if on_team(m, max(self.day, today))]
        above = board.member(member.manager)
        if self.reports_to:
            above = self._successor(board, member, self.reports_to, today)
        changes: Changes = {member.id: msgspec.structs.replace(member, left=self.day)}
        if not reports:
            return changes
        if above is None:
            raise Refused(
                f"{display_name(board, member)} has reports and no manager: say who takes them over with --reports-to."
            )
        if is_above(board, member, above):
            # Who takes the place of somebody above them takes that one's manager too.
            changes[above.id] = under(above, member.manager, today)
        for report in reports:
            if report.handle != above.handle:
                changes[report.id] = under(report, above.handle, today)
        return changes

    def _goals(self, board: Board, member: Member, by: Actor, at: datetime) -> Changes:
        """The member's open goals handed over or closed, and the open proposals for them withdrawn."""
        # What is driven goes first, so that it is known who has it.
        receivers = sorted(
            self._receivers(board, member, board.day_of(at)), key=lambda pair: len(all_driven(board, pair[0]))
        )
        changes: Changes = {}
        open_ids = {goal.id for goal, _ in receivers}
        for goal, to in receivers:
            if to in OUTCOMES:
                changes[goal.id] = closed_on(goal, to, board.day_of(at))
            elif isinstance(goal, TeamGoal):
                owner = self._successor(board, member, to, board.day_of(at))
                changes[goal.id] = msgspec.structs.replace(goal, owner=owner.handle)
            else:
                taken = self._handed_over(board, member, goal, to, changes, by, at)
                # What drives it is the member's own too, and closed or handed over for itself.
                changes |= {i: record for i, record in taken.items() if i == goal.id or i not in open_ids}
        for proposed in board.proposed_goals_of(member.handle):
            changes[proposed.id] = closed_on(proposed, "dropped", board.day_of(at))
        return changes | withdraw_proposals(board, changes)

    def _receivers(self, board: Board, member: Member, today: date) -> list[tuple[AnyGoal, str]]:
        """Each open goal of the member with who takes it, or its outcome. Raises Refused if that is not said."""
        own = board.open_goals_of(member.handle)
        team_goals = [t for t in board.open_team_goals if t.owner == member.handle]
        named = {to_record_id(goal_id): to for goal_id, to in self.goals.items()}
        for goal_id in named:
            if goal_id not in {goal.id for goal in (*own, *team_goals)}:
                raise Refused(f"{goal_id} is not an open goal of {display_name(board, member)}.")
        receivers: list[tuple[AnyGoal, str]] = [(g, named.get(g.id) or self.suggested(board, g, today)) for g in own]
        for team_goal in team_goals:
            to = named.get(team_goal.id) or self.reports_to or member.manager or ""
            if to in OUTCOMES:
                raise Refused(f"{team_goal.id} is a team goal: name who takes it, or close it first.")
            receivers.append((team_goal, to))
        _refuse_without_receiver(board, member, [goal for goal, to in receivers if not to])
        return receivers

    def suggested(self, board: Board, goal: Goal, today: date) -> str:
        """Who takes a goal that is not named, or its outcome; "" if that has to be said."""
        if progress(board, goal) >= 1:
            return "achieved"
        if goal.kind == "result" and has_no_week_left(board, goal, today):
            return "missed"
        return self.goals_to if goal.kind == "result" else "dropped"

    def _handed_over(
        self, board: Board, member: Member, goal: Goal, to: str, others: Changes, by: Actor, at: datetime
    ) -> Changes:
        """A goal handed over as with `goal hand-over`; `others` are the changes to the goals before it."""
        today = board.day_of(at)
        owner = self._successor(board, member, to, today)
        refuse_absent(board, owner, goal, today)
        planned = _still_driving(hand_over(board, goal, owner.handle, today), others)
        refuse_coming_revision(board, goal, at)
        goals, revisions = (_count_new(board, others, table) for table in ("goals", "revisions"))
        why = f"{display_name(board, member)} leaves the team."
        return handed_over(board, planned, by, at, why, goals=goals, revisions=revisions)

    def _successor(self, board: Board, member: Member, handle: str, today: date) -> Member:
        """Somebody who takes over. Raises Refused for the member who leaves and for one who has left or leaves too."""
        if find_member(board, handle).handle == member.handle:
            raise Refused(f"{display_name(board, member)} is the one who leaves: name somebody else.")
        return find_colleague(board, handle, today, FOR_GOOD)


class ReturnToTeam(Struct, frozen=True, kw_only=True):
    """Bring a member who has left back onto the team, under the manager they had or another one.

    They keep their logins, without those that somebody else has by now.
    """

    verb: ClassVar[VerbName] = "return to the team"

    member: str
    manager: str | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        require(board, by, self.verb)
        member, today = find_member(board, self.member), board.day_of(at)
        if member.left is None:
            raise Refused(f"{display_name(board, member)} is on the team: there is nothing to return from.")
        manager = find_member(board, self.manager) if self.manager else board.member(member.manager)
        if manager is not None and not stays(manager):
            leaves = "leaves" if on_team(manager, today) else "left"
            raise Refused(
                f"{display_name(board, manager)} {leaves} the team on {manager.left}: "
                "name another manager with --manager."
            )
        if manager is not None and (manager.handle == member.handle or is_above(board, member, manager)):
            raise Refused(
                f"{display_name(board, manager)} reports to {member.handle}, directly or not: "
                "nobody is their own manager."
            )
        others = [m for m in board.members if m.id != member.id and on_team(m, today)]
        changed = msgspec.structs.replace(
            under(member, manager.handle if manager else None, today),
            left=None,
            logins=tuple(login for login in member.logins if not any(login in m.logins for m in others)),
        )
        return {member.id: changed}


def _refuse_without_receiver(board: Board, member: Member, goals: list[AnyGoal]) -> None:
    """Raise Refused if there are open goals that nobody takes."""
    if not goals:
        return
    one = len(goals) == 1
    ids = ", ".join(goal.id for goal in goals)
    option = "--goals-to MEMBER" if any(isinstance(goal, Goal) for goal in goals) else "--reports-to MEMBER"
    raise Refused(
        f"{ids} of {display_name(board, member)} {'is' if one else 'are'} open: "
        f"say who takes {'it' if one else 'them'} "
        f"with {option} or --goal {goals[0].id}=MEMBER."
    )


def _still_driving(planned: HandOver, others: Changes) -> HandOver:
    """The hand-over of an activity, which drives its result on if that, or the rest of it, goes to the same member."""
    after = planned.after
    drives = planned.before.drives if isinstance(planned.before, Goal) else None
    if planned.rest is not None or drives is None or not isinstance(after, Goal):
        return planned
    goals = [g for g in others.values() if isinstance(g, Goal) and g.owner == after.owner]
    driven = next((g for g in goals if drives in (g.id, g.continues)), None)
    return planned if driven is None else HandOver(planned.before, msgspec.structs.replace(after, drives=driven.id))


def _count_new(board: Board, changes: Changes, table: Table) -> int:
    """How many records of a table some changes make."""
    return sum(known_table(record_id) == table and board.get(record_id) is None for record_id in changes)


def _reports(board: Board, member: Member, day: date) -> bool:
    """True if somebody who is on the team on a day reports to a member."""
    return any(on_team(m, day) for m in board.reports(member.handle))


def settle_what_waits(board: Board, member: Member, actor: Member, day: date, at: datetime) -> Changes:
    """Close or pass on what waits for a member who leaves: feedback, requests, planned meetings, agreed actions.

    `board` has the managers that others have after it.
    """
    return _feedback(board, member, actor, day, at) | _meetings(board, member, day, board.day_of(at))


def _feedback(board: Board, member: Member, actor: Member, day: date, at: datetime) -> Changes:
    """What waits for a member who leaves, or is a request of theirs, closed."""
    changes: Changes = {}
    asked = (f for f in board.feedback_from(member.handle) if f.kind == "request")
    for feedback in (*board.feedback_to(member.handle), *asked):
        if is_open(feedback):
            changes[feedback.id] = _closed(
                feedback, f"{display_name(board, member)} leaves the team on {day}.", actor, at
            )
    return changes


def _closed(feedback: Feedback, why: str, actor: Member, at: datetime) -> Feedback:
    if feedback.kind != "request":
        return msgspec.structs.replace(feedback, state="resolved", acknowledged=feedback.acknowledged or at)
    word = Reply(by=actor.handle, at=at, text=why)
    return msgspec.structs.replace(feedback, state="declined", replies=(*feedback.replies, word))


def _meetings(board: Board, member: Member, day: date, today: date) -> Changes:
    """Planned meetings and agreed actions of a member who leaves, closed or passed on; `board` has the new managers.

    The member's own meetings stay if they are before a day that has not come.
    """
    changes: Changes = {}
    kept = {t.id for t in planned_meetings(board, member) if today < day and t.on < day}
    for talk in (*planned_meetings(board, member), *_planned_with(board, member)):
        if talk.id in kept:
            continue
        manager = None if talk.member == member.handle else _manager_of(board, talk)
        if manager is not None:
            changes[talk.id] = msgspec.structs.replace(talk, manager=manager)
        elif isinstance(talk, OneOnOne) and (talk.notes or talk.actions):
            # What was said in it is kept, as in one that was held.
            changes[talk.id] = msgspec.structs.replace(talk, held=today)
        else:
            changes[talk.id] = None
    own: tuple[Talk, ...] = (*board.one_on_ones_of(member.handle), *board.reviews_of(member.handle))
    for talk in (*own, *board.talks_with_open_actions(member.handle)):
        now = cast("Talk | None", changes.get(talk.id, talk))
        if now is not None and (settled := _settled(board, now, member, today)) != now:
            changes[talk.id] = settled
    return changes


def _planned_with(board: Board, member: Member) -> Iterator[Talk]:
    """Yield the planned meetings that others have with a member as their manager."""
    for other in board.members:
        yield from (t for t in planned_meetings(board, other) if t.manager == member.handle != other.handle)


def _manager_of(board: Board, talk: Talk) -> str | None:
    member = board.member(talk.member)
    return member.manager if member is not None else None


def _settled(board: Board, talk: Talk, member: Member, today: date) -> Talk:
    """A one-on-one or review without open actions of a member who leaves, or agreed with them.

    In a one-on-one of somebody else an action goes to that one's manager. What is signed in a review stays, so there it
    is done, as is all that was agreed with the member.
    """
    manager = _manager_of(board, talk) if isinstance(talk, OneOnOne) and talk.member != member.handle else None
    actions = []
    for action in talk.actions:
        if action.done is None and member.handle in (talk.member, action.owner):
            passed_on = {"owner": manager} if manager else {"done": today}
            actions.append(msgspec.structs.replace(action, **passed_on))
        else:
            actions.append(action)
    return msgspec.structs.replace(talk, actions=tuple(actions))
