"""Adding goals and team goals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import FOR_GOOD, Actor, find_colleague, find_member, refuse_who_leaves, require
from teamboard.actions.driving import check_driven
from teamboard.actions.notices import notice
from teamboard.domain.amounts import CLOSEST, bounded_number, bounded_weight, in_format
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.activity import monday, week_number
from teamboard.domain.goals.revisions import terms_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import (
    Activity,
    DoneOrNot,
    Goal,
    GoalKind,
    GoalRevision,
    Measure,
    Member,
    Metric,
    Milestone,
    Milestones,
    RollUp,
    TeamGoal,
)
from teamboard.domain.sanitize import clean_line, clean_text
from teamboard.domain.verbs import VerbName


class AddTeamGoal(Struct, frozen=True, kw_only=True):
    """Add a team goal; without days it covers the team's period.

    An owner other than the actor is asked to acknowledge it.
    """

    verb: ClassVar[VerbName] = "add a team goal"

    title: str
    measure: Measure = DoneOrNot()
    owner: str | None = None
    starts: date | None = None
    due: date | None = None
    rolls_up: RollUp = "mean"
    serves: RecordId | None = None
    why: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb)
        if self.rolls_up == "sum" and not isinstance(self.measure, Metric):
            raise Refused("Only a metric can be the sum of other goals.")
        if isinstance(self.measure, Activity):
            raise Refused("A team goal can't have a number per week: give it to a member, or give it a target.")
        starts, due = goal_days(board, self.starts, self.due)
        measure = clean_measure(self.measure)
        if self.serves is not None:
            open_team_goal(board, self.serves, measure)
        goal = TeamGoal(
            id=board.next_id("team_goals"),
            owner=find_colleague(board, self.owner or member.handle, board.day_of(at), FOR_GOOD).handle,
            title=clean_line(self.title, "The title", required=True),
            measure=measure,
            starts=starts,
            due=due,
            serves=self.serves,
            rolls_up=self.rolls_up,
            set_on=board.day_of(at),
            why=clean_text(self.why, "Why it matters"),
        )
        return {goal.id: goal} | _told(board, goal, by, at)


class _NewGoal(Struct, frozen=True, kw_only=True):
    """The terms of a member's new goal; without days it covers the team's period, or of an activity its weeks left.

    An activity may drive another goal, see `check_driven`.
    """

    title: str
    measure: Measure = DoneOrNot()
    starts: date | None = None
    due: date | None = None
    weight: float = 1.0
    aligned: dict[RecordId, float] = {}
    why: str = ""
    drives: RecordId | None = None

    def _goal(self, board: Board, owner: Member, kind: GoalKind, today: date) -> Goal:
        """The record of the goal, set today. Raises Refused."""
        measure = clean_measure(self.measure)
        check_alignment(board, measure, self.aligned)
        check_driven(board, owner.handle, measure, self.drives)
        starts, due = goal_days(board, self.starts, self.due)
        if isinstance(measure, Activity) and self.starts is None and starts < today <= due:
            starts = min(_first_day(owner, starts, today), due)
        return Goal(
            id=board.next_id("goals"),
            owner=owner.handle,
            title=clean_line(self.title, "The title", required=True),
            measure=measure,
            kind=kind,
            starts=starts,
            due=due,
            weight=bounded_weight(self.weight, "A weight"),
            aligned=self.aligned,
            set_on=today,
            why=clean_text(self.why, "Why it matters"),
            drives=self.drives,
        )


def _first_day(owner: Member, starts: date, today: date) -> date:
    """The first day of an activity set today: Monday, or the later first day of its period or owner.

    So a count of this week can be put down late, and the weeks before, which can't be made good, don't count.
    """
    return max(starts, monday(week_number(today)), owner.starts or date.min)


class AddGoal(_NewGoal, frozen=True, kw_only=True):
    """Add a goal for a member; without days it covers the team's period.

    An owner other than the actor is asked to acknowledge it. A result goal of one's own is refused where somebody is
    above: it is proposed, see ProposeGoal.
    """

    verb: ClassVar[VerbName] = "add a goal"

    owner: str
    kind: GoalKind = "result"

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        owner = find_colleague(board, self.owner, board.day_of(at), FOR_GOOD)
        require(board, by, self.verb, owner)
        if is_proposal(owner, by, self.kind):
            above = board.member(owner.manager)
            who = f"{above.name} ({above.handle})" if above else "your manager"
            raise Refused(
                f"Only {who} may set a result goal of yours here; you are {owner.name} ({owner.handle}): propose it."
            )
        goal = self._goal(board, owner, self.kind, board.day_of(at))
        if not by.set_up:
            refuse_sum_alone(board, by, goal, goal.aligned)
            _refuse_weight_alone(owner, by, goal)
        return {goal.id: goal} | _told(board, goal, by, at)


class ProposeGoal(_NewGoal, frozen=True, kw_only=True):
    """Propose a result goal of one's own; without days it covers the team's period.

    The goal counts from the day on which the actor's manager agrees to the revision that comes with it, and is gone if
    the manager declines or the actor withdraws it.
    """

    verb: ClassVar[VerbName] = "propose a goal"

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        owner = require(board, by, self.verb, board.member(by.member))
        if not is_proposal(owner, by, "result"):
            raise Refused("Nobody is above you to agree to it: add the goal instead.")
        refuse_who_leaves(board, owner, board.day_of(at), FOR_GOOD)
        goal = msgspec.structs.replace(self._goal(board, owner, "result", board.day_of(at)), set_on=None)
        revision = GoalRevision(
            id=board.next_id("revisions"),
            goal=goal.id,
            reason="new-goal",
            why=goal.why,
            by=owner.handle,
            at=at,
            state="proposed",
            before={},
            after=terms_of(goal),
        )
        return {goal.id: goal, revision.id: revision}


def _told(board: Board, goal: AnyGoal, by: Actor, at: datetime) -> Changes:
    """The revision with which the owner of a new goal acknowledges it, if somebody else has set it."""
    if by.set_up or goal.owner == by.member:
        return {}
    return notice(board, None, goal, by, at, "new-goal", why=goal.why)


def add_or_propose(
    board: Board, by: Actor, owner: str, kind: GoalKind, *, title: str, measure: Measure, **terms: Any
) -> AddGoal | ProposeGoal:
    """The action for a member's new goal: a proposal for a result goal of the actor's who has a manager."""
    found = find_member(board, owner)
    if is_proposal(found, by, kind):
        return ProposeGoal(title=title, measure=measure, **terms)
    return AddGoal(owner=found.handle, kind=kind, title=title, measure=measure, **terms)


def is_proposal(owner: Member, by: Actor, kind: GoalKind) -> bool:
    """True if a goal of this kind is proposed to the owner's manager when the actor adds it."""
    return owner.handle == by.member and kind == "result" and owner.manager is not None


def check_alignment(board: Board, measure: Measure, aligned: dict[RecordId, float]) -> None:
    """Raise NotFound or Refused unless a goal with this measure can be aligned to these open team goals.

    `aligned` has the share of each, by id; the shares must add up to 1.
    """
    for team_goal_id in aligned:
        open_team_goal(board, team_goal_id, measure)
    if any(not 0 < share <= 1 for share in aligned.values()):
        raise Refused("A share must be above 0 and at most 1.")
    if aligned and abs(sum(aligned.values()) - 1.0) > 1e-6:
        total_percent = in_format(f"{sum(aligned.values()) * 100:.4g}", board.number_format)
        raise Refused(f"The shares of a goal's alignment must add up to 100 %, not {total_percent} %.")


def refuse_sum_alone(board: Board, by: Actor, goal: Goal, team_goals: Iterable[RecordId]) -> None:
    """Raise Refused for a skill or career goal that its owner aligns to a sum, which nobody has agreed to.

    What the team adds up is agreed: it is a result, which is proposed, or somebody above aligns the goal.
    """
    owner = board.member(goal.owner)
    if goal.kind == "result" or goal.owner != by.member or owner is None or owner.manager is None:
        return
    for team_goal in map(board.goal, team_goals):
        if isinstance(team_goal, TeamGoal) and team_goal.rolls_up == "sum":
            raise Refused(
                f"{team_goal.id} adds up what is agreed: propose a result goal, "
                f"or ask {owner.manager} to align this {goal.kind} goal."
            )


def _refuse_weight_alone(owner: Member, by: Actor, goal: Goal) -> None:
    """Raise Refused for a skill or career goal to which its owner gives more weight than others have.

    What a goal weighs in a team goal's mean is agreed, as what a sum adds up is.
    """
    if owner.handle == by.member and owner.manager is not None and goal.weight > 1:
        raise Refused(f"A {goal.kind} goal of yours has weight 1: ask {owner.manager} to give it another one.")


def open_team_goal(board: Board, team_goal_id: RecordId, measure: Measure) -> TeamGoal:
    """The open team goal that a goal or team goal with this measure can serve. Raises NotFound or Refused."""
    team_goal = board.get(team_goal_id)
    if not isinstance(team_goal, TeamGoal):
        raise NotFound(f"There is no team goal {team_goal_id!r}. List them with `teamboard goal list --team`.")
    if team_goal.outcome is not None:
        raise Refused(f"{team_goal_id} is over ({team_goal.outcome}): nothing can be aligned to it.")
    team_measure = team_goal.measure
    if (
        team_goal.rolls_up == "sum"
        and isinstance(team_measure, Metric)
        and not (isinstance(measure, Metric | Activity) and measure.unit == team_measure.unit)
    ):
        raise Refused(
            f"{team_goal_id} adds up {team_measure.unit}: a goal aligned to it must be measured in the same unit."
        )
    return team_goal


def goal_days(board: Board, starts: date | None, due: date | None) -> tuple[date, date]:
    """A goal's first and due day; the team's period where they are not given. Raises Refused."""
    period = board.team.period if board.team else None
    starts = starts or (period.starts if period else None)
    due = due or (period.ends if period else None)
    if starts is None or due is None:
        raise Refused("A goal needs a start day and a due day.")
    if due < starts:
        raise Refused(f"A goal must be due on or after its start day: {due} is before {starts}.")
    return starts, due


def clean_measure(measure: Measure) -> Measure:
    """A measure with its texts cleaned. Raises Refused if progress could not be computed from it."""
    if isinstance(measure, Metric):
        start, target = bounded_number(measure.start, "The start"), bounded_number(measure.target, "The target")
        if abs(target - start) < CLOSEST:
            raise Refused("Start and target are equal: there would be no progress to measure.")
        return Metric(unit=clean_line(measure.unit, "The unit"), start=start, target=target)
    if isinstance(measure, Activity):
        per_week = bounded_weight(measure.per_week, "The number per week")
        return Activity(unit=clean_line(measure.unit, "The unit"), per_week=per_week)
    if isinstance(measure, Milestones):
        if not measure.milestones:
            raise Refused("There must be at least one milestone.")
        names = [clean_line(m.name, "The milestone", required=True) for m in measure.milestones]
        if len({n.casefold() for n in names}) != len(names):
            raise Refused("Two milestones have the same name.")
        weights = [bounded_weight(m.weight, "A milestone's weight") for m in measure.milestones]
        return Milestones(
            milestones=tuple(Milestone(name=name, weight=weight) for name, weight in zip(names, weights, strict=True))
        )
    return measure
