"""Beginning a period: unfinished goals are carried, renewed, dropped or closed; achieved ones are closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, require
from teamboard.actions.notices import notice
from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.errors import NoTeam, NotFound, Refused
from teamboard.domain.goals.closing import closed_on
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.revisions import withdraw_proposals
from teamboard.domain.ids import RecordId, Table
from teamboard.domain.periods import all_periods, next_period, unfinished
from teamboard.domain.periods.rollover import Choice, with_sums, with_target
from teamboard.domain.records import EarlierPeriod, Goal, GoalOutcome, Measure, Period, Team, TeamGoal
from teamboard.domain.sanitize import clean_line
from teamboard.domain.verbs import VerbName


class BeginPeriod(Struct, frozen=True, kw_only=True):
    """Close the current period and begin the next.

    `choices` has the choice for each unfinished goal, by id; a goal without one is carried, but a team goal that sums
    is renewed with its carriers (see `with_sums`). A goal that has reached its target is closed as achieved in any
    case, and renewed if that was the choice. `targets` has the new target, or number per week, of goals that are
    renewed; the others keep theirs. A name and days that are not given follow from the period before. `closes` is the
    name of the period that the person was looking at. The owners of goals that somebody else renews are asked to
    acknowledge them, all of theirs at once.
    """

    verb: ClassVar[VerbName] = "begin a period"

    choices: dict[RecordId, Choice] = {}
    targets: dict[RecordId, float] = {}
    name: str = ""
    starts: date | None = None
    ends: date | None = None
    closes: str | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        require(board, by, self.verb)
        team = board.team
        if team is None:
            raise NoTeam
        if self.closes is not None and self.closes != team.period.name:
            raise Refused(f"{self.closes} is over: somebody has begun {team.period.name} already.")
        today = board.day_of(at)
        period = self.period(board, team, today)
        self._check_choices(board, team)
        # A file that sets up a board says itself what becomes of each goal.
        choices = self.choices if by.set_up else with_sums(board, self.choices)
        last_day = period.starts - timedelta(days=1)
        earlier = EarlierPeriod(
            name=team.period.name, starts=team.period.starts, ends=last_day, revision=board.revision + 1
        )
        changes: Changes = {
            team.id: msgspec.structs.replace(team, period=period, earlier=(*team.earlier, earlier)),
        }
        rollover = _Rollover(board, period, last_day, choices, self._measures(board, choices), today)
        changes |= rollover.changes()
        if not by.set_up:
            notices: Changes = {}
            for goal_id in rollover.renewed:
                if isinstance(renewed := changes[goal_id], Goal | TeamGoal):
                    notices |= notice(board, None, renewed, by, at, "renewed", preceding=len(notices))
            changes |= notices
        return changes

    def _check_choices(self, board: Board, team: Team) -> None:
        """Raise NotFound or Refused if a choice is about a goal for which there is nothing to choose."""
        open_ids = {g.id for g in unfinished(board)}
        for goal_id in (*self.choices, *self.targets):
            goal = board.goal(goal_id)
            if goal is None:
                raise NotFound(f"There is no goal {goal_id!r}. List goals with `teamboard goal list`.")
            if goal_id not in open_ids and (goal.outcome is not None or progress(board, goal) < 1.0):
                raise Refused(f"{goal_id} is not an unfinished goal of {team.period.name}: there is nothing to choose.")

    def _measures(self, board: Board, choices: dict[RecordId, Choice]) -> dict[RecordId, Measure]:
        """The measure of each goal that gets a new target, by id. Raises Refused if it is not possible."""
        found: dict[RecordId, Measure] = {}
        for goal_id, target in self.targets.items():
            goal = board.goal(goal_id)
            assert goal is not None
            if choices.get(goal_id) != "renew":
                raise Refused(f"{goal_id} is not renewed: revise it to give it another target.")
            found[goal_id] = with_target(goal, target)
        return found

    def period(self, board: Board, team: Team, today: date) -> Period:
        """The period that begins. Raises Refused if its days or its name are not possible."""
        following = next_period(team.period, self.starts, team.periods)
        taken = {p.name.casefold() for p in all_periods(board)}
        if following.name.casefold() in taken:
            following = msgspec.structs.replace(following, name=f"{following.starts} to {following.ends}")
        name = clean_line(self.name, "The period's name") or following.name
        period = Period(name=name, starts=following.starts, ends=self.ends or following.ends)
        if period.ends <= period.starts:
            raise Refused(f"A period must end after it begins: {period.ends} is not after {period.starts}.")
        if period.starts <= team.period.starts:
            raise Refused(f"{team.period.name} begins on {team.period.starts}: the next period must begin after that.")
        if period.starts > today:
            begins = f"{period.name} begins in {plural((period.starts - today).days, 'day')}, on {period.starts}"
            if self.starts is not None:
                raise Refused(f"{begins}: a period is begun on its first day or later, not before.")
            raise Refused(
                f"{begins}; to close {team.period.name} earlier, say on which day the next one starts (--starts today)."
            )
        if name.casefold() in taken:
            raise Refused(f"There is a period called {name!r} already: use another name.")
        return period


def corrected_period(board: Board, team: Team, name: str | None, starts: date | None, ends: date | None) -> Period:
    """The period that runs with another name, first or last day. Raises Refused if that is not possible."""
    now = team.period
    name = now.name if name is None else clean_line(name, "The period's name", required=True)
    period = Period(name=name, starts=starts or now.starts, ends=ends or now.ends)
    if period.ends <= period.starts:
        raise Refused(f"A period must end after it begins: {period.ends} is not after {period.starts}.")
    if team.earlier and period.starts != now.starts:
        raise Refused(
            f"{now.name} begins on the day after {team.earlier[-1].name}, {now.starts}: to begin it on another day, "
            "undo it and begin it again."
        )
    if any(p.name.casefold() == name.casefold() for p in team.earlier):
        raise Refused(f"There is a period called {name!r} already: use another name.")
    for goal in _goals_within(board, now):
        moved = _moved(board, goal, now, period)
        if moved.due < moved.starts:
            raise Refused(f"{goal.id} begins on {moved.starts}: {name} can't end before that, on {period.ends}.")
    return period


def following_goals(board: Board, before: Period, after: Period) -> Changes:
    """The goals that begin or end with a period whose days are corrected, with its new days."""
    moved = {goal.id: _moved(board, goal, before, after) for goal in _goals_within(board, before)}
    return {goal_id: goal for goal_id, goal in moved.items() if goal != board.goal(goal_id)}


def _goals_within(board: Board, period: Period) -> list[AnyGoal]:
    """The open goals, and those that are proposed, that begin or end with a period."""
    proposed = (goal for member in board.members for goal in board.proposed_goals_of(member.handle))
    goals: tuple[AnyGoal, ...] = (*board.open_goals, *proposed)
    return [g for g in goals if g.outcome is None and (g.starts == period.starts or g.due == period.ends)]


def _moved(board: Board, goal: AnyGoal, before: Period, after: Period) -> AnyGoal:
    """A goal with the new days of its period; the first day stays where somebody has checked in before the new one."""
    first = next((board.checkin_day(c) for c in board.checkins_of(goal.id)), None)
    follows = goal.starts == before.starts and (first is None or first >= after.starts)
    return msgspec.structs.replace(
        goal,
        starts=after.starts if follows else goal.starts,
        due=after.ends if goal.due == before.ends else goal.due,
    )


class _Rollover:
    """The changes that the end of a period makes to goals, team goals and open proposals."""

    def __init__(
        self,
        board: Board,
        period: Period,
        last_day: date,
        choices: dict[RecordId, Choice],
        measures: dict[RecordId, Measure],
        today: date,
    ) -> None:
        """`measures` has the measure of each goal that is renewed with another target, by id."""
        self._board = board
        self._period = period
        self._last_day = last_day
        self._choices = choices
        self._measures = measures
        self._today = today
        self._unfinished = {g.id for g in unfinished(board)}
        self._added = {"team_goals": 0, "goals": 0}
        self.renewed: list[RecordId] = []
        """The ids of the goals that take the place of closed ones, once `changes` was called."""
        self._renewals: dict[RecordId, RecordId] = {}
        """The goal that takes the place of a closed one, by the id of the closed one."""
        self._successors: dict[RecordId, RecordId | None] = {}
        """The team goal that takes the place of a closed one, or None, by the id of the closed one."""

    def changes(self) -> Changes:
        changes: Changes = {}
        for team_goal in self._board.team_goals:
            results = {} if team_goal.outcome else self._rolled_over(team_goal)
            if results.get(team_goal.id, team_goal).outcome is not None:
                self._successors[team_goal.id] = next((i for i in results if i != team_goal.id), None)
            changes |= results
        for record in ({t.id: t for t in self._board.open_team_goals} | changes).values():
            if isinstance(record, TeamGoal) and (served := self._serving(record)) != record:
                changes[record.id] = served
        for goal in self._board.goals:
            if goal.outcome is None:
                changes |= self._realigned(goal, self._rolled_over(goal))
        changes |= self._proposed()
        closed = (i for i, g in changes.items() if isinstance(g, Goal | TeamGoal) and g.outcome is not None)
        changes |= withdraw_proposals(self._board, closed)
        return changes | self._drive_renewed(changes)

    def _proposed(self) -> Changes:
        """The goals that are proposed: dropped where nobody has agreed in time, else realigned."""
        changes: Changes = {}
        ends = self._board.team.period.ends if self._board.team else self._last_day
        for member in self._board.members:
            for goal in self._board.proposed_goals_of(member.handle):
                changes |= self._closed(goal, "dropped") if goal.due <= ends else self._realigned(goal, {})
        return changes

    def _rolled_over(self, goal: AnyGoal) -> dict[RecordId, AnyGoal]:
        """The goal as changed, and the new one where it is renewed, by id; empty if the goal stays as it is."""
        choice = self._choices.get(goal.id)
        if progress(self._board, goal) >= 1.0:
            return self._closed(goal, "achieved") | (self._renewed(goal) if choice == "renew" else {})
        if goal.id not in self._unfinished:
            return {}
        if choice == "drop":
            return self._closed(goal, "dropped")
        if choice == "close":
            return self._closed(goal, "missed")
        if choice == "renew":
            return self._closed(goal, "missed") | self._renewed(goal)
        return {goal.id: msgspec.structs.replace(goal, due=self._period.ends)}

    def _closed(self, goal: AnyGoal, outcome: GoalOutcome) -> dict[RecordId, AnyGoal]:
        return {goal.id: closed_on(goal, outcome, max(self._last_day, goal.starts))}

    def _renewed(self, goal: AnyGoal) -> dict[RecordId, AnyGoal]:
        table: Table = "team_goals" if isinstance(goal, TeamGoal) else "goals"
        new_id = self._board.next_id(table, after=self._added[table])
        self._added[table] += 1
        self.renewed.append(new_id)
        self._renewals[goal.id] = new_id
        days = {"starts": self._period.starts, "due": self._period.ends, "set_on": self._today}
        measure = self._measures.get(goal.id, goal.measure)
        renewed = msgspec.structs.replace(goal, id=new_id, measure=measure, **days)
        # The rest of a goal that was handed over is renewed as a goal like any other.
        return {new_id: msgspec.structs.replace(renewed, continues=None) if isinstance(renewed, Goal) else renewed}

    def _serving(self, team_goal: TeamGoal) -> TeamGoal:
        """An open team goal, which serves the successor of the one above it if that is closed, or none without one."""
        above = team_goal.serves
        if team_goal.outcome is not None or above is None or above not in self._successors:
            return team_goal
        return msgspec.structs.replace(team_goal, serves=self._successors[above])

    def _realigned(self, goal: Goal, results: dict[RecordId, AnyGoal]) -> dict[RecordId, AnyGoal]:
        """`results` with the goals that stay open realigned: closed team goals are replaced by their successors.

        The shares of those without a successor are spread over the rest.
        """
        open_goals = {i: g for i, g in ({goal.id: goal} | results).items() if g.outcome is None and isinstance(g, Goal)}
        for goal_id, record in open_goals.items():
            if all(self._successors.get(t, t) == t for t in record.aligned):
                continue
            shares = {n: share for t, share in record.aligned.items() if (n := self._successors.get(t, t)) is not None}
            total = sum(shares.values())
            aligned = {team_goal: share / total for team_goal, share in shares.items()}
            results = results | {goal_id: msgspec.structs.replace(record, aligned=aligned)}
        return results

    def _drive_renewed(self, changes: Changes) -> Changes:
        """The activities that go on, driving the goal that takes the place of a closed one.

        One that is carried keeps a closed goal that nothing takes the place of; one that is renewed drives nothing.
        """
        after = {goal.id: goal for goal in self._board.goals} | changes
        driving = [g for g in after.values() if isinstance(g, Goal) and g.outcome is None and g.drives]
        found: Changes = {}
        for goal in driving:
            driven = after.get(goal.drives or goal.id)
            drives = self._renewals.get(goal.drives or goal.id)
            is_over = isinstance(driven, Goal) and driven.outcome is not None
            if is_over and (drives is not None or goal.id in self.renewed):
                found[goal.id] = msgspec.structs.replace(goal, drives=drives)
        return found
